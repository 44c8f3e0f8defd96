# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alleged perpetrators and where they stand; "ongoing" is computed (field, C5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from amana.casework.models import Suspect
from amana.casework.services.suspects import suspect_purpose
from amana.config.clock import now
from amana.people.policies import Staff
from amana.reports.models import Report
from amana.reports.opening import open_note

PRESENTED: Final = "before_justice"
SOUGHT: Final = "search_notice"
ONGOING: Final = "ongoing"
MAX_ROWS: Final = 100

_SOUGHT: Final = Q(
    presented_at__isnull=True,
    search_notice_at__isnull=False,
    search_notice_withdrawn_at__isnull=True,
)


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """A suspect of a report; who it is must be opened with `suspect_identity`. `expired` marks a
    search notice whose last day has passed and that nobody withdrew."""

    id: UUID
    role: str
    relation: str
    identified_at: datetime
    state: str
    expired: bool
    row: Suspect


@dataclass(frozen=True, slots=True)
class Funnel:
    """Suspects of a period: identified = before justice + search notice + ongoing (T3)."""

    identified: int
    before_justice: int
    search_notice: int
    ongoing: int


def state_of(suspect: Suspect) -> str:
    """Where one suspect stands: before justice wins over a notice, a notice over neither."""
    if suspect.presented_at is not None:
        return PRESENTED
    live = suspect.search_notice_at and not suspect.search_notice_withdrawn_at
    return SOUGHT if live else ONGOING


def suspects(report: Report) -> list[SuspectRow]:
    """The suspects of a report, the first identified first."""
    rows = Suspect.objects.filter(report=report).order_by("identified_at", "id")[:MAX_ROWS]
    today = now().date()
    return [_row(row, today) for row in rows]


def _row(row: Suspect, today: date) -> SuspectRow:
    state, last_day = state_of(row), row.search_notice_expires_on
    expired = state == SOUGHT and last_day is not None and last_day < today
    return SuspectRow(row.id, row.role, row.relation, row.identified_at, state, expired, row)


def suspect_identity(*, staff: Staff, row: Suspect) -> str:
    """Open whom the unit takes it to be. Raises what `reports.opening.open_part` raises."""
    return open_note(
        staff=staff,
        report=row.report,
        purpose=suspect_purpose(row),
        sealed=bytes(row.sealed_identity),
    )


def funnel(agency_id: UUID, *, since: datetime, until: datetime) -> Funnel:
    """Suspects identified in a period and where they stand now."""
    found = Suspect.objects.filter(
        agency_id=agency_id, identified_at__gte=since, identified_at__lt=until
    ).aggregate(
        identified=Count("pk"),
        presented=Count("pk", filter=Q(presented_at__isnull=False)),
        sought=Count("pk", filter=_SOUGHT),
    )
    rest = found["identified"] - found["presented"] - found["sought"]
    return Funnel(found["identified"], found["presented"], found["sought"], rest)
