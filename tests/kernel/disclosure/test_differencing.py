# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two published tables may not reveal a small cell together (field.md §7)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.disclosure import Published, Table, differencing, suppress

COUNTS = st.lists(st.integers(0, 60), min_size=3, max_size=3)


def published(*counts: int) -> Published:
    return suppress(Table.one_way(dict(zip("abc", counts, strict=True))))


def test_a_period_that_is_a_little_longer_gives_the_newcomers_away() -> None:
    assert differencing(published(50, 60, 70), published(52, 60, 70)) == [
        (None, None),
        ("a", None),
    ]


def test_enough_newcomers_hide_each_other() -> None:
    assert differencing(published(50, 60, 70), published(58, 66, 90)) == []


def test_a_table_beside_itself_reveals_nothing() -> None:
    assert differencing(published(3, 60, 70), published(3, 60, 70)) == []


def test_a_difference_that_only_follows_is_found() -> None:
    """`c` is hidden in one table, yet the totals and the other cells give its growth away."""
    one = Published(
        {("a", None): 50, ("b", None): 60, ("c", None): None, (None, None): 180},
        two_way=False,
        k=5,
    )
    other = published(50, 60, 72)
    assert ("c", None) in differencing(one, other)


def test_two_hidings_of_the_same_reports_fill_each_others_gaps() -> None:
    first = Published(
        {("a", None): None, ("b", None): None, ("c", None): 70, (None, None): 133},
        two_way=False,
        k=5,
    )
    second = Published(
        {("a", None): None, ("b", None): 60, ("c", None): None, (None, None): 133},
        two_way=False,
        k=5,
    )
    assert differencing(first, second) == [("a", None)]


def test_two_way_tables_are_laid_on_one_another_too() -> None:
    one = suppress(Table.of_rows({"x": {"p": 20, "q": 30}, "y": {"p": 40, "q": 50}}))
    other = suppress(Table.of_rows({"x": {"p": 20, "q": 30}, "y": {"p": 40, "q": 53}}))
    assert ("y", "q") in differencing(one, other)


def test_rows_that_only_one_names_are_ignored() -> None:
    other = suppress(Table.one_way({"z": 900, "b": 60}))
    assert differencing(published(50, 60, 70), other) == []


@given(COUNTS, COUNTS)
def test_every_small_visible_difference_is_named(before: list[int], more: list[int]) -> None:
    one = published(*before)
    other = published(*[a + b for a, b in zip(before, more, strict=True)])
    named = differencing(one, other)
    for cell, count in one.cells.items():
        after = other.cells[cell]
        if count is not None and after is not None and 0 < after - count < 5:
            assert cell in named


@given(COUNTS, COUNTS)
def test_the_order_of_publication_does_not_matter(one: list[int], other: list[int]) -> None:
    first, second = published(*one), published(*other)
    assert differencing(first, second) == differencing(second, first)
