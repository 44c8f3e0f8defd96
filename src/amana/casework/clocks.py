# SPDX-License-Identifier: AGPL-3.0-or-later
"""What runs by the clock. Every round does a bounded piece of work, and can run twice or on two
hosts at once: each write is guarded by a condition or a constraint of the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from amana.agencies.models import Agency, Unit
from amana.casework.events import Tag
from amana.casework.models import Alert, Deadline, DeadlineKind, SilenceMark
from amana.config.clock import now
from amana.journal.events import NODE, Act
from amana.journal.models import Event
from amana.journal.services import record
from amana.packs import load_pack
from amana.referral.models import ProsecutorNotice, Route
from amana.reports.events import Tag as ReportTag
from amana.reports.models import Access, AccessRole, Message, MessageKind, Report
from amana.reports.services import mailbox
from amana.triage.models import Diagnosis, Urgency

AT_ONCE: Final = 200
STILL_OPEN: Final = "still_open"
IMMEDIATE: Final = "immediate"
NOT_LOOKED_AT: Final = "not_looked_at"

OPEN: Final = Q(closed_at__isnull=True, withdrawn_at__isnull=True)
"""Reports that somebody owes news on."""


def open_reports() -> QuerySet[Report]:
    """Reports that are neither closed nor withdrawn."""
    return Report.objects.filter(OPEN)


def mark_missed() -> int:
    """Settle the deadlines that a diagnosis or a referral has met, then mark those that passed
    unmet. Returns how many were missed."""
    settle()
    moment = now()
    late = Deadline.objects.filter(
        due_at__lt=moment,
        met_at__isnull=True,
        missed_at__isnull=True,
        report__in=open_reports(),
    ).order_by("due_at")[:AT_ONCE]
    return sum(_miss(row, moment) for row in late)


def _miss(row: Deadline, moment: datetime) -> int:
    with transaction.atomic():
        changed = Deadline.objects.filter(
            pk=row.pk, met_at__isnull=True, missed_at__isnull=True
        ).update(missed_at=moment)
        if changed:
            _leaf(Tag.DEADLINE_MISS, row)
    return changed


def settle() -> int:
    """Deadlines follow the facts: diagnosed is met when the first diagnosis was recorded, referred
    when it was first given to another unit or a prosecution office. Late is late: a deadline that
    was met after its time is marked missed too. Returns how many were met."""
    diagnosed = Diagnosis.objects.filter(report=OuterRef("report")).order_by("at").values("at")
    route = Route.objects.filter(report=OuterRef("report"), rule="referral").order_by("at")
    notice = ProsecutorNotice.objects.filter(report=OuterRef("report")).order_by("at")
    unmet = Deadline.objects.filter(met_at__isnull=True).order_by("due_at")
    done = _settle(unmet.filter(kind=DeadlineKind.DIAGNOSED), Subquery(diagnosed[:1]))
    referred = unmet.filter(kind=DeadlineKind.REFERRED)
    for source in (route.values("at"), notice.values("at")):
        done += _settle(referred, Subquery(source[:1]))
    return done


def _settle(deadlines: QuerySet[Deadline], happened_at: Subquery) -> int:
    done = 0
    rows = deadlines.annotate(happened=happened_at).filter(happened__isnull=False)
    for row in rows[:AT_ONCE]:
        happened: datetime = row.happened
        late = row.missed_at or (now() if happened > row.due_at else None)
        with transaction.atomic():
            changed = Deadline.objects.filter(pk=row.pk, met_at__isnull=True).update(
                met_at=happened, missed_at=late
            )
            if changed:
                _leaf(Tag.DEADLINE_MEET, row)
        done += changed
    return done


def _leaf(tag: Tag, row: Deadline) -> None:
    facts: dict[str, str | int | bool | None] = {"deadline": row.kind}
    record(Act(tag, NODE, row.agency_id, "report", row.report_id, facts=facts))


def escalate() -> int:
    """What is urgent and was not looked at within the pack's minutes goes to the duty unit: access
    and an alert that says nothing but that something waits. A new owner of something urgent gets
    its alert too. Returns how many alerts were raised.

    Terrorism alerts the duty unit and gives it no access: it calls the specialised unit (M-074)."""
    return sum(
        _alert_new_owners(agency) + _escalate_unread(agency) for agency in Agency.objects.all()
    )


def _urgent(agency: Agency) -> QuerySet[Report]:
    return open_reports().filter(agency=agency, assessment__urgency=Urgency.IMMEDIATE)


def _alert_new_owners(agency: Agency) -> int:
    raised = Alert.objects.filter(report=OuterRef("report"), unit=OuterRef("unit"))
    owners = Access.objects.filter(
        ~Exists(raised),
        role=AccessRole.OWNER,
        until__isnull=True,
        report__in=_urgent(agency),
    ).select_related("report", "unit")[:AT_ONCE]
    return sum(raise_alert(row.report, row.unit, IMMEDIATE) for row in owners)


def _escalate_unread(agency: Agency) -> int:
    duty = Unit.objects.filter(agency=agency, is_duty=True).first()
    if duty is None:
        return 0
    minutes = load_pack(agency.pack).deadlines.urgent_first_look_minutes
    looked = Event.objects.filter(subject_id=OuterRef("pk"), tag=ReportTag.READ)
    raised = Alert.objects.filter(report=OuterRef("pk"), unit=duty, reason=NOT_LOOKED_AT)
    waiting = (
        _urgent(agency)
        .filter(
            ~Exists(looked), ~Exists(raised), received_at__lt=now() - timedelta(minutes=minutes)
        )
        .select_related("assessment")
        .order_by("received_at")[:AT_ONCE]
    )
    return sum(_escalate(report, duty) for report in waiting)


def _escalate(report: Report, duty: Unit) -> int:
    with transaction.atomic():
        raised = raise_alert(report, duty, NOT_LOOKED_AT)
        if not raised:
            return 0
        if report.assessment.specialised != "terrorism":
            _, made = Access.objects.get_or_create(
                report=report,
                unit=duty,
                role=AccessRole.DUTY,
                until=None,
                defaults={"agency_id": report.agency_id, "since": now()},
            )
            if made:
                record(_act(ReportTag.ACCESS_GRANT, report, duty, ground="duty"))
        Deadline.objects.filter(
            report=report, kind=DeadlineKind.DIAGNOSED, escalated_at__isnull=True
        ).update(escalated_at=now())
        record(_act(Tag.DEADLINE_ESCALATE, report, duty))
    return raised


def _act(tag: Tag | ReportTag, report: Report, unit: Unit, **facts: str) -> Act:
    return Act(
        tag,
        NODE,
        report.agency_id,
        "report",
        report.id,
        unit.id,
        facts={"unit": unit.code, **facts},
    )


def raise_alert(report: Report, unit: Unit, reason: str) -> int:
    """One alert a report, unit and reason; returns 1 when it is new."""
    _, made = Alert.objects.get_or_create(
        report=report,
        unit=unit,
        reason=reason,
        defaults={"agency_id": report.agency_id, "at": now()},
    )
    return int(made)


def send_still_open_notes() -> int:
    """Every thirty days without news: a note of the node that the report is still open. It says so
    and nothing else, and it never ends the silence that is counted (M-062). Returns how many."""
    return sum(_still_open(agency) for agency in Agency.objects.all())


def _still_open(agency: Agency) -> int:
    before = now() - timedelta(days=load_pack(agency.pack).deadlines.still_open_days)
    due = _without_note_since(before).filter(agency=agency).order_by("last_news_at")
    return sum(_send_note(report, before) for report in due.values_list("pk", flat=True)[:AT_ONCE])


def _without_note_since(before: datetime) -> QuerySet[Report]:
    noted = Message.objects.filter(
        report=OuterRef("pk"), kind=MessageKind.AUTOMATIC, code=STILL_OPEN, at__gt=before
    )
    return open_reports().filter(~Exists(noted), last_news_at__lte=before)


def _send_note(report_id: UUID, before: datetime) -> int:
    with transaction.atomic():
        # Asked again while the row is held: two workers send one note.
        Report.objects.select_for_update().filter(pk=report_id).first()
        report = _without_note_since(before).filter(pk=report_id).first()
        if report is None:
            return 0
        facts = {"since": report.last_news_at.date().isoformat()}
        mailbox.note_automatically(report=report, code=STILL_OPEN, facts=facts)
        record(Act(ReportTag.NOTE_AUTOSEND, NODE, report.agency_id, "report", report.id))
    return 1


def mark_silences() -> int:
    """Mark each open report that has had no news of a person's making for 30, 90 or 365 days (the
    pack's numbers), once a silence and length (M-062). Returns how many marks are new."""
    made = 0
    for agency in Agency.objects.all():
        for days in load_pack(agency.pack).deadlines.silent_days:
            made += _mark(agency, days)
    return made


def _mark(agency: Agency, days: int) -> int:
    marked = SilenceMark.objects.filter(
        report=OuterRef("pk"), days=days, since=OuterRef("last_news_at")
    )
    silent = (
        open_reports()
        .filter(~Exists(marked), agency=agency, last_news_at__lte=now() - timedelta(days=days))
        .order_by("last_news_at")[:AT_ONCE]
    )
    moment, made = now(), 0
    for report in silent:
        with transaction.atomic():
            _, new = SilenceMark.objects.get_or_create(
                report=report,
                days=days,
                since=report.last_news_at,
                defaults={"agency_id": agency.id, "at": moment},
            )
            if new:
                facts: dict[str, str | int | bool | None] = {"days": days}
                record(Act(Tag.SILENCE_MARK, NODE, agency.id, "report", report.id, facts=facts))
        made += int(new)
    return made
