# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ending a report, and opening it again. A person decides, by exactly one way of the country's
list, and the person who reported reads why (M-009, M-018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from django.db import transaction
from django.db.models import Q

from amana.casework.events import Tag
from amana.casework.models import Closing
from amana.casework.services.messages import keep_promise, owed_news, promise_news
from amana.config.clock import now
from amana.journal.events import REPORTER, Act
from amana.journal.services import record
from amana.packs import Disposition, UnknownCodeError, load_pack
from amana.people.codes import normalised
from amana.people.policies import Action, Staff
from amana.referral.models import CrossBorderTask, ProsecutorNotice, Route
from amana.referral.services.access import Acting, acting, hold, lock
from amana.referral.services.referring import require_reason
from amana.referral.services.triaging import ABROAD
from amana.reports.errors import AlreadyDone, NotFound, ReportClosed
from amana.reports.events import Tag as ReportTag
from amana.reports.models import Report, Stage
from amana.reports.policies import get_visible, units_by_action
from amana.reports.refusals import refuse
from amana.reports.services import mailbox
from amana.reports.services.parts import seal_note, write_internal
from amana.triage.selectors import latest_diagnosis

MAX_REFERENCE: Final = 1000
# She asked to stop, or the work goes on in the other report: nothing of it is left undone.
LEAVES_NOTHING_ABROAD: Final = frozenset({"withdrawn", "duplicate"})
# The words of these dispositions say "our message says what / who": that message must be sent.
PROMISES_A_MESSAGE: Final = frozenset({"insufficient", "out_of_competence"})


@dataclass(frozen=True, slots=True)
class _Ground:
    """A way of ending that has everything it needs."""

    disposition: Disposition
    supervisor: bool
    other: Report | None
    reference: str


def close(
    *, staff: Staff, report: Report, disposition: str, reference: str = "", message: str = ""
) -> Closing:
    """End a report by one disposition of the country's list. `reference` is what that disposition
    must name: the locator of the other report, the body that accepted, the article of law.
    `message` is written to the person besides the coded reason.

    What was never referred (to a unit or a prosecution office), and what the pack says so of,
    is closed by a supervisor; one supervisor is enough, and may be the one who worked it.

    Refused and counted (`Refused.missing`): `disposition` unless exactly one of the list (M-009;
    "suspect abroad" is none, M-018); `withdrawal` when she did not withdraw; `supervisor`;
    `reference`; `message`; `cross_border` while something found abroad is not dealt with (M-056).
    Raises `NotFound`, `NotAllowed`, `ReportClosed`, `mailbox.MessageTooLong`."""
    by = acting(staff, Action.CLOSE, report)
    words = message.strip()
    ground = _ground(by, disposition, reference.strip(), words)
    if len(words) > mailbox.MAX_MESSAGE:
        raise mailbox.MessageTooLong
    row = Closing(
        agency_id=report.agency_id,
        report=report,
        disposition=ground.disposition.code,
        at=now(),
        officer_id=staff.officer_id,
        supervisor_id=staff.officer_id if ground.supervisor else None,
        other_report=ground.other,
    )
    with transaction.atomic():
        hold(by)
        if ground.reference:
            row.sealed_reference = seal_note(report, closing_purpose(row), ground.reference)
        row.save(force_insert=True)
        _end(by, row, words)
    return row


def closing_purpose(row: Closing) -> str:
    """What the sealed reference of a closing is bound to."""
    return f"closing/{row.id}"


def _end(by: Acting, row: Closing, words: str) -> None:
    report = by.report
    if words:
        mailbox.answer(report=report, text=words, actor=by.actor)
    mailbox.note_automatically(report=report, code="closed", facts={"disposition": row.disposition})
    report.stage, report.stage_at = Stage.CLOSED, row.at
    report.closed_at, report.disposition = row.at, row.disposition
    report.last_news_at = row.at
    report.save(update_fields=["stage", "stage_at", "closed_at", "disposition", "last_news_at"])
    keep_promise(report, by.actor, at=row.at)
    _leaf(by, Tag.CLOSE, {"disposition": row.disposition})


def _ground(by: Acting, code: str, reference: str, words: str) -> _Ground:
    found = _disposition(by, code)
    if found.counts_as == "withdrawn" and by.report.withdrawn_at is None:
        _refuse(by, "withdrawal")
    may_alone = units_by_action(by.staff, by.report).get(Action.CLOSE_UNREFERRED) is not None
    if (found.needs_supervisor or not was_referred(by.report)) and not may_alone:
        _refuse(by, "supervisor")
    other, named = _reference(by, found, reference)
    if found.counts_as in PROMISES_A_MESSAGE and not words:
        _refuse(by, "message")
    if found.counts_as not in LEAVES_NOTHING_ABROAD and _left_abroad(by.report):
        _refuse(by, "cross_border")
    return _Ground(found, may_alone, other, named)


def _disposition(by: Acting, code: str) -> Disposition:
    try:
        return load_pack(by.report.agency.pack).disposition(code)
    except UnknownCodeError:
        refuse(report=by.report, actor=by.actor, action="close", missing="disposition")


def was_referred(report: Report) -> bool:
    """Whether anybody outside the receiving unit was given it to act on."""
    return (
        Route.objects.filter(report=report, rule="referral").exists()
        or ProsecutorNotice.objects.filter(report=report).exists()
    )


def _reference(by: Acting, found: Disposition, reference: str) -> tuple[Report | None, str]:
    if not found.needs_reference:
        return None, ""
    if not reference or len(reference) > MAX_REFERENCE:
        _refuse(by, "reference")
    if found.needs_reference != "report":
        return None, reference
    try:
        # As it stands on every page: in two groups, and in the digits of her keyboard.
        other = get_visible(by.staff, normalised(reference))
    except NotFound:
        other = None
    if other is None or other.pk == by.report.pk:
        _refuse(by, "reference")
    return other, ""


def _left_abroad(report: Report) -> bool:
    """Something was found abroad and nobody has said what was done about it (M-056)."""
    if CrossBorderTask.objects.filter(report=report, state=CrossBorderTask.State.DONE).exists():
        return False
    diagnosis = latest_diagnosis(report)
    return (
        report.suspect_location == "abroad"
        or (diagnosis is not None and diagnosis.jurisdiction in ABROAD)
        or CrossBorderTask.objects.filter(Q(report=report)).exists()
    )


def _refuse(by: Acting, missing: str) -> NoReturn:
    refuse(report=by.report, actor=by.actor, action="close", missing=missing)


def reopen(*, staff: Staff, report: Report, reason: str) -> None:
    """Open a closed report again: the old closing keeps its row, she reads that work goes on, and
    there is a next date. Refused and counted without a reason. Raises `Refused`, `AlreadyDone`
    when it is open, `NotFound`, `NotAllowed`."""
    by = acting(staff, Action.CLOSE, report, closed=True)
    require_reason(by, "reopen", reason)
    with transaction.atomic():
        if hold(by).closed_at is None:
            raise AlreadyDone
        moment = now()
        Closing.objects.filter(report=report, reopened_at__isnull=True).update(reopened_at=moment)
        write_internal(
            report=report, text=reason.strip()[:MAX_REFERENCE], actor=by.actor, unit_id=by.unit_id
        )
        mailbox.note_automatically(report=report, code="reopened", facts={})
        # That she withdrew stays true until she comes back herself.
        report.stage = Stage.WITHDRAWN if report.withdrawn_at else Stage.IN_PROGRESS
        report.stage_at = report.last_news_at = moment
        report.closed_at, report.disposition = None, ""
        report.save(update_fields=["stage", "stage_at", "last_news_at", "closed_at", "disposition"])
        keep_promise(report, by.actor, at=moment)
        _leaf(by, Tag.REOPEN, {})


def withdraw(*, report: Report) -> None:
    """The person who reported asks to stop; her receipt has been checked by the caller. The report
    is not closed by it: a person does that, and the unit sees that she asked. Legal review goes
    on before anything else happens. Raises `ReportClosed`, `AlreadyDone`."""
    with transaction.atomic():
        row = lock(report)
        if row.closed_at is not None:
            raise ReportClosed
        if row.withdrawn_at is not None:
            raise AlreadyDone
        row.withdrawn_at = now()
        if row.stage != Stage.LEGAL_REVIEW:
            row.stage, row.stage_at = Stage.WITHDRAWN, row.withdrawn_at
        row.save(update_fields=["withdrawn_at", "stage", "stage_at"])
        record(Act(ReportTag.WITHDRAW, REPORTER, row.agency_id, "report", row.id))
    report.refresh_from_db()


def come_back(*, report: Report) -> None:
    """The person who withdrew wants it to go on; her receipt has been checked by the caller. A
    closed report stays closed until an officer opens it again. Raises `AlreadyDone`."""
    with transaction.atomic():
        row = lock(report)
        if row.withdrawn_at is None:
            raise AlreadyDone
        row.withdrawn_at = None
        if row.stage == Stage.WITHDRAWN:
            row.stage, row.stage_at = _stage_by_facts(row), now()
            keep_promise(row, REPORTER, at=row.stage_at)
        elif row.closed_at is None and not owed_news(row):
            promise_news(row, at=now())  # we wrote while she was away: legal review goes on
        row.save(update_fields=["withdrawn_at", "stage", "stage_at"])
        record(Act(ReportTag.RETURN, REPORTER, row.agency_id, "report", row.id))
    report.refresh_from_db()


def _stage_by_facts(report: Report) -> Stage:
    if was_referred(report):
        return Stage.IN_PROGRESS
    return Stage.DIAGNOSED if latest_diagnosis(report) is not None else Stage.RECEIVED


def _leaf(by: Acting, tag: Tag, facts: dict[str, str | int | bool | None]) -> None:
    report = by.report
    record(Act(tag, by.actor, report.agency_id, "report", report.id, by.unit_id, facts=facts))
