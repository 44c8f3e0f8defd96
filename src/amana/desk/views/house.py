# SPDX-License-Identifier: AGPL-3.0-or-later
"""For those who look after the house and read no report: the journal and the node's health."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amana.agencies.selectors import shown
from amana.casework.selectors import silence_counts
from amana.config.health import CHECKS
from amana.desk import words
from amana.desk.act_words import tag_words
from amana.desk.selectors import journal as reads
from amana.desk.shell import desk_view, needs, page
from amana.desk.timeline import actor_of
from amana.evidence import scanning
from amana.evidence.safeview import jail
from amana.journal.verify import verify
from amana.people.policies import Action, Staff, may
from amana.people.selectors import provisional_units


@require_http_methods(["GET", "POST"])
@desk_view
def journal(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Which act, when, in which role; never what was written or to whom it happened."""
    needs(staff, Action.READ_JOURNAL)
    wanted = request.GET.get("tag", "")[:64]
    shown = reads.entries(staff.agency_id, before=request.GET.get("before", ""), tag=wanted)
    head = reads.head()
    verdict = (
        verify() if request.method == "POST" and head.entries <= reads.MOST_TO_VERIFY else None
    )
    context = {
        "columns": [
            {"label": _("Entry"), "num": True},
            {"label": _("When")},
            {"label": _("What")},
            {"label": _("Who")},
        ],
        "rows": [
            [
                {"text": "–" if e.leaf_index is None else e.leaf_index, "num": True, "ltr": True},
                {"text": words.moment(e.at), "ltr": True},
                {"text": tag_words(e.tag), "note": e.tag if tag_words(e.tag) != e.tag else ""},
                {"text": actor_of(e)},
            ]
            for e in shown.events
        ],
        "tags": [{"code": tag, "label": tag_words(tag)} for tag in reads.tags(staff.agency_id)],
        "tag": wanted,
        "next": _older(request.path, wanted, shown.older),
        "head": head,
        "verdict": verdict,
        "silences": silences(staff),
        "too_many": head.entries > reads.MOST_TO_VERIFY,
    }
    return page(request, "journal", context)


def silences(staff: Staff) -> list[dict[str, object]]:
    """How many open reports have had no news from a person, by the pack's numbers of days."""
    pack = shown().pack
    if pack is None or not may(staff, Action.SEE_SILENT):
        return []
    found = silence_counts(staff.agency_id, pack.deadlines.silent_days)
    return [
        {"label": _("Silent over %(days)s days") % {"days": days}, "count": count}
        for days, count in found.items()
    ]


def _older(path: str, tag: str, before: str) -> str:
    if not before:
        return ""
    return f"{path}?before={before}" + (f"&tag={tag}" if tag else "")


@require_safe
@desk_view
def health(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Whether the node can do its work, and which units the node still holds a key to."""
    needs(staff, Action.MANAGE_PEOPLE)
    head = reads.head()
    context = {
        "checks": [
            {"label": _CHECKS.get(name, lambda n=name: n)(), "good": check()}
            for name, check in CHECKS.items()
        ],
        "provisional": [words.unit_name(unit) for unit in provisional_units(staff.agency_id)],
        "alerts": reads.unsent_alerts(staff.agency_id),
        "head": head,
        "walls": _walls(),
        "scanner": _scanner(),
    }
    return page(request, "health", context)


def _walls() -> list[dict[str, object]]:
    """Which protections hold when a file is drawn for an officer."""
    try:
        found = jail.probe()
    except (jail.NoSafeView, OSError):
        found = {}
    names = {
        "no_connection": _("Drawing a file cannot reach the network"),
        "no_file": _("Drawing a file cannot open another one"),
        "no_process": _("Drawing a file cannot start a program"),
        "limits": _("Drawing a file has an end in time and memory"),
    }
    return [{"label": label, "good": found.get(name, False)} for name, label in names.items()]


def _scanner() -> str:
    if not scanning.configured():
        return _("none is set up")
    return _("yes") if scanning.answers() else _("set up, and does not answer")


_CHECKS = {
    "database": lambda: _("The database answers"),
    "storage": lambda: _("The data folder can be written and has room"),
}
