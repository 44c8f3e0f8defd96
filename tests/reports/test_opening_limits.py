# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening at its edges: long purposes, very many notes, words that belong elsewhere, and which
opening is written down for which part."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.models import Event
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Action, Staff
from amana.reports import opening
from amana.reports.errors import NoKey, NotFound, PurposeMissing
from amana.reports.events import Tag
from amana.reports.models import Message, MessageKind, PartGrant, PartKind, Report, SealedPart
from amana.reports.policies import authorise
from amana.reports.services import mailbox, parts
from tests.support import builders as make

pytestmark = pytest.mark.db


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def who(agency: Agency) -> Staff:
    return make.staff(agency, "jo/ccu/aqaba")


@pytest.fixture
def report(agency: Agency, who: Staff) -> Report:
    return make.report(agency, **make.NAMED)


def noted(who: Staff, report: Report, *texts: str) -> None:
    """Notes among officers, one a second."""
    unit = authorise(who, Action.INTERNAL_NOTE, report)
    for second, text in enumerate(texts):
        later = now() + timedelta(seconds=second)
        with time_machine.travel(later, tick=False), transaction.atomic():
            parts.write_internal(report=report, text=text, actor=who.actor(), unit_id=unit)


def read(who: Staff, report: Report) -> list[str]:
    return [note.text for note in opening.notes(staff=who, report=report)]


def bodies(report: Report, tag: Tag) -> list[dict[str, object]]:
    rows = Event.objects.filter(subject_id=report.pk, tag=tag).order_by("at", "id")
    return [json.loads(bytes(row.body or b"{}")) for row in rows]


