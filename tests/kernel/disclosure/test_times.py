# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nearest-rank percentiles (T12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.disclosure import median, p90, percentile


def test_an_even_number_has_its_lower_middle_as_median() -> None:
    assert median([4, 1, 3, 2]) == 2
    assert median([5, 1, 3]) == 3


def test_nine_of_ten_were_done_by_the_ninetieth() -> None:
    assert p90(range(1, 11)) == 9
    assert p90([7]) == 7
    assert p90([1, 2]) == 2


def test_times_are_measured_values() -> None:
    waits = [timedelta(hours=h) for h in (30, 2, 9)]
    assert median(waits) == timedelta(hours=9)
    assert p90(waits) == timedelta(hours=30)


def test_of_nothing_there_is_no_median() -> None:
    assert median([]) is None
    assert p90([]) is None


@pytest.mark.parametrize("percent", [0, 101, -1])
def test_only_real_percentages(percent: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        percentile([1], percent)


@given(st.lists(st.integers(), min_size=1), st.integers(1, 100))
def test_at_least_that_share_lies_at_or_below(values: list[int], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert found is not None
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)
