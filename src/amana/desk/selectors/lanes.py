# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lanes of the inbox. A lane is one condition; list, count and page use the same one, over the
reports that `visible_to` gives, so that none of them can say more than another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.casework.clocks import OPEN as AWAITED
from amana.casework.models import Alert, Assignment, Deadline, DeadlineKind
from amana.casework.series import SERIES
from amana.config.clock import now
from amana.people.policies import Action, Staff, may, units_where
from amana.referral.models import Route
from amana.reports.models import Access, AccessRole, Message, MessageKind, Report, Stage
from amana.reports.policies import visible_to
from amana.triage.models import Urgency

MAX_PAGE: Final = 40
OPEN: Final = Q(closed_at__isnull=True)
Condition = Callable[[Staff], Q]


@dataclass(frozen=True, slots=True)
class Lane:
    """`action`: who has this lane at all."""

    name: str
    label: str | Promise
    empty: str | Promise
    holds: Condition
    urgent: bool = False
    action: Action = Action.READ_REPORT


MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """Reports with an alert: those that are urgent, and those that continue a series."""

    urgent: int
    series: int


def _owned(staff: Staff, action: Action) -> Q:
    mine = Access.objects.filter(
        report=OuterRef("pk"),
        role=AccessRole.OWNER,
        until=None,
        unit_id__in=units_where(staff, action),
    )
    return Q(Exists(mine))


def _taken_by(staff: Staff) -> Q:
    taken = Assignment.objects.filter(
        report=OuterRef("pk"), until=None, officer_id=staff.officer_id
    )
    return Q(Exists(taken))


def _joint(staff: Staff) -> Q:
    joint = Access.objects.filter(
        report=OuterRef("pk"),
        role=AccessRole.CO_OWNER,
        until=None,
        unit_id__in=units_where(staff, Action.READ_REPORT),
    )
    return Q(Exists(joint))


def _unread(_staff: Staff) -> Q:
    unread = Message.objects.filter(
        report=OuterRef("pk"), kind=MessageKind.FROM_REPORTER, read_at=None
    )
    return Q(Exists(unread))


def _silent(days: int) -> Condition:
    def holds(staff: Staff) -> Q:
        since = now() - timedelta(days=days)
        return AWAITED & Q(last_news_at__lte=since) & _owned(staff, Action.SEE_SILENT)

    return holds


_NOTHING: Final = _("Nothing here at the moment.")
_SILENT: Final = _("Everybody has heard from us in this time.")
LANES: Final = (
    Lane(
        "to-read",
        _("To read"),
        _("Everything has been read. New reports appear here by themselves."),
        lambda staff: Q(stage=Stage.RECEIVED),
    ),
    Lane(
        "urgent",
        _("Urgent"),
        _("Nothing urgent at the moment."),
        lambda staff: OPEN & Q(assessment__urgency=Urgency.IMMEDIATE),
        urgent=True,
    ),
    Lane(
        "messages",
        _("New messages"),
        _("No message waits to be read."),
        _unread,
    ),
    Lane("mine", _("My cases"), _("You have taken no case yet."), lambda s: OPEN & _taken_by(s)),
    Lane(
        "legal-review",
        _("Legal review"),
        _("No report waits for a legal reviewer."),
        lambda staff: Q(stage=Stage.LEGAL_REVIEW),
    ),
    Lane(
        "referred",
        _("Referred to us"),
        _NOTHING,
        lambda staff: Q(stage=Stage.REFERRED) & _owned(staff, Action.READ_REPORT),
    ),
    Lane("joint", _("Joint cases"), _NOTHING, lambda staff: OPEN & _joint(staff)),
    Lane("silent-30", _("Silent over 30 days"), _SILENT, _silent(30), True, Action.SEE_SILENT),
    Lane("silent-90", _("Silent over 90 days"), _SILENT, _silent(90), True, Action.SEE_SILENT),
    Lane("silent-365", _("Silent over a year"), _SILENT, _silent(365), True, Action.SEE_SILENT),
    Lane("open", _("All open"), _NOTHING, lambda staff: OPEN),
    Lane("closed", _("Closed"), _NOTHING, lambda staff: ~OPEN),
)
BY_NAME: Final = {lane.name: lane for lane in LANES}
FIRST: Final = "to-read"


