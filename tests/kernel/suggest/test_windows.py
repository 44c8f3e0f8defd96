# SPDX-License-Identifier: AGPL-3.0-or-later
"""Long texts in windows: nothing is left out, and the more alarming window counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.suggest.windows import LONGEST, WINDOW, Around, windows


@given(st.integers(min_value=0, max_value=LONGEST))
def test_windows_follow_each_other_and_leave_no_word_out(size: int) -> None:
    parts = windows(size)
    assert parts[0][0] == 0
    assert parts[-1][1] == size
    assert all(end == first for (_, end), (first, _) in itertools.pairwise(parts))
    assert all(end - first <= WINDOW for first, end in parts)


@given(st.integers(min_value=1, max_value=LONGEST))
def test_windows_are_about_as_long_as_each_other(size: int) -> None:
    lengths = [end - first for first, end in windows(size)]
    assert max(lengths) - min(lengths) <= 1


def test_there_is_an_end_to_windows() -> None:
    assert windows(10 * LONGEST) == windows(LONGEST)


@pytest.mark.parametrize(
    ("stretch", "wanted"),
    [((0, 10), [1, -1]), ((50, 70), [2, 0]), ((45, 55), [2, 0]), ((110, 130), [2, 0])],
)
def test_a_stretch_over_an_edge_hears_the_more_alarming_window(
    stretch: tuple[int, int], wanted: list[int]
) -> None:
    odds = np.array([[1, -1], [2, 0], [-2, -9]], dtype=np.float32)
    around = Around([(0, 50), (50, 120), (120, 200)], odds)
    assert around.near([stretch])[0].tolist() == wanted


def test_a_calm_window_speaks_against_a_stretch_only_so_far() -> None:
    around = Around([(0, 50)], np.array([[-9, -2]], dtype=np.float32))
    assert around.near([(0, 10), (20, 30)]).tolist() == [[-3, -2], [-3, -2]]
    assert around.near([]).shape == (0, 2)
