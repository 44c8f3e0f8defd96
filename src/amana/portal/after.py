# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reporter may know of her report: where it went and why, what comes, who opened it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from amana.casework.models import DeadlineKind
from amana.casework.selectors import status_of
from amana.figures.selectors import typical_for
from amana.figures.wording import ROWS, number
from amana.journal.models import Event
from amana.portal.said import NEXT_STEPS, clock, day, reason
from amana.referral.routing import owner_of
from amana.reports.events import Tag
from amana.reports.models import Report, Stage
from amana.reports.wording import STAGES

MOST_OPENINGS: Final = 20
HOURS_UP_TO: Final = 48
OPENINGS: Final[dict[str, Promise]] = {
    Tag.READ: gettext_lazy("What you wrote was opened"),
    Tag.IDENTITY_READ: gettext_lazy("Your name or contact was opened"),
    Tag.ANNEX_OPEN: gettext_lazy("The part for a few people was opened"),
}
ROLES: Final[dict[str, Promise]] = {
    "intake_officer": gettext_lazy("by an officer who reads new reports"),
    "investigator": gettext_lazy("by an investigator"),
    "supervisor": gettext_lazy("by a supervisor"),
    "legal_reviewer": gettext_lazy("by a legal reviewer"),
    "prosecutor": gettext_lazy("by a prosecutor"),
    "child_unit": gettext_lazy("by the unit for children"),
    "liaison": gettext_lazy("by an officer for other countries"),
    "custodian": gettext_lazy("by a keeper of keys"),
    "auditor": gettext_lazy("by an auditor"),
}


@dataclass(frozen=True, slots=True)
class Ahead:
    """What happens now, in time order, ready to be drawn."""

    steps: Sequence[dict[str, str]]
    unit: str
    reason: str
    next_news: str
    watched: bool
    minor: bool


def ahead(report: Report) -> Ahead:
    """The way of a report that was just filed (U-11)."""
    status = status_of(report)
    unit = _name(owner_of(report).names)
    why = _reason(report)
    news = day(status.next_news_by) if status.next_news_by else ""
    steps = [
        _step("done", _("Received and sealed"), clock(report.received_at)),
        _step("done", _("Sent to: %(unit)s") % {"unit": unit}, note=why),
        _step("now", _("A trained person reads it, at the latest on"), _read_by(report)),
        _step("next", _("News from us, even if nothing has changed, at the latest on"), news),
    ]
    return Ahead(
        steps=steps,
        unit=unit,
        reason=why,
        next_news=news,
        watched="P2" in report.offences,
        minor=report.minor == "yes",
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands now, in plain words (U-20)."""

    stage: str
    last_action: str
    next_step: str
    next_news: str
    unit: str
    reason: str


def standing(report: Report) -> Standing:
    """For the status page."""
    status = status_of(report)
    return Standing(
        stage=str(STAGES[Stage(status.stage)]),
        last_action=day(status.last_action_at),
        next_step=str(NEXT_STEPS.get(status.next_step, NEXT_STEPS["work"])),
        next_news=day(status.next_news_by) if status.next_news_by else "",
        unit=_name(owner_of(report).names),
        reason=_reason(report),
    )


def typical(report: Report) -> list[str]:
    """How long each step took for reports of this kind in the last published period, with the
    number of reports it rests on: what may be expected, never a promise (M-046)."""
    return [
        _("%(step)s: half within %(median)s, nine of ten within %(most)s (%(count)s reports)")
        % {
            "step": ROWS[f"T12/{row.step}"],
            "median": _lasting(row.median_hours),
            "most": _lasting(row.p90_hours),
            "count": number(row.count),
        }
        for row in typical_for(report)
    ]


def _lasting(hours: float) -> str:
    """A time as people say it: hours up to two days, then days; never less than it was."""
    if hours <= HOURS_UP_TO:
        whole = max(1, ceil(hours))
        return ngettext("%(n)s hour", "%(n)s hours", whole) % {"n": whole}
    days = ceil(hours / 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def openings(report: Report) -> list[dict[str, str]]:
    """When what she wrote was opened, and by which role; the newest first, never a name."""
    rows = Event.objects.filter(subject_id=report.id, tag__in=list(OPENINGS), body__isnull=False)
    found = []
    for event in rows.order_by("-at")[:MOST_OPENINGS]:
        role = str(json.loads(bytes(event.body or b"{}")).get("actor", {}).get("role", ""))
        found.append(
            {
                "at": clock(event.at),
                "what": str(OPENINGS[event.tag]),
                "who": str(ROLES.get(role, _("by somebody of the team"))),
            }
        )
    return found


def _step(state: str, text: str, date: str = "", *, note: str = "") -> dict[str, str]:
    return {"state": state, "text": text, "date": date, "note": note}


def _read_by(report: Report) -> str:
    row = report.deadlines.filter(kind=DeadlineKind.DIAGNOSED).order_by("due_at").first()
    return day(row.due_at) if row is not None else ""


def _reason(report: Report) -> str:
    route = report.routes.order_by("-at").first()
    if route is None:
        return ""
    another = report.reporter_role != "victim"
    return reason(route.rule, by_rule=route.by_rule, for_another=another)


def _name(names: dict[str, str]) -> str:
    return names.get(get_language() or "en") or names["en"]
