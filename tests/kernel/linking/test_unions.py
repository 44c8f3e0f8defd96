# SPDX-License-Identifier: AGPL-3.0-or-later
"""Disjoint sets: the same as the slow way, in any order."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.linking.unions import Unions, connected, rejoined

SIZE = 12
PAIRS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=20)


def slowly(pairs: list[tuple[int, int]]) -> list[int]:
    """Each number's smallest companion, by walking until nothing changes."""
    labels = list(range(SIZE))
    for _ in range(SIZE):
        for one, other in pairs:
            labels[one] = labels[other] = min(labels[one], labels[other])
    return labels


def joined(pairs: list[tuple[int, int]]) -> Unions:
    unions = Unions(SIZE)
    for one, other in pairs:
        unions.join(one, other)
    return unions


@given(PAIRS)
def test_the_smallest_of_each_set_stands_for_it(pairs: list[tuple[int, int]]) -> None:
    unions = joined(pairs)
    assert [unions.find(at) for at in range(SIZE)] == slowly(pairs)


@given(PAIRS)
def test_labels_say_the_same_as_asking_each(pairs: list[tuple[int, int]]) -> None:
    unions = joined(pairs)
    asked = [unions.find(at) for at in range(SIZE)]
    assert unions.labels() == asked
    assert unions.labels() == asked, "asking changes nothing"


@given(PAIRS, st.integers(0, 99))
def test_the_order_of_joins_changes_nothing(pairs: list[tuple[int, int]], seed: int) -> None:
    other = list(pairs)
    random.Random(seed).shuffle(other)
    assert joined(pairs).labels() == joined(other).labels()


@given(PAIRS, PAIRS)
def test_joining_labels_is_joining_what_made_them(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    unions = joined(first)
    unions.join_all(joined(second).labels())
    assert unions.labels() == joined([*first, *second]).labels()


def test_labels_are_a_copy() -> None:
    unions = Unions(3)
    unions.labels()[2] = 0
    assert unions.find(2) == 2


@given(PAIRS)
def test_all_at_once_is_the_same_as_one_after_another(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert connected(SIZE, one, other).tolist() == slowly(pairs)


@given(PAIRS, PAIRS)
def test_labels_can_be_joined_further(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    labels = np.array(slowly(first))
    assert rejoined(labels, second).tolist() == slowly([*first, *second])


def test_a_long_chain_is_one() -> None:
    chain = np.arange(10_000)
    assert not connected(10_001, chain[::-1], chain[::-1] + 1).any()
