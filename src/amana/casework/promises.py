# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reporter is promised in the minute she files, as stored dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Model, QuerySet

from amana.casework.events import Tag
from amana.casework.models import Alert, Deadline, DeadlineKind
from amana.config.fresh import fresh
from amana.config.prepared import Prepared, Slot
from amana.journal.events import NODE, Act
from amana.journal.models import Event
from amana.journal.services import prepare
from amana.packs import Urgency as Letter
from amana.packs import load_pack
from amana.packs.records import Stage
from amana.referral.routing import Routed
from amana.reports.intake import Received
from amana.reports.models import Report
from amana.triage.assess import Assessed
from amana.triage.models import Urgency

STAGE: dict[str, Stage] = {
    DeadlineKind.ACKNOWLEDGED: "acknowledged",
    DeadlineKind.DIAGNOSED: "diagnosed",
    DeadlineKind.REFERRED: "referred",
    DeadlineKind.NEXT_NEWS: "next_news",
}
LETTER: dict[str, Letter] = {Urgency.IMMEDIATE: "U", Urgency.SAME_DAY: "H", Urgency.NORMAL: "N"}


@dataclass(slots=True)
class Promised:
    """Unsaved deadlines and alerts."""

    deadlines: list[Deadline] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    def rows(self) -> list[Model]:
        return [*self.deadlines, *self.alerts]

    @property
    def next_news(self) -> Deadline:
        return next(d for d in self.deadlines if d.kind == DeadlineKind.NEXT_NEWS)


def promise(received: Received, assessed: Assessed, routed: Routed) -> tuple[Promised, list[Event]]:
    """Deadlines by urgency from the pack; acknowledged is met at once. What is urgent raises an
    alert at its unit and at the duty unit that says nothing but that something waits."""
    report = received.report
    clocks = load_pack(report.agency.pack).deadlines
    letter = LETTER[assessed.row.urgency]
    promised = Promised()
    for kind in DeadlineKind:
        hours = clocks.hours(STAGE[kind], letter)
        due = report.received_at + timedelta(hours=hours)
        met = report.received_at if kind == DeadlineKind.ACKNOWLEDGED else None
        promised.deadlines.append(
            fresh(
                Deadline,
                agency_id=report.agency_id,
                report=report,
                kind=kind,
                due_at=due,
                met_at=met,
            )
        )
    if assessed.row.urgency == Urgency.IMMEDIATE:
        units = {unit.id: unit for unit in (routed.unit, routed.duty)}
        promised.alerts = [
            fresh(
                Alert,
                agency_id=report.agency_id,
                report=report,
                unit=unit,
                reason="immediate",
                at=report.received_at,
            )
            for unit in units.values()
        ]
    act = Act(Tag.DEADLINE_SET, NODE, report.agency_id, "report", report.id, routed.unit.id)
    return promised, [prepare(act)]


def next_news_by(report: Report) -> datetime:
    """The date by which the reporter will hear, as it was promised last."""
    row = _LAST_NEWS.first(report=report.pk)
    return row[0] if row is not None else report.received_at


def _last_news() -> QuerySet[Deadline, tuple[datetime]]:
    mine = Deadline.objects.filter(
        report_id=Slot("report", models.UUIDField()), kind=DeadlineKind.NEXT_NEWS
    )
    return mine.order_by("-due_at").values_list("due_at")[:1]


_LAST_NEWS: Final = Prepared(_last_news)
