# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever she does with her draft and her mailbox, and in whatever order: nothing typed is lost,
nothing is filed twice, and each reader sees the same words in the same order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine

from amana import journey
from amana.agencies.models import Agency
from amana.casework import services as casework
from amana.config.clock import now
from amana.journal.events import REPORTER
from amana.kernel.sealing.receipts import ReceiptCode
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports import opening, sessions
from amana.reports.errors import ReportError
from amana.reports.models import Draft, MessageKind, PortalSession, Report
from amana.reports.questionnaire import PURPOSES
from amana.reports.services import drafts, mailbox
from amana.reports.services.consents import change_consents
from amana.reports.services.drafts import DraftChanged, DraftGone
from amana.reports.services.sweeping import sweep
from tests.support import builders as make

pytestmark = pytest.mark.db


@dataclass
class Writing:
    """A draft in one or more windows, and what she knows of it."""

    agency: Agency
    chance: random.Random
    windows: list[str] = field(default_factory=list)
    code: ReceiptCode | None = None
    receipt: ReceiptCode | None = None
    words: str = ""
    filed: set[str] = field(default_factory=set)
    gone: bool = False

    def begin(self) -> None:
        token = drafts.start(agency=self.agency, language="ar")
        self.windows, self.words, self.gone = [token], "", False
        content = self.open(token).content
        self.code, self.receipt = content.code, content.receipt

    def open(self, token: str) -> drafts.OpenDraft:
        visit = sessions.open_session(token)
        if visit is None or visit.draft is None:
            raise DraftGone
        return drafts.open_draft(visit.draft, visit.secret)

    def any_window(self) -> str:
        return self.chance.choice(self.windows)

    def on_another_device(self) -> None:
        assert self.code is not None
        token = drafts.resume(agency=self.agency, code=self.code)
        assert (token is None) is (self.gone or bool(self.filed)), (
            "the draft's code, while it lives"
        )
        if token:
            self.windows.append(token)

    def write(self) -> None:
        opened = self.open(self.any_window())
        if not self.filed:  # what is left of a filed draft is the receipt alone
            assert opened.content.answers.get("narrative", "") == self.words
        said = f"{self.words} {self.chance.randint(100, 999)}".strip()
        drafts.save(opened=opened, answers=make.answers(narrative=said))
        self.words = said

    def write_in_two_windows(self) -> None:
        one, two = self.open(self.any_window()), self.open(self.any_window())
        drafts.save(opened=one, answers=make.answers(narrative=self.words + " one"))
        self.words += " one"
        with pytest.raises(DraftChanged):
            drafts.save(opened=two, answers=make.answers(narrative="two"))

    def file(self) -> None:
        if not self.words:
            return
        opened = self.open(self.any_window())
        found = journey.file_draft(opened, agency=self.agency, origin="report")
        assert found.code == self.receipt, "the receipt that was made when she began"
        self.filed.add(str(found.report.pk))

    def delete(self) -> None:
        opened = self.open(self.any_window())
        if not self.filed:
            journey.drop_draft(opened)
            self.gone = True

    def exit(self) -> None:
        sessions.forget(self.any_window())


STEPS: dict[str, Callable[[Writing], object]] = {
    "another device": Writing.on_another_device,
    "write": Writing.write,
    "write more": Writing.write,
    "two windows": Writing.write_in_two_windows,
    "file": Writing.file,
    "delete": Writing.delete,
    "exit": Writing.exit,
    "sweep": lambda _: sweep(),
}


def stands(her: Writing) -> None:
    """What must be true of the draft after each step."""
    assert len(her.filed) == Report.objects.count() <= 1, "sent twice is one report"
    live = Draft.objects.filter(report=None).count()
    assert live == int(not her.gone and not her.filed)
    if her.filed:
        assert PortalSession.objects.filter(kind="draft").count() <= 1, "who did not file is out"
    if her.gone:
        assert not PortalSession.objects.exists()


@pytest.mark.parametrize("seed", range(10))
def test_u19_a_draft_in_any_order_loses_nothing_and_is_filed_once(seed: int) -> None:
    her = Writing(make.node(), random.Random(seed))
    her.begin()
    for _ in range(18):
        name = her.chance.choice(sorted(STEPS))
        try:
            STEPS[name](her)
        except DraftGone:
            assert her.gone or her.filed or name != "another device"
        stands(her)
    if her.filed:
        (report,) = Report.objects.all()
        assert her.receipt is not None
        opened = mailbox.open_receipt(agency=her.agency, code=her.receipt, pin=None)
        assert opened is not None
        assert opened.report == report


