# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the words suggest, on the page of a report: an officer picks, nothing moves by itself."""

from __future__ import annotations

import pytest

from amana.people.models import Role
from amana.reports.models import CategoryChange
from tests.desk.steps import desk, of, ok, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db

HACKED = "My account was hacked, they changed the password. He wrote he will kill me."


def test_three_kinds_stand_with_the_words_that_spoke_and_one_is_picked() -> None:
    agency = make.node()
    report = make.report(agency, narrative=HACKED)
    who = desk(agency, "jo/ccu/aqaba")
    page = ok(who.get(of(report)))
    assert "What it may be" in page
    assert "My account was taken over" in page
    assert '<q dir="auto">hacked</q>' in page or '<q dir="auto">password</q>' in page
    assert make.fresh(report).category == "X1"
    went_on(who.send(of(report, "category/"), {"category": "A1"}))
    assert make.fresh(report).category == "A1"
    change = CategoryChange.objects.get(report=report)
    assert (change.before, change.after) == ("X1", "A1")
    assert "the category it has now" in ok(who.get(of(report)))


def test_a_risk_of_the_words_is_shown_with_its_stretch() -> None:
    agency = make.node()
    report = make.report(agency, narrative=HACKED)
    page = ok(desk(agency, "jo/ccu/aqaba").get(of(report)))
    assert "Words of the report speak of it." in page
    assert "will kill me</q>" in page


def test_who_was_not_given_the_answers_sees_no_word_of_them() -> None:
    agency = make.node()
    report = make.report(agency, narrative=HACKED, category="D1", offences=["D1"])
    page = ok(desk(agency, "jo/legal/review", Role.LEGAL_REVIEWER).get(of(report)))
    assert "What it may be" in page
    assert "as the category</button>" not in page
