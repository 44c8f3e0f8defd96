# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people decide lies over what was found: exactly, in any order, and gone when taken back."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.clusters import Decisions
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import lay
from tests.kernel.linking.said import Row, said, together, token
from tests.kernel.linking.test_clusters import REPORTS, sets_of

PHONE, OTHER = ("phone", "+962791234567"), ("phone", "+962785550000")
IBAN = ("iban", "JO94CBJO0010000000000131000302")
PAIR = st.lists(st.integers(0, 13), min_size=2, max_size=2, unique=True)


def numbered(sets: dict[int, bytes], pairs: list[list[int]]) -> list[tuple[int, int]]:
    numbers = sorted(sets)
    chosen = [(numbers[a % len(numbers)], numbers[b % len(numbers)]) for a, b in pairs]
    return [pair for pair in chosen if pair[0] != pair[1]]


def one_of(groups: set[frozenset[int]], *numbers: int) -> bool:
    return any(set(numbers) <= group for group in groups)


@settings(max_examples=20)
@given(reports=REPORTS, pairs=st.lists(PAIR, max_size=4), seed=st.integers(0, 99))
def test_the_order_of_decisions_changes_nothing(
    reports: list[tuple[list[Row], str]], pairs: list[list[int]], seed: int
) -> None:
    sets = sets_of(reports)
    said_so = numbered(sets, pairs)
    turned = [(b, a) for a, b in said_so]
    random.Random(seed).shuffle(turned)
    for what in ("together", "apart"):
        assert together(sets, Decisions(**{what: said_so})) == together(  # type: ignore[arg-type]
            sets,
            Decisions(**{what: turned}),  # type: ignore[arg-type]
        )


@settings(max_examples=20)
@given(reports=REPORTS, pairs=st.lists(PAIR, max_size=4))
def test_no_two_who_were_set_apart_stand_together(
    reports: list[tuple[list[Row], str]], pairs: list[list[int]]
) -> None:
    sets = sets_of(reports)
    apart = numbered(sets, pairs)
    groups = together(sets, Decisions(apart=apart))
    assert not any(one_of(groups, *pair) for pair in apart)


@settings(max_examples=20)
@given(reports=REPORTS, pairs=st.lists(PAIR, min_size=1, max_size=4))
def test_splitting_only_parts_and_confirming_only_joins(
    reports: list[tuple[list[Row], str]], pairs: list[list[int]]
) -> None:
    sets = sets_of(reports)
    found, chosen = together(sets), numbered(sets, pairs)
    for group in together(sets, Decisions(apart=chosen)):
        assert any(group <= before for before in found)
    joined = together(sets, Decisions(together=chosen))
    for before in found:
        assert any(before <= group for group in joined)
    assert all(one_of(joined, *pair) for pair in chosen)


@settings(max_examples=20)
@given(reports=REPORTS, pairs=st.lists(PAIR, max_size=3))
def test_clusters_that_no_decision_touches_stay_whole(
    reports: list[tuple[list[Row], str]], pairs: list[list[int]]
) -> None:
    sets = sets_of(reports)
    apart = numbered(sets, pairs)
    touched = {number for pair in apart for number in pair}
    groups = together(sets, Decisions(apart=apart))
    for before in together(sets):
        if before.isdisjoint(touched):
            assert before in groups


@settings(max_examples=20)
@given(reports=REPORTS, muted=st.sets(st.sampled_from([PHONE, OTHER, IBAN])))
def test_a_muted_value_is_as_if_nobody_had_named_it(
    reports: list[tuple[list[Row], str]], muted: set[Row]
) -> None:
    """Muting splits exactly: what is left is what the reports say besides."""
    named = [([*rows, *sorted(muted)], name) for rows, name in reports]
    told = Decisions(muted={token(*row) for row in muted})
    assert together(sets_of(named), told) == together(sets_of(reports), told)


def test_when_both_are_said_the_later_confirmation_does_not_undo_a_split() -> None:
    """What somebody set apart holds against what others confirm through third reports."""
    sets = {1: said(PHONE), 2: said(OTHER), 3: said(IBAN)}
    told = Decisions(together=[(1, 2), (2, 3)], apart=[(1, 3)])
    groups = together(sets, told)
    assert not one_of(groups, 1, 3)
    assert one_of(groups, 1, 2) or one_of(groups, 2, 3)


def test_a_cluster_falls_apart_where_it_holds_least() -> None:
    """Two and two by phone and account, one account between: that is where it parts."""
    sets = {
        1: said(PHONE, IBAN),
        2: said(PHONE),
        3: said(OTHER, IBAN),
        4: said(OTHER),
    }
    assert together(sets) == {frozenset({1, 2, 3, 4})}
    parted = together(sets, Decisions(apart=[(2, 4)]))
    assert parted == {frozenset({1, 2}), frozenset({3, 4})}


def test_decisions_about_reports_that_are_not_there_say_nothing() -> None:
    sets = {1: said(PHONE), 2: said(PHONE)}
    told = Decisions(together=[(1, 77)], apart=[(78, 2), (79, 80)])
    assert together(sets, told) == together(sets)


def test_what_was_confirmed_can_be_split_into_all_its_parts() -> None:
    numbers = range(1, 6)
    sets = {number: said(PHONE, IBAN) for number in numbers}
    apart = list(combinations(numbers, 2))
    assert together(sets, Decisions(apart=apart)) == {frozenset({n}) for n in numbers}


def test_the_finding_itself_is_not_touched() -> None:
    ground = lay({1: said(PHONE), 2: said(PHONE)})
    before = (ground.held.lists(), ground.holders.lists(), list(ground.masks))
    settle(ground, Decisions(apart=[(1, 2)], muted={token(*PHONE)}))
    assert before == (ground.held.lists(), ground.holders.lists(), ground.masks)
