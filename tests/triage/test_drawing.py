# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is drawn around a report, in which order and how many at most; and which bodies it may have
to do with at all."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.kinds import NEAR, Kind
from amana.triage.links.drawing import (
    AT_A_SLIP,
    NEIGHBOURS,
    OF_A_CROWD,
    SOME,
    Row,
    bearing,
    nearest,
    rows_of,
)
from amana.triage.links.statements import Lying
from tests.kernel.linking.said import Row as Named
from tests.kernel.linking.said import said, token

PHONE, SLIP = (Kind.PHONE, 1, 1), (Kind.PHONE | NEAR, 101, 1)
EMAIL, HANDLE = (Kind.EMAIL, 2, 2), (Kind.HANDLE, 3, 3)
NAME, PART = (Kind.NAME, 4, 4), (Kind.NAME_PART, 5, 5)
ROWS = [PHONE, SLIP, EMAIL, HANDLE, NAME, PART]
HOLDERS = st.dictionaries(
    st.sampled_from([token for _, token, _ in ROWS]),
    st.lists(st.integers(-20, 20), max_size=12, unique=True),
)


@settings(max_examples=60)
@given(HOLDERS, st.permutations(ROWS))
def test_the_order_in_which_values_are_named_changes_nothing(
    holders: dict[int, list[int]], rows: list[Row]
) -> None:
    assert nearest(rows, holders) == nearest(ROWS, holders)


@settings(max_examples=60)
@given(HOLDERS)
def test_each_who_is_drawn_holds_something_and_is_drawn_once(holders: dict[int, list[int]]) -> None:
    found = nearest(ROWS, holders)
    ways = {number for one in (PHONE, SLIP, EMAIL, HANDLE) for number in holders.get(one[1], ())}
    assert len(found) == len(set(found))
    assert set(found) == ways, "few are all drawn, and by a name alone nobody is"


def test_who_shares_a_value_comes_before_who_is_a_slip_away_and_more_before_less() -> None:
    holders = {1: [9, 7], 2: [9], 3: [8], 101: [1, 2, 9]}
    assert nearest(ROWS, holders) == [9, 7, 8, 1, 2]


def test_who_has_the_value_itself_is_not_also_a_slip_away() -> None:
    """All who hold a number also hold its spellings: that is no second thing."""
    crowd = list(range(OF_A_CROWD + 5))
    found = nearest([PHONE, SLIP], {1: crowd, 101: crowd})
    assert found == crowd[:OF_A_CROWD]


@pytest.mark.parametrize("count", [OF_A_CROWD, OF_A_CROWD + 1])
def test_of_a_crowd_the_first_are_drawn_and_who_shares_more(count: int) -> None:
    last = 10_000
    crowd = [*range(count - 1), last]
    assert nearest([PHONE], {1: crowd})[-1] == (last if count <= OF_A_CROWD else OF_A_CROWD - 1)
    assert nearest([PHONE, EMAIL], {1: crowd, 2: [last]})[0] == last


@pytest.mark.parametrize("count", [AT_A_SLIP, AT_A_SLIP + 1])
def test_of_many_at_a_slip_only_some_are_drawn(count: int) -> None:
    found = nearest([PHONE, SLIP], {101: list(range(count))})
    assert len(found) == (AT_A_SLIP if count <= AT_A_SLIP else SOME)


def test_however_many_hold_however_much_the_number_is_bounded() -> None:
    rows = [(Kind.EMAIL, value, value) for value in range(20)]
    holders = {value: list(range(100 * value, 100 * value + 90)) for value in range(20)}
    assert len(nearest(rows, holders)) == NEIGHBOURS


def test_nobody_is_drawn_around_who_says_nothing() -> None:
    assert nearest([], {1: [1]}) == nearest(ROWS, {}) == []


def test_spellings_know_whose_they_are_and_beginnings_lead_to_nobody() -> None:
    phone, handle = ("phone", "+962791234567"), ("handle", "telegram:night_hunter77")
    rows = rows_of(said(phone, handle))
    assert {value for _, _, value in rows} == {token(*phone), token(*handle)}
    assert Kind.PREFIX not in {kind for kind, _, _ in rows}
    assert rows_of(b"") == rows_of(b"\x01\x02") == []


WHO = UUID(int=0)
A_PHONE, NEAR_PHONE = ("phone", "+962791234567"), ("phone", "+962791234568")
A_HANDLE, A_ROLE = ("handle", "telegram:night_hunter77"), ("email", "support@bank.example")
A_FILE_LIKE = ("url", "https://evil.example/page")
WORDS = [f"word{n}" for n in range(30)]
BODY = 900


def borne(
    mine: bytes, *others: bytes | tuple[int, bytes], silent: Collection[int] = ()
) -> set[int]:
    """The bodies that a report may join; others stand in one body unless they say in which."""
    row = Lying(1, WHO, WHO, 1, mine, waits=True)
    rows = {1: row}
    for number, other in enumerate(others, 2):
        cluster, packed = other if isinstance(other, tuple) else (BODY, other)
        rows[number] = Lying(number, WHO, WHO, cluster, packed, waits=False)
    return bearing(rows_of(mine), rows, row, silent)


@pytest.mark.parametrize("row", [A_PHONE, A_FILE_LIKE])
def test_one_value_of_somebodys_own_is_enough(row: Named) -> None:
    assert borne(said(row), said(row)) == {BODY}


@pytest.mark.parametrize(
    "row", [A_HANDLE, A_ROLE, ("ip", "203.0.113.7"), ("handle", "@lion_heart")]
)
def test_one_weak_value_is_not(row: Named) -> None:
    assert borne(said(row), said(row)) == set()


def test_two_weak_things_are_enough_also_with_two_reports_of_one_body() -> None:
    mine = said(A_HANDLE, NEAR_PHONE)
    assert borne(mine, said(A_HANDLE, A_PHONE)) == {BODY}
    assert borne(mine, said(A_HANDLE), said(A_PHONE)) == {BODY}
    assert borne(mine, (7, said(A_HANDLE)), (8, said(A_PHONE))) == set()


def test_a_slip_alone_is_one_thing_however_many_spellings_it_shares() -> None:
    assert borne(said(A_PHONE), said(NEAR_PHONE)) == set()


def test_the_bands_of_one_text_and_the_parts_of_one_name_are_one_thing() -> None:
    assert borne(said(words=WORDS), said(words=WORDS)) == set()
    assert borne(said(name="Karim Haddad"), said(name="Karim Haddad")) == set()
    both = said(name="Karim Haddad", words=WORDS)
    assert borne(both, both) == {BODY}


def test_a_name_and_a_handle_are_two() -> None:
    mine = said(A_HANDLE, name="Karim Haddad")
    assert borne(mine, said(A_HANDLE, name="كريم حداد")) == {BODY}


def test_what_is_muted_bears_on_nobody_nor_do_its_spellings() -> None:
    silent = {token(*A_PHONE)}
    assert borne(said(A_PHONE), said(A_PHONE), silent=silent) == set()
    mine = said(A_PHONE, A_HANDLE)
    assert borne(mine, said(NEAR_PHONE, A_HANDLE), silent=silent) == set()
    assert borne(mine, said(NEAR_PHONE, A_HANDLE)) == {BODY}


def test_a_report_does_not_bear_on_itself() -> None:
    assert borne(said(A_PHONE)) == set()
