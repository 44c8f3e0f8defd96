# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blind search through the page of the desk, and the same story told twice."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from amana.desk.links import looking
from amana.journal.models import Event
from amana.limits.rules import SEARCH
from amana.people.models import Role
from amana.triage.links import search
from amana.triage.links.linking import link_new
from tests.desk.links.steps import AQABA, IRBID, PHONE, code, text
from tests.desk.steps import Desk, desk, of, ok, refused
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db


def asked(who: Desk, **fields: object) -> str:
    return text(who.post("/desk/search/", **fields))


def test_a_report_is_found_by_number_word_beginning_and_phrase() -> None:
    agency = make.node()
    report = naming(agency, PHONE, narrative="He says: pay today or I send the pictures to Samar.")
    link_new()
    who = desk(agency, AQABA)
    for fields in (
        {"by": "phone", "text": "079 123 4567"},
        {"by": "phone", "text": "+96279123", "begins": "on"},
        {"by": "words", "text": "pictures"},
        {"by": "phrase", "text": "send the pictures"},
    ):
        assert code(report) in asked(who, **fields), fields
    assert "Nothing that you may see." in asked(who, by="phrase", text="pictures the send")


def test_what_is_not_hers_is_answered_like_what_is_not_there() -> None:
    agency = make.node()
    naming(agency, PHONE, victim_region="JO-IR")
    link_new()
    make.staff(agency, IRBID)
    who = desk(agency, AQABA)
    not_hers = asked(who, by="phone", text="+962791234567")
    nothing = asked(who, by="phone", text="+962799999999")
    strip = re.compile(r"value=\"[^\"]*\"")
    assert strip.sub("", not_hers) == strip.sub("", nothing)


def test_that_she_searched_is_a_leaf_and_for_what_is_written_nowhere() -> None:
    agency = make.node()
    who = desk(agency, AQABA)
    asked(who, by="phone", text="+962791234567")
    event = Event.objects.get(tag="report:report:search")
    assert json.loads(bytes(event.body or b""))["facts"] == {"by": "phone"}
    assert b"79123" not in bytes(event.body or b"")


@pytest.mark.parametrize(
    "fields",
    [
        {"by": "words", "text": ""},
        {"by": "nonsense", "text": "x"},
        {"by": "words", "text": "x" * 400},
        {},
    ],
)
def test_a_search_that_asks_for_nothing_is_refused_with_words(fields: dict[str, object]) -> None:
    who = desk(make.node(), AQABA)
    refused(who.post("/desk/search/", **fields))
    assert not Event.objects.filter(tag="report:report:search").exists()


def test_the_page_says_how_much_was_looked_through_alike_for_nothing_and_something() -> None:
    agency = make.node()
    naming(agency, PHONE, narrative="He wants to publish the pictures.")
    link_new()
    who = desk(agency, AQABA)
    for word in ("pictures", "elephants"):
        assert "the newest 5,000 reports of each of your units" in asked(who, by="words", text=word)
    for value in ("+962791234567", "+962799999999"):
        assert "1,000 reports are looked at" in asked(who, by="phone", text=value)


def test_who_searches_very_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    monkeypatch.setattr(looking, "SEARCH", replace(SEARCH, capacity=2))
    first, second = desk(agency, AQABA), desk(agency, AQABA)
    for _ in range(2):
        ok(first.post("/desk/search/", by="words", text="pictures"))
    page = refused(first.post("/desk/search/", by="words", text="pictures"))
    assert "You have searched very often." in page
    assert Event.objects.filter(tag="report:report:search").count() == 2
    ok(second.post("/desk/search/", by="words", text="pictures"))


def test_however_little_there_is_to_do_it_takes_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("amana.triage.links.search.sleep", waited.append)
    clock = iter([7.0, 7.01, 8.0, 9.0])
    monkeypatch.setattr("amana.triage.links.search.monotonic", clock.__next__)
    for _ in range(2):
        with search.evenly():
            pass
    assert waited == [pytest.approx(search.EVEN - 0.01), 0.0]


def test_an_administrator_searches_nothing() -> None:
    agency = make.node()
    assert desk(agency, AQABA, Role.ADMINISTRATOR).get("/desk/search/").status_code == 404


def test_nothing_is_looked_for_by_an_address() -> None:
    agency = make.node()
    naming(agency, PHONE)
    link_new()
    who = desk(agency, AQABA)
    assert "Found" not in text(who.get("/desk/search/", by="phone", text="+962791234567"))


# --- the same story twice


def test_nearly_the_same_words_are_said_before_anybody_begins() -> None:
    agency = make.node()
    words = (
        "He wrote me on the application and says that he has my pictures from the video call, and "
        "that he will send them to my brother and to my whole family when I do not pay before "
        "Friday evening; he named my school and my street and the shop of my father."
    )
    one = make.report(agency, narrative=words, identifiers=None)
    two = make.report(agency, narrative=words.replace("Friday", "Sunday"), identifiers=None)
    other = make.report(agency, narrative="Somebody sold me a telephone that never came.")
    link_new()
    who = desk(agency, AQABA)
    page = text(who.get(of(two)))
    assert "This may be the same story as in another report." in page
    assert code(one) in page
    assert "the same story" not in text(who.get(of(other)))
