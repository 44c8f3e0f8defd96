# SPDX-License-Identifier: AGPL-3.0-or-later
"""Largest remainder and its golden numbers (field.md R3, T1, T2, T4, T5)."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.disclosure import apportion, largest_remainder, percent

COUNTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=30)


def shares(*counts: int) -> list[str]:
    return [str(share) for share in largest_remainder(counts)]


def test_r3_the_published_table_comes_out() -> None:
    assert shares(4073, 1358, 679, 339, 339) == ["60.0", "20.0", "10.0", "5.0", "5.0"]


def test_t4_named_is_58_1_of_all() -> None:
    assert shares(4117, 2966) == ["58.1", "41.9"]
    assert percent(4117, 7083) == Decimal("58.1")


def test_t2_and_t5_shares_that_stand_alone() -> None:
    assert percent(85, 295) == Decimal("28.8")
    assert percent(564, 7083) == Decimal("8.0")
    assert percent(222, 7020) == Decimal("3.2")


def test_thirds_add_up_and_the_first_gets_the_rest() -> None:
    assert shares(1, 1, 1) == ["33.4", "33.3", "33.3"]


def test_nothing_is_shown_as_zero() -> None:
    assert shares(0, 0) == ["0.0", "0.0"]
    assert shares() == []
    assert percent(0, 0) is None


def test_whole_percentages_and_finer_ones() -> None:
    assert [str(s) for s in largest_remainder([2, 1], decimals=0)] == ["67", "33"]
    assert [str(s) for s in largest_remainder([2, 1], decimals=2)] == ["66.67", "33.33"]


@pytest.mark.parametrize("bad", [lambda: shares(-1, 2), lambda: apportion(-1, [1])])
def test_negative_input_is_refused(bad: object) -> None:
    assert callable(bad)
    with pytest.raises(ValueError, match="never negative"):
        bad()


def test_no_weight_takes_no_unit() -> None:
    assert apportion(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="zero"):
        apportion(3, [0, 0])
    with pytest.raises(ValueError, match="decimals"):
        largest_remainder([1], decimals=7)
    with pytest.raises(ValueError, match="negative"):
        percent(-1, 2)


@given(COUNTS, st.integers(0, 4))
def test_percentages_add_up_to_exactly_one_hundred(counts: list[int], decimals: int) -> None:
    parts = largest_remainder(counts, decimals=decimals)
    assert sum(parts) == (100 if any(counts) else 0)
    assert all(part >= 0 for part in parts)


@given(st.integers(0, 10**6), COUNTS)
def test_each_part_is_its_share_rounded_down_or_up(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    if not whole:
        return
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // whole <= part <= -(-total * weight // whole)


@given(st.integers(0, 10**6), COUNTS)
def test_more_weight_never_gets_less(total: int, weights: list[int]) -> None:
    if not sum(weights):
        return
    pairs = sorted(zip(weights, apportion(total, weights), strict=True))
    for (weight, part), (heavier, more) in pairwise(pairs):
        assert weight == heavier or part <= more
