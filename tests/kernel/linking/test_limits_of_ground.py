# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ground at its limits: sets that are broken, reports that name very much, crowds, parts of a
whole, and what a decision or a muted value does to what is known of it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.clusters import cluster
from amana.kernel.linking.field import COMMON_NAME, FASHIONABLE, IN_FASHION, WORLD, Decisions, Field
from amana.kernel.linking.ground import CROWD, MOST_COUNTED, lay, named, near_pairs, values_in
from amana.kernel.linking.kinds import NEAR, NEAR_WEIGHT, WEIGHT, Family, Kind, carries
from amana.kernel.linking.muted import Muted
from tests.kernel.linking.said import Row, said, token
from tests.kernel.linking.test_clusters import REPORTS, sets_of

PHONE, SLIP = ("phone", "+962791234567"), ("phone", "+962791234568")
IBAN = ("iban", "JO94CBJO0010000000000131000302")


def phones(count: int) -> list[Row]:
    return [("phone", f"+96279{at:07}") for at in range(1_111_111, 1_111_111 + 97 * count, 97)]


def field(
    sets: dict[int, bytes],
    *,
    muted: Collection[int] = (),
    unmuted: Collection[int] = (),
    known: Collection[int] = (),
) -> Field:
    return Field(lay(sets), Decisions(muted=muted, unmuted=unmuted, known=known))


def place(state: Field, row: Row) -> int:
    return state.ground.tokens.index(token(*row))


def often(state: Field, family: Family) -> list[int]:
    found: list[int] = named(state.masks, family).tolist()
    return found


@settings(max_examples=25)
@given(reports=REPORTS, tail=st.binary(max_size=8), at=st.integers(0, 13))
def test_a_broken_tail_of_one_set_changes_no_other(
    reports: list[tuple[list[Row], str]], tail: bytes, at: int
) -> None:
    sets = sets_of(reports)
    broken = dict(sets)
    broken[sorted(sets)[at % len(sets)]] += tail
    assert lay(broken) == lay(sets)


