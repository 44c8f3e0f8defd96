# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the words suggest, on the page of a report: an officer picks, nothing moves by itself."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from amana.people.models import Role
from amana.reports.models import CategoryChange
from amana.reports.questionnaire.types import Json
from amana.triage.learning import corrections
from tests.desk.steps import desk, of, ok, refused, went_on
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


# Lending a text for learning

LENT = "Somebody took over my page and asks my friends for money and codes."
AGREED: dict[str, Json] = {"consents": ["research"], "category": "A1", "offences": ["A1"]}


def test_a_supervisor_lends_a_text_that_nobody_is_recognised_in() -> None:
    agency = make.node()
    report = make.report(agency, narrative=f"{LENT} Call 0791234567 or a@b.example", **AGREED)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    page = ok(who.get(of(report, "lend/")))
    assert "▮" in page
    assert "a@b.example" not in page
    taken = who.send(of(report, "lend/"), {"text": LENT, "read": "on"})
    assert taken.status_code == 200
    assert taken.headers["Content-Disposition"] == 'attachment; filename="correction.jsonl"'
    line = json.loads(taken.getvalue())
    assert (line["text"], line["code"], line["form"]) == (LENT, "A1", "en")
    assert line["source"] == "correction"
    (example,) = corrections(BytesIO(taken.getvalue()))
    assert example.code == "A1"
    assert make.tags(report)[-1] == "report:text:lend"


def test_a_text_with_a_number_in_it_or_unread_is_not_taken() -> None:
    agency = make.node()
    report = make.report(agency, narrative=LENT, **AGREED)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    refused(who.send(of(report, "lend/"), {"text": f"{LENT} +962791234567", "read": "on"}))
    page = refused(who.send(of(report, "lend/"), {"text": LENT}))
    assert "Read it first" in page
    assert "report:text:lend" not in make.tags(report)


def test_without_consent_and_for_others_there_is_no_such_page() -> None:
    agency = make.node()
    report = make.report(agency, narrative=LENT)
    boss = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    assert boss.get(of(report, "lend/")).status_code == 404
    assert boss.send(of(report, "lend/"), {"text": LENT, "read": "on"}).status_code == 404
    agreed = make.report(agency, narrative=LENT, **AGREED)
    assert desk(agency, "jo/ccu/aqaba").get(of(agreed, "lend/")).status_code == 404
