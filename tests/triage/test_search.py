# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blind search: bounded, newest first, by what is kept of a value, and within what is hers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.models import Access, Report
from amana.triage.links import search
from amana.triage.links.linking import link_new
from amana.triage.models import WordTokens
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db
AQABA, IRBID = "jo/ccu/aqaba", "jo/ccu/irbid"
PHONE = ("phone", "+962791234567")


def told(agency: Agency, words: str, **said: object) -> Report:
    return naming(agency, narrative=words, **said)  # type: ignore[arg-type]


def keys(rows: list[Report]) -> list[object]:
    return [row.pk for row in rows]


def words(staff: Staff, text: str) -> list[object]:
    return keys(search.by_words(staff=staff, text=text))


def test_the_newest_come_first() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    rows = [told(agency, "He asks for money every night.") for _ in range(3)]
    for age, row in enumerate(rows):
        Report.objects.filter(pk=row.pk).update(received_at=now() - timedelta(days=age))
    assert words(staff, "money") == keys(rows)


def test_all_words_must_be_there_in_any_order_and_form() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    both = told(agency, "He asks for money and sends pictures.")
    told(agency, "He sends pictures.")
    assert words(staff, "pictures money") == [both.pk]
    assert words(staff, "MONEY, pictures!") == [both.pk]
    assert words(staff, "money elephants") == []


def test_only_the_newest_of_each_unit_are_read_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    rows = [told(agency, f"Money, the {at}. time.") for at in ("first", "second", "third")]
    monkeypatch.setattr(search, "NEWEST", 2)
    assert words(staff, "money") == keys([rows[2], rows[1]])
    assert words(staff, "first") == []


def test_each_unit_of_hers_has_its_own_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    person = make.officer(agency)
    make.place(person, AQABA, Role.INVESTIGATOR)
    staff = make.place(person, IRBID, Role.INVESTIGATOR)
    south = told(agency, "Money, in the south.")
    north = [told(agency, "Money, in the north.", victim_region="JO-IR") for _ in range(3)]
    monkeypatch.setattr(search, "NEWEST", 1)
    assert set(words(staff, "money")) == {south.pk, north[-1].pk}


def test_what_a_unit_may_no_longer_see_is_not_found() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    row = told(agency, "He asks for money.")
    assert words(staff, "money") == [row.pk]
    Access.objects.filter(report=row).update(until=now())
    assert words(staff, "money") == []


def test_m130_what_waits_for_legal_review_is_not_found_by_words_or_values() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    naming(agency, PHONE, narrative="He speaks of money.", offences=["D1"], category="D1")
    link_new()
    assert words(staff, "money") == []
    assert search.by_identifier(staff=staff, kind="phone", value=PHONE[1]) == []
    assert search.by_beginning(staff=staff, kind="phone", front="+96279123") == []


def test_m074_terrorism_is_found_by_its_own_unit_alone() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    own = make.staff(agency, "jo/ccu/terrorism")
    naming(agency, PHONE, narrative="He speaks of money.", offences=["T2"], category="T2")
    link_new()
    assert words(staff, "money") == []
    assert search.by_identifier(staff=staff, kind="phone", value=PHONE[1]) == []
    assert len(search.by_identifier(staff=own, kind="phone", value=PHONE[1])) == 1


def test_of_a_value_that_very_many_name_some_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    for _ in range(4):
        naming(agency, PHONE)
    link_new()
    monkeypatch.setattr(search, "MOST_HOLDERS", 3)
    assert len(search.by_identifier(staff=staff, kind="phone", value=PHONE[1])) == 3


@pytest.mark.parametrize("text", ["", " ", "…", "!!!", "\x00", "\ud800", "٪", "x" * 5000])
def test_nothing_to_look_for_finds_nothing_and_breaks_nothing(text: str) -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    told(agency, "He asks for money.")
    if text != "\ud800":
        assert words(staff, text) == []
    for kind in ("phone", "handle", "email", "url", "iban", "wallet", "ip"):
        assert search.by_identifier(staff=staff, kind=kind, value=text.strip("\ud800")) == []
        assert search.by_beginning(staff=staff, kind=kind, front=text.strip("\ud800")) == []


def test_a_beginning_that_is_kept_finds_and_a_shorter_one_does_not() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    handle = naming(agency, ("handle", "instagram:lion_of_sea"))
    mail = naming(agency, ("email", "noor.casting@mail.example"))
    dots = naming(agency, ("email", "k.arim.b@gmail.com"))
    account = naming(agency, ("iban", "JO94CBJO0010000000000131000302"))
    link_new()

    def begins(kind: str, front: str) -> list[object]:
        return keys(search.by_beginning(staff=staff, kind=kind, front=front))

    assert begins("handle", "instagram:lion_") == [handle.pk]
    assert begins("handle", "instagram:li") == []
    assert begins("email", "noor.ca") == [mail.pk]
    assert begins("email", "k.arim.b") == begins("email", "karimb") == [dots.pk]
    assert begins("email", "ka.ri.mb+shop@gm") == [dots.pk]
    assert begins("iban", "jo94 cbjo 00") == [account.pk]
    assert begins("iban", "JO94") == []


def test_each_search_is_one_statement_that_looks_at_a_bounded_number() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    told(agency, "He asks for money.")
    link_new()
    acts: tuple[tuple[Callable[[], object], int], ...] = (
        (
            lambda: search.by_identifier(staff=staff, kind="phone", value=PHONE[1]),
            search.MOST_HOLDERS,
        ),
        (
            lambda: search.by_beginning(staff=staff, kind="phone", front="+96279123"),
            search.MOST_HOLDERS,
        ),
        (lambda: search.by_words(staff=staff, text="money"), search.NEWEST),
    )
    for ask, bound in acts:
        with CaptureQueriesContext(connection) as seen:
            ask()
        (query,) = seen.captured_queries
        assert query["sql"].endswith(f"LIMIT {search.MOST_FOUND}")
        assert f"LIMIT {bound})" in query["sql"], "what is looked at is bounded too"


def test_words_stand_nowhere_but_as_marks() -> None:
    agency = make.node()
    row = told(agency, "He asks for money.")
    packed = bytes(WordTokens.objects.get(report=row).packed)
    assert b"money" not in packed
    assert len(packed) % search.WORD_BYTES == 0


@pytest.mark.parametrize(
    "typed",
    ["https://web.whatsapp.com/send?phone=962791234567", "0791234567 (whatsapp)", "+962791234567"],
)
def test_a_number_is_found_however_it_was_pasted(typed: str) -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    phone = naming(agency, ("phone", "+962791234567"))
    link_new()
    found = search.by_identifier(staff=staff, kind="phone", value=typed, region="JO")
    assert keys(found) == [phone.pk]
