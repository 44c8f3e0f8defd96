# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is due and what has rung."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from amana.casework.clocks import open_reports
from amana.casework.models import Alert, Deadline
from amana.config.clock import now
from amana.people.policies import Action, Staff, units_where
from amana.reports.policies import visible_to

MAX_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """An open deadline of a report that she may see."""

    report_id: UUID
    locator: str
    kind: str
    due_at: datetime
    overdue: bool
    escalated: bool


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something urgent waits at a unit of hers. `locator` is empty when it is not for her eyes."""

    id: UUID
    at: datetime
    unit_code: str
    reason: str
    locator: str


def deadlines(staff: Staff, *, limit: int = MAX_ROWS) -> list[DeadlineRow]:
    """Open deadlines of open reports she may see, the soonest first."""
    rows = (
        Deadline.objects.filter(
            met_at__isnull=True,
            report__in=visible_to(staff).filter(pk__in=open_reports().values("pk")),
        )
        .select_related("report")
        .order_by("due_at", "id")[: min(limit, MAX_ROWS)]
    )
    moment = now()
    return [
        DeadlineRow(
            row.report_id,
            row.report.locator,
            row.kind,
            row.due_at,
            row.due_at < moment,
            row.escalated_at is not None,
        )
        for row in rows
    ]


def alerts(staff: Staff) -> list[AlertRow]:
    """Alerts of her units that nobody has seen yet, the newest first."""
    rows = list(
        Alert.objects.filter(
            unit_id__in=units_where(staff, Action.READ_REPORT), seen_at__isnull=True
        )
        .select_related("unit", "report")
        .order_by("-at", "-id")[:MAX_ROWS]
    )
    seen = set(
        visible_to(staff)
        .filter(pk__in=[row.report_id for row in rows])
        .values_list("pk", flat=True)
    )
    return [
        AlertRow(
            row.id,
            row.at,
            row.unit.code,
            row.reason,
            row.report.locator if row.report_id in seen else "",
        )
        for row in rows
    ]
