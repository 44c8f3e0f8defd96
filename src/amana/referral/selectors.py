# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads about where a report went and on whose word. Callers have asked whether she may see it;
what is sealed is opened through `reports.opening`, which asks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from amana.agencies.models import Unit, UnitKind
from amana.packs import UnknownCodeError, load_pack
from amana.people.policies import Staff
from amana.referral import notice
from amana.referral.models import (
    Access,
    CrossBorderTask,
    Instruction,
    ProsecutorNotice,
    Route,
)
from amana.referral.routing import owner_of
from amana.referral.services.access import reason_purpose
from amana.referral.services.prosecution import instruction_purpose, notice_purpose
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_note
from amana.reports.questionnaire.types import Json

__all__ = [
    "RouteRow",
    "cross_border_result",
    "cross_border_task",
    "has_instruction",
    "instruction_text",
    "instructions",
    "latest_instruction",
    "notice_content",
    "notice_jws",
    "notices",
    "owner_of",
    "prosecution_offices",
    "referral_targets",
    "route_reason",
    "routes",
    "units_on",
]

MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One decision on the way of a report. `row` opens its reason, where a person decided."""

    at: datetime
    unit: Unit
    rule: str
    inputs: Mapping[str, str]
    by_rule: bool
    row: Route


def has_instruction(report: Report, action: str) -> bool:
    """Whether a prosecution office has directed this act (M-004)."""
    return Instruction.objects.filter(report=report, action=action).exists()


def latest_instruction(report: Report, action: str) -> Instruction | None:
    """The newest instruction for this act."""
    rows = Instruction.objects.filter(report=report, action=action)
    return rows.order_by("-recorded_at", "-id").first()


def instructions(report: Report) -> list[Instruction]:
    """All instructions, the newest first."""
    rows = Instruction.objects.filter(report=report).select_related("office")
    return list(rows.order_by("-recorded_at", "-id")[:MAX_ROWS])


def notices(report: Report) -> list[ProsecutorNotice]:
    """All notices to prosecution offices, the newest first."""
    rows = ProsecutorNotice.objects.filter(report=report).select_related("office", "report")
    return list(rows.order_by("-at", "-id")[:MAX_ROWS])


def routes(report: Report) -> list[RouteRow]:
    """Every decision on where the report goes, the oldest first (M-003)."""
    rows = Route.objects.filter(report=report).select_related("unit").order_by("at", "id")
    return [
        RouteRow(row.at, row.unit, row.rule, row.inputs, row.by_rule, row)
        for row in rows[:MAX_ROWS]
    ]


def units_on(report: Report) -> list[Access]:
    """Who has a ground to see the report now."""
    rows = Access.objects.filter(report=report, until=None).select_related("unit")
    return list(rows.order_by("since", "id")[:MAX_ROWS])


def cross_border_task(report: Report) -> CrossBorderTask | None:
    """The task about what lies abroad, open or done."""
    return CrossBorderTask.objects.filter(report=report).first()


def referral_targets(report: Report) -> list[Unit]:
    """Units of the agency a report can be referred to, without the one that owns it."""
    units = Unit.objects.filter(agency_id=report.agency_id).exclude(kind=UnitKind.PROSECUTION)
    return list(units.exclude(pk=owner_of(report).pk).order_by("code")[:200])


def prosecution_offices(report: Report) -> list[Unit]:
    """The prosecution offices, the one competent for the person's place first (M-005)."""
    offices = list(
        Unit.objects.filter(agency_id=report.agency_id, kind=UnitKind.PROSECUTION).order_by("code")
    )
    try:
        first = load_pack(report.agency.pack).prosecution_for(report.victim_region).code
    except UnknownCodeError:
        return offices
    return sorted(offices, key=lambda office: office.code != first)


def route_reason(*, staff: Staff, row: Route) -> str:
    """Open why a person sent it there. Raises what `reports.opening.open_part` raises."""
    if row.sealed_reason is None:
        return ""
    return open_note(
        staff=staff, report=row.report, purpose=reason_purpose(row), sealed=bytes(row.sealed_reason)
    )


def cross_border_result(*, staff: Staff, task: CrossBorderTask) -> str:
    """Open what was done abroad. Raises what `reports.opening.open_part` raises."""
    if task.sealed_result is None:
        return ""
    return open_note(
        staff=staff, report=task.report, purpose="cross-border", sealed=bytes(task.sealed_result)
    )


def notice_jws(*, staff: Staff, row: ProsecutorNotice) -> str:
    """Open the signed notice as it was sent. Raises what `reports.opening.open_part` raises."""
    return open_note(
        staff=staff,
        report=row.report,
        purpose=notice_purpose(row),
        sealed=bytes(row.sealed_jws),
        kind=PartKind.NOTICE,
    )


def notice_content(*, staff: Staff, row: ProsecutorNotice) -> dict[str, Json]:
    """What the signed notice says. Raises `notice.NotGenuine` too."""
    return notice.read(notice_jws(staff=staff, row=row))


def instruction_text(*, staff: Staff, row: Instruction) -> str:
    """Open the words of an instruction. Raises what `reports.opening.open_part` raises."""
    return open_note(
        staff=staff,
        report=row.report,
        purpose=instruction_purpose(row),
        sealed=bytes(row.sealed_text),
        kind=PartKind.NOTICE,
    )
