# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a report stands, in the few words that answer "what is happening?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amana.casework.promises import next_news_by
from amana.reports.models import Report, Stage

_NEXT: Final[Mapping[str, str]] = {
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
    """`stage` and `next_step` are codes: the page says them in the reader's language.
    `next_news_by` is empty for what is closed or withdrawn, and may lie in the past: then we are
    late, and the page says so. `disposition` is empty until it is closed."""

    stage: str
    last_action_at: datetime
    next_step: str
    next_news_by: datetime | None
    disposition: str


def status_of(report: Report) -> Status:
    """For the portal's status page and the API (U-20); one query, and it writes nothing."""
    stage = report.stage
    if report.withdrawn_at is not None and report.closed_at is None:
        stage = Stage.WITHDRAWN
    return Status(
        stage=stage,
        last_action_at=max(report.stage_at, report.last_news_at),
        next_step=_NEXT[stage],
        next_news_by=_next_news(report),
        disposition=report.disposition,
    )


def _next_news(report: Report) -> datetime | None:
    if report.closed_at is not None or report.withdrawn_at is not None:
        return None
    return next_news_by(report)
