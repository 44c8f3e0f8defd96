# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one-time code of a desk and the receipt that follows from it: what draws, once, and for
whom; and that no half of it ever stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from amana import journey
from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.models import Event
from amana.kernel.sealing.errors import BadKey
from amana.kernel.sealing.receipts import ReceiptCode, ReceiptKeys, new_receipt_code, receipt_keys
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports import opening
from amana.reports.errors import NoKey, NotFound, PurposeMissing, VaultClosed
from amana.reports.events import Tag
from amana.reports.intake import Intake
from amana.reports.models import PartGrant, PartKind, Receipt, Report
from amana.reports.services import handover, mailbox
from amana.reports.services.handover import awaits_drawing, draw, reissue
from tests.support import builders as make

pytestmark = pytest.mark.db
TICKET, OTHER_TICKET = b"t" * handover.TICKET_BYTES, b"o" * handover.TICKET_BYTES
PIN = "4821"
WHY = "The paper is gone."
STRETCH = "amana.reports.services.handover.receipt_keys"


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def code(agency: Agency) -> ReceiptCode:
    """The one-time code of a named report that an officer took at a desk."""
    return at_the_desk(agency, **make.NAMED)


def at_the_desk(agency: Agency, **said: object) -> ReceiptCode:
    answers = make.answers(**said)  # type: ignore[arg-type]
    fresh = new_receipt_code()
    intake = Intake(agency, "walk_in", "ar", answers, fresh, waiting=True)
    return journey.file(intake).code


def drawn(
    agency: Agency, code: ReceiptCode, pin: str | None = None, ticket: bytes = TICKET
) -> ReceiptCode:
    own = draw(agency=agency, code=code, pin=pin, ticket=ticket)
    assert own is not None
    return own


def told(agency: Agency, code: ReceiptCode, pin: str | None = None) -> list[str]:
    """What stands in her mailbox, opened with this code."""
    opened = mailbox.open_receipt(agency=agency, code=code, pin=pin)
    assert opened is not None
    return [line.text for line in mailbox.lines_for_reporter(opened)]


def leaves(tag: Tag) -> list[dict[str, object]]:
    rows = Event.objects.filter(tag=tag).order_by("id")
    return [json.loads(bytes(row.body or b"{}")) for row in rows]


def test_every_part_that_was_hers_opens_with_what_she_drew_and_with_nothing_else(
    agency: Agency, code: ReceiptCode
) -> None:
    mailbox.write(report=Report.objects.get(), text="Written before she drew.")
    own = drawn(agency, code)
    assert own.locator == code.locator
    opened = mailbox.open_receipt(agency=agency, code=own, pin=None)
    assert opened is not None
    for kind in (PartKind.ANSWERS, PartKind.IDENTITY):
        assert mailbox.part_private(opened.report, opened.private, kind)
    assert told(agency, own) == ["Written before she drew."]
    assert mailbox.open_receipt(agency=agency, code=code, pin=None) is None


def test_one_form_gives_one_receipt_and_one_leaf_however_often_it_is_sent(
    agency: Agency, code: ReceiptCode
) -> None:
    assert {drawn(agency, code) for _ in range(3)} == {drawn(agency, code)}
    assert len(leaves(Tag.RECEIPT_DRAW)) == 1
    assert draw(agency=agency, code=code, pin=None, ticket=OTHER_TICKET) is None


@pytest.mark.parametrize(("minutes", "shown"), [(9, True), (11, False)])
def test_the_same_form_shows_the_receipt_for_ten_minutes(
    agency: Agency, code: ReceiptCode, minutes: int, shown: bool
) -> None:
    own = drawn(agency, code)
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
        again = draw(agency=agency, code=code, pin=None, ticket=TICKET)
    assert again == (own if shown else None)
    assert told(agency, own) == [], "the receipt itself opens as before"


def test_another_form_would_have_given_another_receipt(agency: Agency) -> None:
    """Who knows the old code alone cannot follow to the new one."""
    one, two = at_the_desk(agency), at_the_desk(agency)
    assert drawn(agency, one).secret != one.secret
    ticket_of_two = drawn(agency, two, ticket=OTHER_TICKET)
    assert mailbox.open_receipt(agency=agency, code=ticket_of_two, pin=None) is not None
    guessed = replace(ticket_of_two, locator=one.locator)
    assert mailbox.open_receipt(agency=agency, code=guessed, pin=None) is None


@pytest.mark.parametrize("ticket", [b"", b"x", b"t" * (handover.TICKET_BYTES - 1)])
def test_a_ticket_that_could_be_guessed_draws_nothing(
    agency: Agency, code: ReceiptCode, ticket: bytes
) -> None:
    """Whoever wrote the paper knows the code: the ticket alone keeps her receipt from him."""
    with pytest.raises(BadKey):
        draw(agency=agency, code=code, pin=None, ticket=ticket)
    assert awaits_drawing(Report.objects.get())