def lanes_of(staff: Staff) -> list[Lane]:
    """The lanes that this officer has."""
    if not may(staff, Action.READ_REPORT):
        return []
    return [lane for lane in LANES if may(staff, lane.action)]


def counts(staff: Staff) -> list[tuple[Lane, int]]:
    """Every lane with how many reports are in it, in one query."""
    lanes = lanes_of(staff)
    if not lanes:
        return []
    named = {f"n{at}": Count("pk", filter=lane.holds(staff)) for at, lane in enumerate(lanes)}
    found = visible_to(staff).aggregate(**named)
    return [(lane, found[f"n{at}"]) for at, lane in enumerate(lanes)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody filters by, in codes; empty: no filter. `words` is a locator."""

    urgency: str = ""
    category: str = ""
    unit: str = ""
    locator: str = ""


def reports_in(staff: Staff, lane: Lane, wanted: Wanted) -> QuerySet[Report]:
    """The reports of a lane, the most urgent first and the oldest first among those (closed ones:
    the newest first), with all that a row of the inbox shows."""
    rows = visible_to(staff).filter(lane.holds(staff))
    if wanted.urgency:
        rows = rows.filter(assessment__urgency=wanted.urgency)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.locator:
        rows = rows.filter(locator__startswith=wanted.locator)
    if wanted.unit:
        owners = Access.objects.filter(
            report=OuterRef("pk"), role=AccessRole.OWNER, until=None, unit__code=wanted.unit
        )
        rows = rows.filter(Exists(owners))
    order = ["-stage_at"] if lane.name == "closed" else ["assessment__rank", "received_at"]
    return _with_all_for_a_row(rows).order_by(*order, "pk")


def _with_all_for_a_row(rows: QuerySet[Report]) -> QuerySet[Report]:
    return (
        rows.select_related("assessment", "agency")
        .annotate(
            unread=Count(
                "messages",
                filter=Q(messages__kind=MessageKind.FROM_REPORTER, messages__read_at=None),
            )
        )
        .prefetch_related(
            Prefetch("routes", Route.objects.select_related("unit").order_by("at", "id")),
            Prefetch(
                "deadlines",
                Deadline.objects.filter(met_at=None, kind=DeadlineKind.NEXT_NEWS),
                to_attr="promised",
            ),
        )
    )


def late(staff: Staff) -> QuerySet[Deadline]:
    """Stored deadlines of open reports that are not met, the earliest first."""
    return (
        Deadline.objects.filter(report__in=visible_to(staff).filter(OPEN).values("pk"), met_at=None)
        .select_related("report", "report__assessment")
        .order_by("due_at", "id")
    )


def late_count(staff: Staff) -> int:
    """How many of them have passed."""
    return late(staff).filter(due_at__lt=now()).count()


def unseen_alerts(staff: Staff) -> Waiting:
    """How many reports have an alert at her units that nobody has seen yet, each once however many
    of her units were told. They say that something waits, no more."""
    units = units_where(staff, Action.READ_REPORT)
    series = Count("report", filter=Q(reason=SERIES), distinct=True)
    urgent = Count("report", filter=~Q(reason=SERIES), distinct=True)
    found = Alert.objects.filter(unit_id__in=units, seen_at=None)
    return Waiting(**found.aggregate(urgent=urgent, series=series))


def in_series(staff: Staff) -> list[Report]:
    """The reports with such an alert that she may see, the newest first, at most `MOST_NAMED`."""
    units = units_where(staff, Action.READ_REPORT)
    told = Alert.objects.filter(unit_id__in=units, seen_at=None, reason=SERIES)
    rows = visible_to(staff).filter(pk__in=told.values("report_id"))
    return list(rows.order_by("-received_at", "-pk")[:MOST_NAMED])
