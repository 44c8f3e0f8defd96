# SPDX-License-Identifier: AGPL-3.0-or-later
"""What little ties a report to a body of others: of each kind what most of that body hold, never a
report to itself, and nothing that a crowd holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.field import Decisions, Field
from amana.kernel.linking.ground import lay
from amana.kernel.linking.kinds import NEAR, Kind
from amana.kernel.linking.mates import Few, Mates
from amana.kernel.linking.witnesses import MOST_HOLDERS, SORTS, WEAK, Tying, kind_and_more
from tests.kernel.linking.fields import planted_field
from tests.kernel.linking.said import Row, said

HANDLE, SLIP = ("handle", "telegram:night_hunter77"), ("handle", "telegram:night_hunter78")
PHONE, NEAR_PHONE = ("phone", "+962791234567"), ("phone", "+962791234568")
NO = Decisions()
NAME, PART = "Karim Haddad", "Karim Obeidat"


def tied(
    home: list[int], *reports: tuple[list[Row], str], of: int = 0, with_it: int | None = None
) -> set[tuple[int, int]]:
    """To which bodies a report, or it and another, are tied, and by what kind. `home`: for each
    report the first of its body."""
    state = Field(lay({at: said(*rows, name=name) for at, (rows, name) in enumerate(reports)}), NO)
    state.add_near()
    mates = Mates(state, np.array(home))
    second = of if with_it is None else with_it
    ties = Tying(mates).ties(Few(np.array([of]), np.array([second])))
    return set(zip(ties.body.tolist(), ties.kind.tolist(), strict=True))


def test_a_handle_ties_to_each_body_that_holds_it() -> None:
    reports = [([HANDLE], "")] * 5
    assert tied([0, 1, 1, 3, 3], *reports) == {(1, Kind.HANDLE), (3, Kind.HANDLE)}


def test_nobody_is_tied_to_a_body_by_what_only_he_holds_there() -> None:
    assert tied([0, 0, 2], ([HANDLE], ""), ([PHONE], ""), ([PHONE], "")) == set()
    assert tied([0, 0, 2], ([HANDLE], ""), ([HANDLE], ""), ([PHONE], "")) == {(0, Kind.HANDLE)}


def test_two_are_not_tied_by_what_they_share_with_each_other_alone() -> None:
    reports = [([HANDLE], ""), ([HANDLE], ""), ([PHONE], "")]
    assert tied([0, 0, 2], *reports, with_it=1) == set()


def test_two_are_tied_by_what_either_of_them_holds() -> None:
    reports = [([HANDLE], ""), ([PHONE], NAME), ([HANDLE], ""), ([], NAME)]
    both = tied([0, 0, 2, 3], *reports, with_it=1)
    assert both == {(2, Kind.HANDLE), (3, Kind.NAME)}


def test_a_slip_ties_only_where_nobody_has_the_value_itself() -> None:
    other, one = ([NEAR_PHONE], ""), ([PHONE], "")
    assert tied([0, 1, 1], one, other, other) == {(1, Kind.PHONE | NEAR)}
    assert tied([0, 1, 1], one, other, one) == set(), "there it is the number, and no slip"


def test_a_number_itself_is_no_little_thing() -> None:
    """Whoever shares it is judged by that."""
    assert not WEAK[Kind.PHONE]
    assert tied([0, 1], ([PHONE], ""), ([PHONE], "")) == set()


@pytest.mark.parametrize("holders", [MOST_HOLDERS, MOST_HOLDERS + 1])
def test_what_a_crowd_holds_ties_nobody(holders: int) -> None:
    reports = [([HANDLE], "")] * holders
    found = tied([0, *[1] * (holders - 1)], *reports)
    assert found == ({(1, Kind.HANDLE)} if holders <= MOST_HOLDERS else set())


def test_a_muted_value_ties_nobody() -> None:
    ground = lay({at: said(HANDLE) for at in range(3)})
    state = Field(ground, Decisions(muted={*ground.tokens}))
    state.add_near()
    mates = Mates(state, np.array([0, 1, 1]))
    assert len(Tying(mates).ties(Few.alone(np.array([0]))).body) == 0


def name_tie(*names: str) -> tuple[int, int]:
    """The kind and what else is known of the tie of the first to the body of all others."""
    state = Field(lay({at: said(name=name) for at, name in enumerate(names)}), NO)
    state.add_near()
    mates = Mates(state, np.array([0, *[1] * (len(names) - 1)]))
    ties = Tying(mates).ties(Few.alone(np.array([0])))
    kind, more = kind_and_more(ties.sort)
    (found,) = zip(kind.tolist(), more.tolist(), strict=True)
    return found


def test_a_whole_name_is_more_than_a_part_and_a_name_of_three_more_than_one_of_two() -> None:
    long = "Karim Nabil Haddad"
    assert name_tie(NAME, NAME) == (Kind.NAME, 1)
    assert name_tie(long, long) == (Kind.NAME, 3)
    assert name_tie(long, NAME) == (Kind.NAME, 2), "two of three parts are not the whole"


def test_half_a_name_is_no_tie() -> None:
    assert tied([0, 1], ([], NAME), ([], PART)) == set()


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_in_a_planted_ground_each_tie_is_one_that_both_sides_hold(seed: int) -> None:
    state, kernels = planted_field(300)
    mates = Mates(state, kernels)
    holding = np.flatnonzero(state.held.sizes)
    report = int(holding[seed % len(holding)])
    ties = Tying(mates).ties(Few.alone(np.array([report])))
    mine = {*state.held[report]}
    assert all(0 <= sort < SORTS for sort in ties.sort.tolist())
    pairs = list(zip(ties.body.tolist(), ties.kind.tolist(), strict=True))
    assert len(pairs) == len(set(pairs)), "of each kind one tie to each body"
    for body, kind in pairs:
        others = {
            place for who in mates.members[body] if who != report for place in state.held[who]
        }
        shared = {int(state.kinds[place]) for place in mine & others}
        assert kind in shared
