# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a report stands, in the few words that answer "what is happening?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amana.agencies.models import Unit
from amana.casework.models import Deadline, DeadlineKind
from amana.referral.models import Access, AccessRole
from amana.reports.models import Report, Stage

_NEXT: Final[Mapping[str, str]] = {
    Stage.RECEIVED: "diagnosis",
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
    unit: Unit
    disposition: str


def status_of(report: Report) -> Status:
    """For the portal's status page and the API; two queries, and it writes nothing."""
    owner = Access.objects.select_related("unit").get(
        report=report, role=AccessRole.OWNER, until__isnull=True
    )
    stage = report.stage
    if report.withdrawn_at is not None and report.closed_at is None:
        stage = Stage.WITHDRAWN
    return Status(
        stage=stage,
        last_action_at=max(report.stage_at, report.last_news_at),
        next_step=_NEXT[stage],
        next_news_by=_next_news(report),
        unit=owner.unit,
        disposition=report.disposition,
    )


def _next_news(report: Report) -> datetime | None:
    if report.closed_at is not None or report.withdrawn_at is not None:
        return None
    open_promise = Deadline.objects.filter(
        report=report, kind=DeadlineKind.NEXT_NEWS, met_at__isnull=True
    )
    return open_promise.values_list("due_at", flat=True).first()
