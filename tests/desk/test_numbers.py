# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report's number is taken as it is shown: in two groups, in the digits of any keyboard."""

from __future__ import annotations

import pytest

from amana.people.models import Role
from amana.reports.models import Refusal, Report
from tests.desk.steps import desk, of, ok, refused, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
URDU = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def written(report: Report, how: str) -> str:
    number = report.locator
    grouped = f"{number[:4]} {number[4:]}"
    return {
        "plain": number,
        "shown": grouped,
        "around": f"  {grouped} ",
        "hard blank": grouped.replace(" ", "\u00a0"),
        "arabic": grouped.translate(ARABIC),
        "urdu": number.translate(URDU),
    }[how]


@pytest.mark.parametrize("how", ["plain", "shown", "around", "hard blank", "arabic", "urdu"])
def test_a_duplicate_is_closed_by_the_number_as_it_stands_on_the_other_page(how: str) -> None:
    agency = make.node()
    report, other = make.report(agency), make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    if how == "shown":
        assert written(other, how) in ok(who.get(of(other)))
    sent = {"disposition": "duplicate", "reference": written(other, how)}
    went_on(who.send(of(report, "close/"), sent))
    assert make.fresh(report).disposition == "duplicate"
    assert report.closings.get().other_report_id == other.pk
    assert not Refusal.objects.exists()


@pytest.mark.parametrize("reference", ["", "0000 0000", "nobody", "٠", "12345678901234567890"])
def test_a_number_of_nothing_closes_nothing_and_is_counted(reference: str) -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    refused(who.send(of(report, "close/"), {"disposition": "duplicate", "reference": reference}))
    assert make.fresh(report).closed_at is None
    assert Refusal.objects.get().missing == "reference"


def test_a_report_is_no_duplicate_of_itself_or_of_one_that_she_may_not_see() -> None:
    agency = make.node()
    report = make.report(agency)
    elsewhere = make.report(agency, victim_region="JO-IR")
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    for other in (report, elsewhere):
        sent = {"disposition": "duplicate", "reference": written(other, "shown")}
        refused(who.send(of(report, "close/"), sent))
    assert make.fresh(report).closed_at is None
    assert Refusal.objects.count() == 2


@pytest.mark.parametrize("how", ["plain", "shown", "arabic", "urdu"])
def test_the_inbox_finds_one_report_by_its_number(how: str) -> None:
    agency = make.node()
    report, other = make.report(agency), make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    page = ok(who.get("/desk/inbox/open/", q=written(report, how)))
    assert of(report) in page
    assert of(other) not in page


@pytest.mark.parametrize("typed", ["salma", "1234567890123", "12;--", "\u0660" * 20])
def test_what_is_no_number_narrows_nothing(typed: str) -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    assert of(report) in ok(who.get("/desk/inbox/open/", q=typed))
