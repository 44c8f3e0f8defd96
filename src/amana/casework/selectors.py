# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from amana.agencies.models import Unit
from amana.casework.promises import next_news_by
from amana.referral.routing import owner_of
from amana.reports.models import Report, Stage

NEXT_STEP = {
    Stage.RECEIVED: "reading",
    Stage.LEGAL_REVIEW: "legal_review",
    Stage.DIAGNOSED: "referral",
    Stage.REFERRED: "work",
    Stage.IN_PROGRESS: "work",
    Stage.WITHDRAWN: "none",
    Stage.CLOSED: "none",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What a reporter may know of where her report stands."""

    stage: str
    last_action_at: datetime
    next_step: str
    next_news_by: datetime | None
    unit: Unit


def status_of(report: Report) -> Status:
    """The stage, when it was reached, what comes next and by when she hears (U-20)."""
    over = report.stage in {Stage.WITHDRAWN, Stage.CLOSED}
    return Status(
        stage=report.stage,
        last_action_at=max(report.stage_at, report.last_news_at),
        next_step=NEXT_STEP[Stage(report.stage)],
        next_news_by=None if over else next_news_by(report),
        unit=owner_of(report),
    )