@settings(max_examples=25)
@given(reports=REPORTS)
def test_a_report_that_nobody_resembles_changes_nothing_for_the_others(
    reports: list[tuple[list[Row], str]],
) -> None:
    sets = sets_of(reports)
    alone = said(("wallet", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"), name="Zeynep Yildiz")
    before, after = lay(sets), lay(sets | {200_000: alone})
    assert after.tokens == before.tokens
    assert after.holders == before.holders
    assert after.masks[:-1] == before.masks
    assert after.held[len(sets)] == []


def test_a_mask_counts_to_fifteen_and_no_further() -> None:
    for count in (0, 1, MOST_COUNTED - 1, MOST_COUNTED, MOST_COUNTED + 1, 40):
        state = field({1: said(*phones(count), ("email", "a.river@mail.example"))})
        assert often(state, Family.PHONE) == [min(count, MOST_COUNTED)]
        assert often(state, Family.EMAIL) == [1], "no count runs over into the next"


def test_a_muted_value_is_not_counted_any_more() -> None:
    state = field({1: said(PHONE, IBAN), 2: said(PHONE), 3: said(IBAN)}, muted={token(*PHONE)})
    assert often(state, Family.PHONE) == [0, 0, 0]
    assert often(state, Family.ACCOUNT) == [1, 0, 1]


def test_of_very_many_one_less_is_still_very_many() -> None:
    many = said(PHONE, *phones(20))
    state = field({1: many, 2: said(PHONE)}, muted={token(*PHONE)})
    assert often(state, Family.PHONE) == [MOST_COUNTED, 0]


def test_an_officer_who_lets_a_value_speak_is_heard_before_all() -> None:
    sets = {1: said(PHONE, IBAN), 2: said(PHONE, IBAN)}
    one, other = token(*PHONE), token(*IBAN)
    state = field(sets, unmuted={one}, muted={one, other}, known={one, other})
    assert state.quiet == {place(state, IBAN): Muted.OFFICER}
    assert not state.silent[place(state, PHONE)]
    assert field(sets, known={other}).quiet == {place(state, IBAN): Muted.KNOWN}


def test_decisions_about_values_that_nobody_shares_say_nothing() -> None:
    state = field({1: said(PHONE), 2: said(PHONE)}, muted={1, 2, -3}, known={token(*IBAN)})
    assert state.quiet == {}


@pytest.mark.parametrize(("loud", "low", "hushed"), [(8, 2, True), (8, 3, False), (4, 1, True)])
def test_a_hotline_typed_with_a_slip_is_hushed_where_it_is_much_rarer(
    loud: int, low: int, hushed: bool
) -> None:
    sets = {at: said(PHONE if at < loud else SLIP) for at in range(loud + low)}
    state = field(sets, muted={token(*PHONE)})
    state.add_near()
    reason = {place(state, SLIP): Muted.OFFICER} if hushed else {}
    assert state.quiet == {place(state, PHONE): Muted.OFFICER, **reason}
    assert len(state.parents) == 0, "a slip from a muted value links nobody"


def test_a_slip_is_held_by_all_who_hold_one_of_its_values() -> None:
    state = field({1: said(PHONE), 2: said(SLIP), 3: said(PHONE, SLIP), 4: said(IBAN)})
    state.add_near()
    assert state.first_slip + 1 == len(state.kinds)
    assert state.holders[state.first_slip] == [0, 1, 2]
    assert state.kinds[state.first_slip] == Kind.PHONE | NEAR
    assert [state.first_slip in state.held[at] for at in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("others", [IN_FASHION - 1, IN_FASHION])
def test_a_name_with_many_neighbours_is_in_fashion(others: int) -> None:
    king = ("handle", "telegram:kingking")
    near = [("handle", f"telegram:kingking{at}") for at in range(others)]
    state = field({at: said(row) for at, row in enumerate([king, *near])})
    state.add_near()
    in_fashion = others >= IN_FASHION
    assert state.doubt[place(state, king)] == (FASHIONABLE if in_fashion else 0.0)


@pytest.mark.parametrize("more", [0, 1])
def test_a_name_that_very_many_go_by_is_common(more: int) -> None:
    count = int(WORLD * COMMON_NAME) + more
    state = field({at: said(name="Karim Haddad") for at in range(count)})
    assert len(state.common) == 3
    assert state.common.all() == (more > 0)


def test_a_number_that_very_many_share_is_never_called_a_common_name() -> None:
    assert not field({at: said(PHONE) for at in range(40)}).common.any()


def test_a_part_of_a_whole_knows_how_many_hold_it_elsewhere() -> None:
    sets = {1: said(PHONE, IBAN), 2: said(PHONE, IBAN)}
    ground = lay(sets, counts={token(*PHONE): 90, token(*IBAN): 1}, total=4000)
    known = dict(zip(ground.tokens, ground.counts, strict=True))
    assert known == {token(*PHONE): 90, token(*IBAN): 2}, "never fewer than lie here"
    assert ground.total == 4000
    assert lay(sets, total=1).total == 2


def test_countries_go_with_their_reports() -> None:
    ground = lay({9: said(PHONE), 4: said(PHONE), 6: b""}, countries={9: 2, 4: 1, 77: 3})
    assert list(zip(ground.numbers, ground.countries, strict=True)) == [(4, 1), (6, 0), (9, 2)]
    assert lay({9: said(PHONE)}).countries == [0]


@pytest.mark.parametrize("count", [CROWD, CROWD + 1])
def test_a_spelling_of_a_crowd_says_nothing(count: int) -> None:
    values = np.arange(count, dtype=np.int64)
    crowd = np.full(count, 7, dtype=np.int64)
    pairs = len(near_pairs(crowd, values))
    assert pairs == (CROWD * (CROWD - 1) // 2 if count <= CROWD else 0)


def test_a_crowd_hides_no_pair_beside_it() -> None:
    spelling = np.array([7] * (CROWD + 1) + [8, 8], dtype=np.int64)
    value = np.array([*range(CROWD + 1), 500, 501], dtype=np.int64)
    assert near_pairs(spelling, value).tolist() == [[500, 501]]


def test_values_of_a_set_are_those_that_were_named() -> None:
    found = list(values_in(said(PHONE, IBAN, name="Karim Haddad")))
    assert [kind for kind, _ in found].count(Kind.NAME_PART) == 2
    assert found[:2] == [(Kind.PHONE, token(*PHONE)), (Kind.IBAN, token(*IBAN))]
    assert len(found) == 5, "no slip and no beginning is a value"


def test_which_kinds_carry_a_link() -> None:
    assert {kind for kind in range(256) if carries(kind)} == {
        *WEIGHT,
        *(kind | NEAR for kind in NEAR_WEIGHT),
    }
    assert not any(carries(kind) for kind in (Kind.NAME, Kind.NAME_PART, Kind.PREFIX, 0, 255))


def test_a_set_under_two_numbers_is_two_reports() -> None:
    """Nothing but the number of a report says which it is: negative ones are numbers too."""
    outcome = cluster(lay({-5: said(PHONE), 5: said(PHONE)}))
    assert outcome.labels == [0, 0]
