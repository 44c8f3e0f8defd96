# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blind search: sealed reports are found by keyed tokens, and only those she may see. That
somebody searched, and by what kind, is a leaf; what was typed is written nowhere."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amana.agencies.selectors import shown
from amana.desk import words
from amana.desk.links import said
from amana.desk.links.forms import PHRASE, WORDS, SearchForm
from amana.desk.shell import desk_view, filled, needs, page
from amana.limits.rules import SEARCH, allow
from amana.people.policies import Action, Staff
from amana.reports.errors import NoKey, NoSuchPart, VaultClosed
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_part
from amana.triage.links import search
from amana.triage.links.services import note_search

MOST_READ: Final = 25


@sensitive_post_parameters("text")
@require_http_methods(["GET", "POST"])
@desk_view
def looking(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The form and what it found. Whether there is nothing or nothing of hers is said alike."""
    needs(staff, Action.READ_REPORT)
    if staff.vault is None:
        raise VaultClosed
    form = filled(request, SearchForm)
    found: list[Report] | None = None
    if form.is_bound and form.is_valid():
        if allow(SEARCH, staff.officer_id.bytes):
            found = _found(staff, form)
        else:
            form.add_error(None, _("You have searched very often. Wait a few minutes."))
    context = {
        "form": form,
        "asked": found is not None,
        "full": found is not None and len(found) >= search.MOST_FOUND,
        "bound": "" if found is None else _bound(form.cleaned_data["by"]),
        "columns": [
            {"label": _("Report")},
            {"label": _("What")},
            {"label": _("Stage")},
            {"label": _("Received")},
        ],
        "rows": [_row(report) for report in found or []],
    }
    return page(request, "search", context, status=422 if form.errors else 200)


def _found(staff: Staff, form: SearchForm) -> list[Report]:
    by, text = form.cleaned_data["by"], form.cleaned_data["text"]
    note_search(staff=staff, by=by)
    with search.evenly():
        return _asked(staff, form, by, text)


def _bound(by: str) -> str:
    """What was looked at, said alike whether there was more or not."""
    if by in {WORDS, PHRASE}:
        said = _("Words are looked for in the newest %(count)s reports of each of your units.")
        return said % {"count": number_format(search.NEWEST, force_grouping=True)}
    said = _("Of what very many reports name, %(count)s reports are looked at.")
    return said % {"count": number_format(search.MOST_HOLDERS, force_grouping=True)}


def _asked(staff: Staff, form: SearchForm, by: str, text: str) -> list[Report]:
    if by in {WORDS, PHRASE}:
        rows = search.by_words(staff=staff, text=text)
        return _with_phrase(staff, rows, text) if by == PHRASE else rows
    pack = shown().pack
    region = pack.country if pack else None
    if form.cleaned_data["begins"]:
        return search.by_beginning(staff=staff, kind=by, front=text, region=region)
    return search.by_identifier(staff=staff, kind=by, value=text, region=region)


def _with_phrase(staff: Staff, rows: list[Report], phrase: str) -> list[Report]:
    """The second look, in what was opened: tokens do not know the order of words."""
    kept = []
    for report in rows[:MOST_READ]:
        try:
            answers = open_part(staff=staff, report=report, kind=PartKind.ANSWERS)
        except (NoKey, NoSuchPart):
            continue
        told = "\n".join(str(value) for value in answers.values() if isinstance(value, str))
        if search.says(told, phrase):
            kept.append(report)
    return kept


def _row(report: Report) -> list[dict[str, object]]:
    return [
        {
            "text": said.code_of(report),
            "href": reverse("desk:report", kwargs={"locator": report.locator}),
            "ltr": True,
        },
        {"text": words.category(report.category)},
        {"text": words.said(words.STAGES, report.stage)},
        {"text": words.moment(report.received_at), "ltr": True},
    ]
