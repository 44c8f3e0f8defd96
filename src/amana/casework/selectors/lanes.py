# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inbox of an officer: what she may see, the most urgent and oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from amana.agencies.models import Unit
from amana.casework.clocks import OPEN
from amana.casework.models import Assignment, Deadline, DeadlineKind, SilenceMark
from amana.casework.services.assigning import meets_wish
from amana.config.clock import now
from amana.people.errors import NotAllowed
from amana.people.models import Officer
from amana.people.policies import Action, Staff, may, units_where
from amana.referral.models import Access, AccessRole, Route
from amana.reports.models import Message, MessageKind, Report, Stage
from amana.reports.policies import visible_to
from amana.triage.models import Urgency

PER_PAGE: Final = 50
LANES: Final = (
    "immediate",
    "same_day",
    "normal",
    "legal_review",
    "unread",
    "mine",
    "overdue",
    "withdrawn",
    "closed",
    "all",
)
"""What `inbox` and `counts` know: `all` is everything that is open."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One report in a list; coded facts only, nothing she wrote."""

    id: UUID
    locator: str
    received_at: datetime
    age: timedelta
    urgency: str
    risks: tuple[str, ...]
    category: str
    platform: str
    minor: str
    stage: str
    withdrawn: bool
    unit_code: str
    unit_names: Mapping[str, str]
    rule: str
    next_news_by: datetime | None
    overdue: bool
    last_news_at: datetime
    unread: int
    assigned: bool
    mine: bool
    officer_gender: str
    wish_met: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of a lane. `total` counts all of the lane; pages start at 1."""

    lane: str
    rows: list[InboxRow]
    page: int
    pages: int
    total: int


def inbox(staff: Staff, *, lane: str = "all", page: int = 1) -> Inbox:
    """A page of fifty of one lane, in four queries however many there are. An unknown lane is read
    as `all`, a page beyond the end as the last one.

    `wish_met` says whether the reader herself is whom the person asked for (M-108)."""
    lane = lane if lane in LANES else "all"
    reports = visible_to(staff).filter(_lane(lane, staff))
    return _page(staff, reports, lane=lane, page=page, newest=lane == "closed")


def counts(staff: Staff) -> dict[str, int]:
    """How many reports stand in each lane, in one query."""
    lanes: dict[str, Any] = {
        lane: Count("pk", filter=_lane(lane, staff), distinct=True) for lane in LANES
    }
    found: dict[str, int] = visible_to(staff).aggregate(**lanes)
    return found


def silent(staff: Staff, days: int, *, page: int = 1) -> Inbox:
    """Open reports of the units she supervises that have had no news of a person's making for this
    many days, the longest silence first (M-062). Raises `NotAllowed`."""
    if not may(staff, Action.SEE_SILENT):
        raise NotAllowed
    owners = Access.objects.filter(
        report=OuterRef("pk"),
        role=AccessRole.OWNER,
        until__isnull=True,
        unit_id__in=units_where(staff, Action.SEE_SILENT),
    )
    reports = visible_to(staff).filter(
        OPEN, Exists(owners), last_news_at__lte=now() - timedelta(days=days)
    )
    return _page(staff, reports, lane=f"silent_{days}", page=page, order=("last_news_at", "id"))


def silence_counts(agency_id: UUID, silent_days: tuple[int, ...]) -> dict[int, int]:
    """How many open reports are silent now for each length; for auditors and the public count."""
    live = Report.objects.filter(OPEN, agency_id=agency_id)
    moment = now()
    return {
        days: live.filter(last_news_at__lte=moment - timedelta(days=days)).count()
        for days in silent_days
    }


def silences_marked(agency_id: UUID, *, since: datetime, until: datetime) -> dict[int, int]:
    """How many silences of each length were marked in a period."""
    rows = SilenceMark.objects.filter(agency_id=agency_id, at__gte=since, at__lt=until)
    return dict(rows.values_list("days").annotate(Count("pk")).order_by("days"))


def _lane(lane: str, staff: Staff) -> Q:
    reviewed = Q(stage=Stage.LEGAL_REVIEW)
    if lane in Urgency.values:
        return OPEN & ~reviewed & Q(assessment__urgency=lane)
    by_name: dict[str, Q] = {
        "legal_review": OPEN & reviewed,
        "unread": Q(Exists(_unread())),
        "mine": OPEN & Q(Exists(_assigned().filter(officer_id=staff.officer_id))),
        "overdue": OPEN & Q(Exists(_overdue())),
        "withdrawn": Q(closed_at__isnull=True, withdrawn_at__isnull=False),
        "closed": Q(closed_at__isnull=False),
    }
    return by_name.get(lane, OPEN)


def _unread() -> QuerySet[Message]:
    return Message.objects.filter(
        report=OuterRef("pk"), kind=MessageKind.FROM_REPORTER, read_at__isnull=True
    )


def _assigned() -> QuerySet[Assignment]:
    return Assignment.objects.filter(report=OuterRef("pk"), until__isnull=True)


def _overdue() -> QuerySet[Deadline]:
    return Deadline.objects.filter(report=OuterRef("pk"), met_at__isnull=True, due_at__lt=now())


def _page(
    staff: Staff,
    reports: QuerySet[Report],
    *,
    lane: str,
    page: int,
    newest: bool = False,
    order: tuple[str, ...] = ("assessment__rank", "received_at", "id"),
) -> Inbox:
    total = reports.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    ordered = reports.order_by("-closed_at", "id") if newest else reports.order_by(*order)
    shown = list(_with_facts(ordered)[(page - 1) * PER_PAGE : page * PER_PAGE])
    units = _owners(shown)
    gender = (
        Officer.objects.filter(pk=staff.officer_id).values_list("gender", flat=True).first() or ""
    )
    rows = [_row(report, units, staff, gender) for report in shown]
    return Inbox(lane=lane, rows=rows, page=page, pages=pages, total=total)


def _with_facts(reports: QuerySet[Report]) -> QuerySet[Report]:
    route = Route.objects.filter(report=OuterRef("pk")).order_by("-at", "-id").values("rule")[:1]
    news = Deadline.objects.filter(
        report=OuterRef("pk"), kind=DeadlineKind.NEXT_NEWS, met_at__isnull=True
    ).values("due_at")[:1]
    waiting = _unread().order_by().values("report").annotate(n=Count("pk")).values("n")
    return reports.select_related("assessment").annotate(
        rule=Subquery(route),
        next_news_by=Subquery(news),
        overdue=Exists(_overdue()),
        unread=Coalesce(Subquery(waiting), 0),
        assigned_to=Subquery(_assigned().values("officer_id")[:1]),
    )


def _owners(reports: list[Report]) -> dict[UUID, Unit]:
    rows = Access.objects.filter(
        report__in=reports, role=AccessRole.OWNER, until__isnull=True
    ).select_related("unit")
    return {row.report_id: row.unit for row in rows}


def _row(report: Any, units: Mapping[UUID, Unit], staff: Staff, gender: str) -> InboxRow:
    """`report` is a `Report` with the annotations of `_with_facts`."""
    unit = units[report.id]
    return InboxRow(
        id=report.id,
        locator=report.locator,
        received_at=report.received_at,
        age=now() - report.received_at,
        urgency=report.assessment.urgency,
        risks=tuple(dict.fromkeys(risk["risk"] for risk in report.assessment.risks)),
        category=report.category,
        platform=report.platform,
        minor=report.minor,
        stage=report.stage,
        withdrawn=report.withdrawn_at is not None,
        unit_code=unit.code,
        unit_names=unit.names,
        rule=report.rule or "",
        next_news_by=report.next_news_by if report.closed_at is None else None,
        overdue=report.overdue and report.closed_at is None and report.withdrawn_at is None,
        last_news_at=report.last_news_at,
        unread=report.unread,
        assigned=report.assigned_to is not None,
        mine=report.assigned_to == staff.officer_id,
        officer_gender=report.officer_gender,
        wish_met=meets_wish(report.officer_gender, gender),
    )
