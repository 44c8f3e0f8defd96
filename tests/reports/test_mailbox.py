# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mailbox: who opens it, what stands in it and for whom, and what no wrong code tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.events import NODE, REPORTER
from amana.journal.models import Event
from amana.journey import Filed
from amana.kernel.sealing.receipts import ReceiptCode, format_code
from amana.limits.rules import WRONG_CODE, WRONG_PIN
from amana.people.policies import Staff
from amana.reports import opening
from amana.reports.events import Tag
from amana.reports.models import Message, MessageKind
from amana.reports.services import mailbox
from amana.reports.services.mailbox import Line, MessageTooLong, OpenReceipt
from amana.reports.services.presenting import TooManyTries, UnknownCode, present
from tests.support import builders as make

pytestmark = pytest.mark.db
PIN = "2580"


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def filed(agency: Agency) -> Filed:
    return make.filed(agency)


def hers(agency: Agency, filed: Filed) -> OpenReceipt:
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    return opened


def lines(agency: Agency, filed: Filed) -> list[Line]:
    return mailbox.lines_for_reporter(hers(agency, filed))


def other(code: ReceiptCode) -> ReceiptCode:
    """The same locator with a secret that differs in one digit."""
    last = "1" if code.secret[-1] != "1" else "2"
    return replace(code, secret=code.secret[:-1] + last)


def test_both_read_the_same_words_and_notes_among_officers_are_for_nobody_else(
    agency: Agency, filed: Filed
) -> None:
    report = make.fresh(filed.report)
    who: Staff = make.staff(agency, "jo/ccu/aqaba")
    mailbox.write(report=report, text="هل من جديد؟")
    mailbox.answer(report=report, text="نعم. 👍", actor=who.actor())
    said = ["هل من جديد؟", "نعم. 👍"]
    assert [line.text for line in lines(agency, filed)] == said
    assert [line.text for line in opening.lines(staff=who, report=report)] == said
    assert Message.objects.filter(report=report).exclude(sealed=None).count() == 2
    assert all("جديد".encode() not in bytes(row.sealed or b"") for row in Message.objects.all())


def test_what_is_unread_depends_on_the_reader(agency: Agency, filed: Filed) -> None:
    report = make.fresh(filed.report)
    mailbox.write(report=report, text="Mine.")
    mailbox.answer(report=report, text="Theirs.", actor=NODE)
    assert [line.unread for line in lines(agency, filed)] == [False, True]
    assert mailbox.mark_read(report=report, by_reporter=True, actor=REPORTER) == 1
    assert [line.unread for line in lines(agency, filed)] == [False, False]
    assert Message.objects.get(kind=MessageKind.FROM_REPORTER).read_at is None


def test_a_second_reading_writes_nothing(filed: Filed) -> None:
    report = make.fresh(filed.report)
    mailbox.write(report=report, text="Mine.")
    assert mailbox.mark_read(report=report, by_reporter=False, actor=NODE) == 1
    before = Event.objects.count()
    assert mailbox.mark_read(report=report, by_reporter=False, actor=NODE) == 0
    assert Event.objects.count() == before


@pytest.mark.parametrize(("length", "fits"), [(8000, True), (8001, False), (1, True)])
def test_a_message_has_a_limit_that_is_said(filed: Filed, length: int, fits: bool) -> None:
    report = make.fresh(filed.report)
    if fits:
        mailbox.write(report=report, text="ع" * length)
    else:
        with pytest.raises(MessageTooLong):
            mailbox.write(report=report, text="ع" * length)
    assert Message.objects.filter(report=report).count() == int(fits)
    assert list(make.tags(report)).count(Tag.MESSAGE_SEND) == int(fits)


def test_in_a_very_long_exchange_both_still_read_the_newest(agency: Agency, filed: Filed) -> None:
    report = make.fresh(filed.report)
    moment = now()
    Message.objects.bulk_create(
        Message(
            agency_id=agency.id,
            report=report,
            kind=MessageKind.AUTOMATIC,
            at=moment + timedelta(seconds=number),
            code="still_open",
            facts={},
            author="node",
        )
        for number in range(mailbox.MAX_LINES + 20)
    )
    with time_machine.travel(moment + timedelta(days=1), tick=False):
        mailbox.write(report=report, text="Are you still there?")
    found = lines(agency, filed)
    assert len(found) == mailbox.MAX_LINES
    assert found[-1].text == "Are you still there?"
    assert [line.at for line in found] == sorted(line.at for line in found)
    who = make.staff(agency, "jo/ccu/aqaba")
    assert opening.lines(staff=who, report=report)[-1].text == "Are you still there?"