def test_in_a_very_long_case_the_newest_notes_are_read_in_their_order(
    who: Staff, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MAX_NOTES", 3)
    noted(who, report, *"abcde")
    assert read(who, report) == ["c", "d", "e"]


def test_a_note_that_was_moved_from_another_report_says_nothing(
    agency: Agency, who: Staff, report: Report
) -> None:
    other = make.report(agency)
    noted(who, report, "Only here.")
    noted(who, other, "There.")
    Message.objects.filter(report=report, kind=MessageKind.INTERNAL).update(report=other)
    assert sorted(read(who, other)) == ["", "There."]


def test_what_was_destroyed_of_a_note_is_an_empty_line_and_no_error(
    who: Staff, report: Report
) -> None:
    noted(who, report, "first", "second")
    gone = Message.objects.filter(kind=MessageKind.INTERNAL).earliest("at")
    Message.objects.filter(pk=gone.pk).update(sealed=b"")
    assert read(who, report) == ["", "second"]


@pytest.mark.parametrize("length", [1, opening.MAX_PURPOSE, opening.MAX_PURPOSE + 1, 5000])
def test_a_purpose_is_written_down_up_to_its_limit(who: Staff, report: Report, length: int) -> None:
    purpose = "ع" * length
    opening.open_part(staff=who, report=report, kind=PartKind.IDENTITY, purpose=purpose)
    (leaf,) = bodies(report, Tag.IDENTITY_READ)
    assert leaf["purpose"] == purpose[: opening.MAX_PURPOSE]


@pytest.mark.parametrize("purpose", ["", " ", "\n\t", "\u00a0\u2003"])
def test_blanks_are_no_purpose(who: Staff, report: Report, purpose: str) -> None:
    with pytest.raises(PurposeMissing):
        opening.open_private(staff=who, report=report, kind=PartKind.IDENTITY, purpose=purpose)
    assert bodies(report, Tag.IDENTITY_READ) == []


def test_reading_words_and_notes_is_one_reading_and_an_identity_is_another(
    who: Staff, report: Report
) -> None:
    noted(who, report, "A note.")
    for _ in range(2):
        opening.open_part(staff=who, report=report, kind=PartKind.ANSWERS)
        read(who, report)
        opening.open_part(staff=who, report=report, kind=PartKind.IDENTITY, purpose="to call")
    assert len(bodies(report, Tag.READ)) == 1
    assert len(bodies(report, Tag.IDENTITY_READ)) == 2


def test_reading_one_report_is_no_reading_of_another(
    agency: Agency, who: Staff, report: Report
) -> None:
    other = make.report(agency)
    for which in (report, other):
        opening.open_part(staff=who, report=which, kind=PartKind.ANSWERS)
    assert [len(bodies(which, Tag.READ)) for which in (report, other)] == [1, 1]


@pytest.mark.parametrize(("minutes", "leaves"), [(9, 1), (10, 2), (60, 2)])
def test_who_reads_again_after_ten_minutes_is_written_down_again(
    who: Staff, report: Report, minutes: int, leaves: int
) -> None:
    moment = now()
    for at in (moment, moment + timedelta(minutes=minutes)):
        with time_machine.travel(at, tick=False):
            opening.open_part(staff=who, report=report, kind=PartKind.ANSWERS)
    assert len(bodies(report, Tag.READ)) == leaves


def test_what_could_not_be_opened_is_written_down_nowhere(who: Staff, report: Report) -> None:
    PartGrant.objects.filter(part__report=report, unit_key__isnull=False).delete()
    with pytest.raises(NoKey):
        opening.open_part(staff=who, report=report, kind=PartKind.ANSWERS)
    with pytest.raises(NoKey):
        opening.open_part(staff=who, report=report, kind=PartKind.IDENTITY, purpose="to call")
    assert bodies(report, Tag.READ) + bodies(report, Tag.IDENTITY_READ) == []


def test_a_part_that_was_put_into_another_report_does_not_open(
    agency: Agency, who: Staff, report: Report
) -> None:
    """Bytes of one report in the row of another are no answers of hers."""
    other = SealedPart.objects.get(report=make.report(agency), kind=PartKind.ANSWERS)
    mine = SealedPart.objects.filter(report=report, kind=PartKind.ANSWERS)
    mine.update(sealed=bytes(other.sealed), public_key=bytes(other.public_key))
    with pytest.raises(Exception, match="cannot be opened"):
        opening.open_part(staff=who, report=report, kind=PartKind.ANSWERS)


def test_a_report_without_notes_is_no_secret_and_no_reading(
    agency: Agency, who: Staff, report: Report
) -> None:
    assert read(who, report) == []
    assert bodies(report, Tag.READ) == []
    stranger = make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR)
    with pytest.raises(NotFound):
        read(stranger, report)


def test_the_office_that_was_notified_reads_no_answers_no_notes_and_no_mail(
    agency: Agency, who: Staff, report: Report
) -> None:
    make.notified(who, report)
    noted(who, report, "Among us.")
    mailbox.write(report=report, text="To the unit.")
    office = make.staff(agency, "jo/pp/aqaba", Role.PROSECUTOR)
    for look in (opening.lines, opening.notes):
        with pytest.raises(NotAllowed):
            look(staff=office, report=report)
    for kind in (PartKind.ANSWERS, PartKind.IDENTITY, PartKind.INTERNAL):
        with pytest.raises(NotAllowed):
            opening.open_private(staff=office, report=report, kind=kind, purpose="to read")
    assert opening.open_private(staff=office, report=report, kind=PartKind.NOTICE)
    assert Message.objects.get(kind=MessageKind.FROM_REPORTER).read_at is None


def test_a_message_that_is_read_by_nobody_of_the_unit_stays_unread(
    agency: Agency, who: Staff, report: Report
) -> None:
    mailbox.answer(report=report, text="From us.", actor=who.actor())
    assert [line.unread for line in opening.lines(staff=who, report=report)] == [False]
    assert bodies(report, Tag.MESSAGE_READ) == [], "one's own words are not read by oneself"
    assert Message.objects.get(kind=MessageKind.TO_REPORTER).read_at is None
