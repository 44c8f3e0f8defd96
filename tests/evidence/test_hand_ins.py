# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices: with consent in words and a day of return; read by the person who gave them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.evidence import hand_ins
from amana.evidence.hand_in_pdf import hand_in_pdf
from amana.evidence.hand_ins import Device
from amana.evidence.models import HandIn
from amana.journey import Filed
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import AlreadyDone, NotFound, Refused
from amana.reports.models import Refusal
from amana.reports.services import mailbox
from tests.evidence.files import UNIT
from tests.support import builders as make

pytestmark = pytest.mark.db
PHONE = Device("Telephone, blue, 3 years old", "Officer at the window", "Messages since May only")


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def filed(agency: Agency) -> Filed:
    return make.filed(agency)


@pytest.fixture
def officer(agency: Agency) -> Staff:
    return make.staff(agency, UNIT, Role.INTAKE_OFFICER)


def soon() -> date:
    return now().date() + timedelta(days=10)


def test_she_reads_what_she_gave_and_when_it_comes_back(
    agency: Agency, filed: Filed, officer: Staff
) -> None:
    row = hand_ins.take(staff=officer, report=filed.report, device=PHONE, return_by=soon())
    assert b"blue" not in bytes(row.sealed)
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    (hers,) = hand_ins.for_reporter(opened)
    (ours,) = hand_ins.for_unit(staff=officer, report=filed.report)
    assert hers == ours
    assert (hers.device, hers.return_by) == (PHONE, soon())
    assert "evidence:device:take" in make.tags(filed.report)
    assert "blue" not in repr(hers)


def test_with_a_pin_not_given_she_reads_nothing_of_it(agency: Agency, officer: Staff) -> None:
    filed = make.filed(agency, pin="4821")
    hand_ins.take(staff=officer, report=filed.report, device=PHONE, return_by=soon())
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    assert hand_ins.for_reporter(opened) == []


@pytest.mark.parametrize(
    ("scope", "days", "missing"),
    [(" ", 1, "consent"), ("all", None, "expiry"), ("all", -1, "expiry")],
)
def test_without_consent_or_a_day_of_return_it_is_refused_and_counted(
    filed: Filed, officer: Staff, scope: str, days: int | None, missing: str
) -> None:
    day = now().date() + timedelta(days=days) if days is not None else None
    with pytest.raises(Refused) as caught:
        hand_ins.take(
            staff=officer, report=filed.report, device=Device("a", "b", scope), return_by=day
        )
    assert caught.value.missing == missing
    assert Refusal.objects.get().action == "hand_in"
    assert not HandIn.objects.exists()


def test_it_is_given_back_once(agency: Agency, filed: Filed, officer: Staff) -> None:
    row = hand_ins.take(staff=officer, report=filed.report, device=PHONE, return_by=soon())
    other = make.report(agency)
    with pytest.raises(NotFound):
        hand_ins.give_back(staff=officer, report=other, hand_in_id=row.id)
    hand_ins.give_back(staff=officer, report=filed.report, hand_in_id=row.id)
    with pytest.raises(AlreadyDone):
        hand_ins.give_back(staff=officer, report=filed.report, hand_in_id=row.id)
    assert make.tags(filed.report)[-1] == "evidence:device:return"
    with pytest.raises(IntegrityError), transaction.atomic():
        HandIn.objects.update(returned_by=None)


def test_who_only_reads_takes_nothing_in(agency: Agency, filed: Filed, officer: Staff) -> None:
    reader = make.staff(agency, UNIT, Role.LIAISON)
    with pytest.raises(NotAllowed):
        hand_ins.take(staff=reader, report=filed.report, device=PHONE, return_by=soon())


@pytest.mark.parametrize("language", ["ar", "fr", "en", "ur"])
def test_it_is_a_paper_in_her_language(filed: Filed, officer: Staff, language: str) -> None:
    hand_ins.take(staff=officer, report=filed.report, device=PHONE, return_by=soon())
    (row,) = hand_ins.for_unit(staff=officer, report=filed.report)
    paper = hand_in_pdf(row=row, language=language)
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 2000


def test_bytes_that_belong_elsewhere_are_left_out(filed: Filed, officer: Staff) -> None:
    HandIn.objects.create(
        agency_id=filed.report.agency_id, report=filed.report, at=now(),
        officer_id=officer.officer_id, sealed=b"x",
    )  # fmt: skip
    assert hand_ins.for_unit(staff=officer, report=filed.report) == []