def test_what_is_no_one_time_code_draws_nothing_and_changes_nothing(
    agency: Agency, code: ReceiptCode
) -> None:
    home = make.filed(agency).code
    stranger = Agency(id=Report.objects.first().id, code="elsewhere")  # type: ignore[union-attr]
    before = list(Receipt.objects.order_by("pk").values_list("verifier", "public_key", "waiting"))
    wrong = ReceiptCode(code.locator, new_receipt_code().secret)
    for which in (wrong, ReceiptCode("99999999", code.secret), home):
        assert draw(agency=agency, code=which, pin=None, ticket=TICKET) is None
    assert draw(agency=stranger, code=code, pin=None, ticket=TICKET) is None
    after = list(Receipt.objects.order_by("pk").values_list("verifier", "public_key", "waiting"))
    assert after == before
    assert leaves(Tag.RECEIPT_DRAW) == []
    assert drawn(agency, code).locator == code.locator, "and the right one still draws"


def test_a_pin_is_hers_from_the_first_moment(agency: Agency, code: ReceiptCode) -> None:
    own = drawn(agency, code, PIN)
    mailbox.write(report=Report.objects.get(), text="Only for me.")
    without = mailbox.open_receipt(agency=agency, code=own, pin=None)
    assert without is not None
    assert without.stage_only
    assert told(agency, own, PIN) == ["Only for me."]
    assert drawn(agency, code, PIN) == own


@pytest.mark.parametrize(("ticket", "same"), [(TICKET, True), (OTHER_TICKET, False)])
def test_of_two_that_draw_at_once_one_draws_and_the_same_form_has_the_same_receipt(
    agency: Agency,
    code: ReceiptCode,
    monkeypatch: pytest.MonkeyPatch,
    ticket: bytes,
    same: bool,
) -> None:
    first: list[ReceiptCode] = []

    def meanwhile(code: ReceiptCode, *, salt: bytes, pin: str | None) -> ReceiptKeys:
        """Somebody is quicker, after this form has been looked at and before it writes."""
        monkeypatch.setattr(STRETCH, receipt_keys)
        first.append(drawn(agency, code, ticket=ticket))
        return receipt_keys(code, salt=salt, pin=pin)

    monkeypatch.setattr(STRETCH, meanwhile)
    second = draw(agency=agency, code=code, pin=None, ticket=TICKET)
    assert second == (first[0] if same else None)
    assert told(agency, first[0]) == [], "the first one has lost nothing"
    assert len(leaves(Tag.RECEIPT_DRAW)) == 1


def test_of_several_new_papers_the_last_one_draws(agency: Agency, code: ReceiptCode) -> None:
    report = Report.objects.get()
    who = make.staff(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    papers = [code, *(reissue(staff=who, report=report, purpose=WHY) for _ in range(3))]
    assert len({paper.secret for paper in papers}) == 4
    for lost in papers[:-1]:
        assert draw(agency=agency, code=lost, pin=None, ticket=TICKET) is None
    opened = mailbox.open_receipt(agency=agency, code=drawn(agency, papers[-1]), pin=None)
    assert opened is not None
    assert mailbox.part_private(report, opened.private, PartKind.IDENTITY)


def test_the_leaf_of_a_new_paper_says_who_and_why_and_not_which(
    agency: Agency, code: ReceiptCode
) -> None:
    who = make.staff(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    fresh = reissue(staff=who, report=Report.objects.get(), purpose=f"  {WHY} ")
    (leaf,) = leaves(Tag.RECEIPT_REISSUE)
    assert leaf["purpose"] == WHY
    assert leaf["actor"] == {"role": "intake_officer", "pseudonym": who.pseudonym}
    assert fresh.secret not in json.dumps(leaf)
    assert code.secret not in json.dumps(leaf)


def refused(who: Staff, report: Report, purpose: str = WHY) -> type[Exception]:
    with pytest.raises((NotAllowed, NotFound, VaultClosed, NoKey, PurposeMissing)) as said:
        reissue(staff=who, report=report, purpose=purpose)
    return said.type


def test_a_new_paper_that_cannot_be_made_leaves_the_old_one_as_it_was(
    agency: Agency, code: ReceiptCode
) -> None:
    report = Report.objects.get()
    who = make.staff(agency, "jo/ccu/aqaba")
    closed = replace(who, vault=None)
    stranger = make.staff(agency, "jo/ccu/irbid")
    assert refused(closed, report) is VaultClosed
    assert refused(stranger, report) is NotFound
    assert refused(who, report, " \n") is PurposeMissing
    PartGrant.objects.filter(
        part__report=report, part__kind=PartKind.IDENTITY, unit_key__isnull=False
    ).delete()
    assert refused(who, report) is NoKey
    assert leaves(Tag.RECEIPT_REISSUE) == []
    assert opening.has_part(report, PartKind.IDENTITY)
    assert told(agency, drawn(agency, code)) == []


def test_a_report_waits_until_she_has_drawn_and_never_again(
    agency: Agency, code: ReceiptCode
) -> None:
    taken, sent = Report.objects.get(), make.report(agency)
    assert awaits_drawing(taken)
    assert not awaits_drawing(sent)
    drawn(agency, code)
    assert not awaits_drawing(taken)
