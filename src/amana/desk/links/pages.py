# SPDX-License-Identifier: AGPL-3.0-or-later
"""The links of one report: picture, table, what is muted, what was decided; and each decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from amana.desk import words
from amana.desk.heading import heading
from amana.desk.links import said
from amana.desk.links.drawing import draw
from amana.desk.links.forms import ReasonForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, page, posted_from, report_view
from amana.kernel.linking.links import Grade
from amana.people.policies import Action
from amana.reports.errors import NoKey, NoSuchPart, ReportError
from amana.reports.models import PartKind
from amana.reports.opening import open_part
from amana.reports.policies import get_visible
from amana.triage.links import selectors, services
from amana.triage.links.models import LinkDecision
from amana.triage.links.selectors import DecisionLine, Edge, Picture

Row = dict[str, object]
MOST_OTHERS: Final = 60
"""Sixty reports have almost two thousand links among them; the page has those that weigh most."""
PAIRS: Final[Mapping[str, Callable[..., object]]] = {
    "confirm": services.confirm,
    "split": services.split,
}
VALUES: Final[Mapping[str, Callable[..., object]]] = {
    "mute": services.mute,
    "unmute": services.unmute,
}
TITLES: Final[Mapping[str, str | Promise]] = {
    "confirm": gettext_lazy("Both mean one person"),
    "split": gettext_lazy("They do not mean one person"),
    "mute": gettext_lazy("This value means nobody"),
    "unmute": gettext_lazy("Let this value speak again"),
}
LEADS: Final[Mapping[str, str | Promise]] = {
    "confirm": gettext_lazy(
        "Say it when you have read both. The reports stay as they are, and you can take it back."
    ),
    "split": gettext_lazy(
        "The cluster falls apart between these two. The reports stay as they are, and you can take "
        "it back."
    ),
    "mute": gettext_lazy(
        "A hotline, a platform's mailbox, the person's own number: it links nobody any more and "
        "stays visible as muted."
    ),
    "unmute": gettext_lazy("It counts again when reports are linked."),
}


@require_safe
@report_view()
def links(visit: Visit) -> HttpResponse:
    """What links this report, as far as the officer may see."""
    seen = selectors.picture(staff=visit.staff, report=visit.report)
    values = known_values(visit)
    may_decide = Action.DIAGNOSE in visit.may
    own = [edge for edge in seen.edges if edge.one.pk == visit.report.pk]
    others = [edge for edge in seen.edges if edge.one.pk != visit.report.pk]
    decisions = _decisions(visit)
    decided = {row["with"]: row for row in decisions if row["undo"]}

    def rows(edges: list[Edge]) -> list[Row]:
        return [_edge(visit, edge, values, decided) for edge in edges]

    context = {
        "visit": visit,
        "head": heading(visit.report),
        "summary": summary(seen),
        "alone": len(seen.members) < 2 and not seen.ask,
        "picture": draw(visit, seen, values),
        "edges": rows(own),
        "others": rows(others[:MOST_OTHERS]),
        "others_count": len(others),
        "others_left": len(others) > MOST_OTHERS,
        "suggested": rows(seen.suggested),
        "muted": [
            {
                "kind": said.kind(value.kind),
                "value": values.get(value.token, ""),
                "why": said.MUTED.get(value.why, value.why),
                "holders": value.holders,
                "href": visit.url("link-value", act="unmute", token=value.token),
            }
            for value in seen.muted
        ],
        "values": [
            {
                "value": text,
                "href": visit.url("link-value", act="mute", token=token),
            }
            for token, text in values.items()
            if token not in {value.token for value in seen.muted}
        ],
        "ask": [words.unit_name(unit) for unit in seen.ask],
        "decisions": decisions,
        "may_decide": may_decide,
        "offender": visit.url("offender") if len(seen.members) > 1 else "",
    }
    return page(visit.request, "links", context)


def summary(seen: Picture) -> str:
    """How many reports mean the same person, in one sentence."""
    others = len(seen.members) - 1
    if not others:
        return _("No other report that you may see is linked to this one.")
    return ngettext(
        "%(count)s other report seems to mean the same person.",
        "%(count)s other reports seem to mean the same person.",
        others,
    ) % {"count": others}


def known_values(visit: Visit) -> dict[int, str]:
    """What stands behind the tokens of this report; empty when its answers do not open."""
    try:
        answers = open_part(staff=visit.staff, report=visit.report, kind=PartKind.ANSWERS)
    except (NoKey, NoSuchPart):
        return {}
    return selectors.values_of(visit.report, answers)


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def pair(visit: Visit, act: str, other: str) -> HttpResponse:
    """Confirm a link or split it, with a reason."""
    if act not in PAIRS:
        raise Http404
    second = get_visible(visit.staff, other)
    facts = [
        {
            "label": _("Report"),
            "value": said.code_of(report),
            "ltr": True,
            "href": said.page_of(report),
        }
        for report in (visit.report, second)
    ]
    return _decide(visit, act, facts, lambda reason: PAIRS[act](
        staff=visit.staff, report=visit.report, other=second.pk, reason=reason
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def value(visit: Visit, act: str, token: str) -> HttpResponse:
    """Mute a value of this report or let it speak again, with a reason."""
    if act not in VALUES or not re.fullmatch(r"-?[0-9]{1,19}", token):
        raise Http404
    shown = known_values(visit).get(int(token), "")
    facts: list[Row] = [{"label": _("Value"), "value": shown, "ltr": True}] if shown else []
    everywhere = services.speaks_for_agency(visit.staff)
    facts.append(
        {
            "label": _("Counts for"),
            "value": _("everybody in this agency") if everywhere else _("the view of your unit"),
        }
    )
    return _decide(visit, act, facts, lambda reason: VALUES[act](
        staff=visit.staff, report=visit.report, token=int(token), reason=reason
    ))  # fmt: skip


@posted_from("desk:links", "locator")
@report_view(Action.DIAGNOSE)
def undo(visit: Visit, decision: UUID) -> HttpResponse:
    """Take a decision back."""
    form = forms.Form(visit.request.POST)

    def act() -> None:
        services.undo(staff=visit.staff, report=visit.report, decision=decision)

    if attempt(form, act):
        return done(visit, _("Taken back. The links are as if it had never been said."), "links")
    return act_page(visit, form, {"title": _("Links"), "button": _("Try again")})


def _decide(
    visit: Visit, act: str, facts: list[Row], decide: Callable[[str], object]
) -> HttpResponse:
    form = filled(visit.request, ReasonForm)
    if form.is_bound and attempt(form, lambda: decide(form.cleaned_data["reason"])):
        return done(visit, _("Kept. The links follow within seconds."), "links")
    context = {
        "title": TITLES[act],
        "lead": LEADS[act],
        "button": _("Keep this"),
        "rows": facts,
        "back": visit.url("links"),
        "back_label": _("Back to the links"),
    }
    return act_page(visit, form, context, "category")


def _edge(
    visit: Visit, edge: Edge, values: Mapping[int, str], decided: Mapping[object, Row]
) -> Row:
    """One line of a table. Only what links the report one looks at is decided here; what was
    decided about it can be taken back on the spot."""
    here = edge.one.pk == visit.report.pk
    other = edge.other.locator
    return {
        "one": said.code_of(edge.one),
        "one_href": said.page_of(edge.one),
        "other": said.code_of(edge.other),
        "other_href": said.page_of(edge.other),
        "anchor": said.anchor(edge.other) if here else "",
        "grade": said.GRADES[edge.grade],
        "weight": said.weight(edge),
        "firm": edge.grade is Grade.FIRM,
        "evidence": said.evidence(edge.evidence, values),
        "country": words.place(edge.other.victim_country),
        "received": words.day(edge.other.received_at),
        "decided": decided.get(edge.other.pk) if here else None,
        "confirm": visit.url("link-pair", act="confirm", other=other) if here else "",
        "split": visit.url("link-pair", act="split", other=other) if here else "",
    }


def _decisions(visit: Visit) -> list[Row]:
    try:
        found = selectors.decisions_on(staff=visit.staff, report=visit.report)
    except ReportError:
        return []
    return [_decision(visit, line) for line in found]


def _decision(visit: Visit, line: DecisionLine) -> Row:
    """`with`: the other report of a pair; `undo`: where a decision that stands is taken back."""
    about = line.row
    row: Row = {"at": words.moment(about.at), "reason": line.reason, "undone": "", "undo": ""}
    if not isinstance(about, LinkDecision):
        return row | {"with": None, "what": said.DECISIONS["muted" if about.muted else "unmuted"]}
    row["with"] = about.other_id if about.one_id == visit.report.pk else about.one_id
    row["what"] = said.DECISIONS[about.said]
    if about.undone_at is not None:
        row["undone"] = words.moment(about.undone_at)
    else:
        row["undo"] = visit.url("link-undo", decision=about.pk)
    return row


__all__ = ["links", "pair", "undo", "value"]