def test_an_answer_ends_the_silence_and_a_note_of_the_node_does_not(filed: Filed) -> None:
    report = make.fresh(filed.report)
    later = now() + timedelta(days=3)
    with time_machine.travel(later, tick=False):
        mailbox.note_automatically(report=report, code="still_open", facts={})
        mailbox.write(report=report, text="Hello?")
        assert make.fresh(report).last_news_at == report.last_news_at
        mailbox.answer(report=report, text="Hello.", actor=NODE)
    assert make.fresh(report).last_news_at == later


def test_words_moved_from_one_report_to_another_open_in_neither(agency: Agency) -> None:
    one, two = make.filed(agency), make.filed(agency)
    message = mailbox.write(report=make.fresh(one.report), text="Only here.")
    Message.objects.filter(pk=message.pk).update(report=two.report)
    assert lines(agency, one) == []
    assert [line.text for line in lines(agency, two)] == [""]


def test_a_wrong_secret_an_unknown_number_and_another_agency_are_one_answer(
    agency: Agency, filed: Filed
) -> None:
    for code in (other(filed.code), ReceiptCode("99999999", filed.code.secret)):
        assert mailbox.open_receipt(agency=agency, code=code, pin=None) is None
    elsewhere = Agency(id=filed.report.id, code="elsewhere")
    assert mailbox.open_receipt(agency=elsewhere, code=filed.code, pin=None) is None


def test_a_pin_keeps_the_words_closed_and_shows_the_stage(agency: Agency) -> None:
    filed = make.filed(agency, pin=PIN)
    mailbox.write(report=make.fresh(filed.report), text="Mine.")
    shown = hers(agency, filed)
    assert shown.stage_only
    assert mailbox.lines_for_reporter(shown) == []
    assert mailbox.open_receipt(agency=agency, code=filed.code, pin="0000") is None
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=PIN)
    assert opened is not None
    assert [line.text for line in mailbox.lines_for_reporter(opened)] == ["Mine."]


def test_a_pin_that_nobody_set_is_passed_over(agency: Agency, filed: Filed) -> None:
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin="1234")
    assert opened is not None
    assert not opened.stage_only


def test_opening_costs_one_query_whatever_was_sent(
    agency: Agency, filed: Filed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in (filed.code, other(filed.code), ReceiptCode("99999999", filed.code.secret)):
        with django_assert_num_queries(1):
            mailbox.open_receipt(agency=agency, code=code, pin=None)


def presented(agency: Agency, code: str, pin: str = "", source: bytes = b"a") -> OpenReceipt:
    return present(agency=agency, code=code, pin=pin, source=source)


@pytest.mark.parametrize("text", ["", "x", "123", "٠" * 36, "9" * 36, "\x00" * 36, "1" * 5000])
def test_what_is_no_code_is_an_unknown_one(agency: Agency, filed: Filed, text: str) -> None:
    with pytest.raises(UnknownCode):
        presented(agency, text)


def test_wrong_codes_are_counted_and_the_right_one_is_never_kept_out(
    agency: Agency, filed: Filed
) -> None:
    for _ in range(WRONG_CODE.capacity):
        with pytest.raises(UnknownCode):
            presented(agency, "0" * 36)
    with pytest.raises(TooManyTries):
        presented(agency, "0" * 36)
    with pytest.raises(UnknownCode):
        presented(agency, "0" * 36, source=b"another address")
    assert presented(agency, format_code(filed.code)).report.pk == filed.report.pk


def test_pins_are_counted_by_report_wherever_they_come_from(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = make.filed(agency, pin=PIN)
    real = mailbox.open_receipt

    def quick(*, agency: Agency, code: ReceiptCode, pin: str | None) -> OpenReceipt | None:
        """A wrong PIN costs a fifth of a second: what it says is tested above."""
        return None if pin == "0000" else real(agency=agency, code=code, pin=pin)

    monkeypatch.setattr("amana.reports.services.presenting.open_receipt", quick)
    for number in range(WRONG_PIN.capacity):
        with pytest.raises(UnknownCode):
            presented(agency, format_code(filed.code), "0000", source=bytes([number]))
    with pytest.raises(TooManyTries):
        presented(agency, format_code(filed.code), PIN, source=b"fresh")
    assert presented(agency, format_code(filed.code)).stage_only
