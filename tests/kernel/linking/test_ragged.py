# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of different lengths in one array say what lists of lists would."""

from __future__ import annotations

from itertools import combinations, groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.linking.ragged import (
    Ints,
    Ragged,
    counted,
    each_with_each,
    find,
    pieces,
    ranked,
)

LISTS = st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=6)
NUMBERS = st.lists(st.integers(0, 9), max_size=20)


def ints(numbers: list[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


@given(LISTS)
def test_lists_go_in_and_come_out(lists: list[list[int]]) -> None:
    ragged = Ragged.of(lists)
    assert ragged.lists() == lists
    assert [ragged[row] for row in range(len(ragged))] == lists
    assert ragged.sizes.tolist() == [len(one) for one in lists]
    pairs = Ragged.of_pairs(ragged.rows, ragged.flat, len(lists))
    assert pairs.lists() == lists


@given(LISTS, st.lists(st.integers(0, 5), max_size=6), st.none() | st.integers(1, 3))
def test_taking_lists(lists: list[list[int]], rows: list[int], most: int | None) -> None:
    rows = [row % len(lists) for row in rows]
    which, taken = Ragged.of(lists).take(ints(rows), most)
    expected = [(at, n) for at, row in enumerate(rows) for n in lists[row][:most]]
    assert list(zip(which.tolist(), taken.tolist(), strict=True)) == expected
    assert taken.dtype == np.int64, "keys made of it must not overflow"


@given(LISTS, LISTS)
def test_lists_that_grow(lists: list[list[int]], more: list[list[int]]) -> None:
    ragged, further = Ragged.of(lists), Ragged.of(more)
    assert ragged.and_more(further).lists() == [*lists, *more]
    rows = further.rows % len(lists)
    longer = [[*one] for one in lists]
    for row, number in zip(rows.tolist(), further.flat.tolist(), strict=True):
        longer[row].append(number)
    assert ragged.longer(rows, further.flat).lists() == longer
    even = ragged.only(ragged.flat % 2 == 0)
    assert even.lists() == [[n for n in one if n % 2 == 0] for one in lists]


@given(NUMBERS, NUMBERS)
def test_counting_and_finding(numbers: list[int], keys: list[int]) -> None:
    known, times = counted(ints(numbers))
    assert known.tolist() == sorted(set(numbers))
    assert times.tolist() == [numbers.count(n) for n in known.tolist()]
    at, there = find(known, ints(keys))
    assert there.tolist() == [key in numbers for key in keys]
    assert known[at[there]].tolist() == [key for key in keys if key in numbers]


@given(NUMBERS)
def test_pairs_within_groups(numbers: list[int]) -> None:
    ordered = sorted(numbers)
    before, behind = ranked(ints(ordered))
    groups = [
        [at for at, _ in group] for _, group in groupby(enumerate(ordered), key=lambda one: one[1])
    ]
    assert before.tolist() == [at for group in groups for at in range(len(group))]
    one, other = each_with_each(behind)
    pairs = {pair for group in groups for pair in combinations(group, 2)}
    assert set(zip(one.tolist(), other.tolist(), strict=True)) == pairs
    assert len(one) == len(pairs)


@given(NUMBERS, st.integers(1, 12))
def test_pieces_are_no_larger_than_they_may(sizes: list[int], most: int) -> None:
    parts = list(pieces(ints(sizes), most))
    assert [at for part in parts for at in range(part.start, part.stop)] == [*range(len(sizes))]
    for part in parts:
        assert sum(sizes[part]) <= most or part.stop - part.start == 1