def test_u19_what_was_typed_lives_thirty_days_and_not_one_more() -> None:
    her = Writing(make.node(), random.Random(1))
    her.begin()
    her.write()
    for days, lives in ((29, True), (30, False)):
        with time_machine.travel(now() + timedelta(days=days, minutes=1), tick=False):
            assert her.code is not None
            token = drafts.resume(agency=her.agency, code=her.code)
            assert (token is not None) is lives
            if token is not None:
                assert her.open(token).content.answers["narrative"] == her.words


@dataclass
class Talk:
    """A mailbox between her and the unit, and what each has said."""

    who: Staff
    report: Report
    agency: Agency
    code: ReceiptCode
    pin: str
    said: list[tuple[str, str]] = field(default_factory=list)
    consents: set[str] = field(default_factory=lambda: {"police"})
    unread_by_her: int = 0
    unread_by_unit: int = 0
    number: Iterator[int] = field(default_factory=lambda: iter(range(1, 1000)))

    def line(self, kind: str) -> str:
        text = f"سطر {next(self.number)}\nline"
        self.said.append((kind, text))
        return text

    def she_writes(self) -> None:
        mailbox.write(report=self.report, text=self.line(MessageKind.FROM_REPORTER))
        self.unread_by_unit += 1

    def unit_writes(self) -> None:
        text = self.line(MessageKind.TO_REPORTER)
        casework.send_message(staff=self.who, report=make.fresh(self.report), text=text)
        self.unread_by_her += 1

    def note_among_officers(self) -> None:
        casework.write_note(staff=self.who, report=make.fresh(self.report), text="Only for us.")

    def she_reads(self) -> None:
        opened = mailbox.open_receipt(agency=self.agency, code=self.code, pin=self.pin)
        assert opened is not None
        mine = [line for line in mailbox.lines_for_reporter(opened) if line.text]
        assert [(line.kind, line.text) for line in mine] == self.said
        unread = [line for line in mine if line.unread]
        assert len(unread) == self.unread_by_her
        mailbox.mark_read(report=opened.report, by_reporter=True, actor=REPORTER)
        self.unread_by_her = 0

    def unit_reads(self) -> None:
        lines = opening.lines(staff=self.who, report=make.fresh(self.report))
        spoken = [(line.kind, line.text) for line in lines if line.text]
        assert spoken == self.said
        unread = sum(line.unread for line in lines if line.kind == MessageKind.FROM_REPORTER)
        assert unread == self.unread_by_unit
        self.unread_by_unit = 0

    def wrong_pin(self) -> None:
        for pin in ("", "0000", self.pin + "1"):
            opened = mailbox.open_receipt(agency=self.agency, code=self.code, pin=pin)
            assert opened is None or not mailbox.lines_for_reporter(opened)

    def changes_her_mind(self) -> None:
        chosen = {purpose for purpose in PURPOSES if next(self.number) % 2}
        changed = change_consents(report=make.fresh(self.report), given=chosen | {"unknown"})
        assert changed is (chosen != self.consents)
        self.consents = chosen

    def withdraws(self) -> None:
        casework.withdraw(report=make.fresh(self.report))

    def comes_back(self) -> None:
        casework.come_back(report=make.fresh(self.report))


TALK: dict[str, Callable[[Talk], object]] = {
    name: getattr(Talk, name)
    for name in (
        "she_writes",
        "unit_writes",
        "note_among_officers",
        "she_reads",
        "unit_reads",
        "wrong_pin",
        "changes_her_mind",
        "withdraws",
        "comes_back",
    )
}


@pytest.mark.parametrize("seed", range(8))
def test_m179_a_mailbox_in_any_order_shows_both_the_same(seed: int) -> None:
    chance, agency = random.Random(seed), make.node()
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    filed = make.filed(agency, pin="482190")
    talk = Talk(who, filed.report, agency, filed.code, "482190")
    moment = now()
    for _ in range(20):
        moment += timedelta(minutes=chance.randint(1, 900))
        name = chance.choice(sorted(TALK))
        before = len(talk.said)
        with time_machine.travel(moment, tick=False):
            try:
                TALK[name](talk)
            except ReportError:
                del talk.said[before:]
        row = make.fresh(filed.report)
        assert set(row.consents) == talk.consents
        assert row.last_news_at <= moment
    with time_machine.travel(moment + timedelta(minutes=1), tick=False):
        talk.she_reads()
        talk.unit_reads()
