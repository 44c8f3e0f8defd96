# SPDX-License-Identifier: AGPL-3.0-or-later
"""News for the person who reported, and notes among officers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from amana.casework.events import Tag
from amana.casework.models import Deadline, DeadlineKind
from amana.casework.promises import LETTER
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.packs import load_pack
from amana.people.policies import Action, Staff
from amana.referral.services.access import Acting, acting, hold
from amana.reports.errors import AlreadyDone, Unusable
from amana.reports.models import Message, Report
from amana.reports.services import idempotency, mailbox
from amana.reports.services.parts import write_internal
from amana.triage.models import Assessment


def send_message(*, staff: Staff, report: Report, text: str, once: str = "") -> Message:
    """Write to the person who reported. It ends the silence that is counted, keeps the promise of
    news and makes the next one; a closed report gets no new promise. `once` is random and stands
    for one page: the same words under it are sent once.

    Raises `NotFound`, `NotAllowed`, `Unusable` (nothing written), `mailbox.MessageTooLong`,
    `AlreadyDone`."""
    by = acting(staff, Action.MESSAGE_REPORTER, report, closed=True)
    words = _words(text)
    with transaction.atomic():
        hold(by)
        _only_once(by, once, words)
        message = mailbox.answer(report=by.report, text=words, actor=by.actor)
        report.last_news_at = message.at
        keep_promise(report, by.actor, at=message.at)
    return message


def write_note(*, staff: Staff, report: Report, text: str, once: str = "") -> Message:
    """Write a note that only officers read. Raises what `send_message` raises."""
    by = acting(staff, Action.INTERNAL_NOTE, report, closed=True)
    words = _words(text)
    if len(words) > mailbox.MAX_MESSAGE:
        raise mailbox.MessageTooLong
    with transaction.atomic():
        hold(by)
        _only_once(by, once, words)
        return write_internal(report=report, text=words, actor=by.actor, unit_id=by.unit_id)


def _only_once(by: Acting, once: str, words: str) -> None:
    """Two clicks arrive as two requests; the report is held, so the second finds the first."""
    key = f"{once}/{by.action}/{by.report.pk}/{by.staff.officer_id}/{words}"
    if once and not idempotency.first_time(key):
        raise AlreadyDone


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Unusable("text")
    return words


def keep_promise(report: Report, actor: Actor, *, at: datetime) -> None:
    """There was news at `at`: the open promise is kept, and an open report gets the next date.
    Inside the caller's transaction, which holds the report."""
    kept = Deadline.objects.filter(
        report=report, kind=DeadlineKind.NEXT_NEWS, met_at__isnull=True
    ).update(met_at=at)
    if kept:
        record(Act(Tag.DEADLINE_MEET, actor, report.agency_id, "report", report.id))
    if report.closed_at is None and report.withdrawn_at is None:
        promise_news(report, at=at)


def owed_news(report: Report) -> bool:
    """Whether a next date is promised and not kept yet."""
    return Deadline.objects.filter(
        report=report, kind=DeadlineKind.NEXT_NEWS, met_at__isnull=True
    ).exists()


def promise_news(report: Report, *, at: datetime) -> Deadline:
    """The next date by which she hears from a person: the pack's hours for this urgency, and never
    further away than the pack's longest."""
    clocks = load_pack(report.agency.pack).deadlines
    urgency = Assessment.objects.only("urgency").get(report=report).urgency
    span = min(
        timedelta(hours=clocks.hours("next_news", LETTER[urgency])),
        timedelta(days=clocks.next_news_max_days),
    )
    return Deadline.objects.create(
        agency_id=report.agency_id, report=report, kind=DeadlineKind.NEXT_NEWS, due_at=at + span
    )
