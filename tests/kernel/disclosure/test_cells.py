# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small cells stay hidden, whatever a reader adds up or subtracts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.disclosure import Cell, Published, Table, recoverable, suppress

ONE_WAY = st.lists(st.integers(0, 40), min_size=1, max_size=8)
TWO_WAY = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=5
    )
)


def one_way(counts: list[int]) -> Table:
    return Table.one_way({f"r{n}": count for n, count in enumerate(counts)})


def two_way(rows: list[list[int]]) -> Table:
    return Table.of_rows(
        {f"r{n}": {f"c{m}": count for m, count in enumerate(row)} for n, row in enumerate(rows)}
    )


def possible(published: Published, *, most: int) -> dict[Cell, set[int]]:
    """Every value each cell takes in any table that fits what is visible (by trying them all)."""
    inner = [c for c in published.cells if None not in c] or [
        c for c in published.cells if c != (None, None)
    ]
    # Which of the inner cells a cell adds up; an inner one is its own sum.
    parts = {
        cell: [
            at
            for at, (row, column) in enumerate(inner)
            if cell[0] in (row, None) and cell[1] in (column, None)
        ]
        for cell in published.cells
    }
    fixed = {cell: count for cell, count in published.cells.items() if count is not None}
    choices = [(fixed[c],) if c in fixed else range(most + 1) for c in inner]
    seen: dict[Cell, set[int]] = {cell: set() for cell in published.cells}
    for guess in product(*choices):
        if all(sum(guess[at] for at in parts[cell]) == count for cell, count in fixed.items()):
            for cell, found in seen.items():
                found.add(sum(guess[at] for at in parts[cell]))
    return seen


def test_a_lone_small_cell_takes_the_smallest_other_with_it() -> None:
    published = suppress(one_way([120, 3, 17, 60]))
    assert published.hidden == {("r1", None), ("r2", None)}
    assert published.get() == 200
    assert published.get("r0") == 120


def test_small_cells_that_cover_each_other_need_no_companion() -> None:
    assert suppress(one_way([100, 4, 4])).hidden == {("r1", None), ("r2", None)}


def test_two_small_cells_whose_sum_is_small_need_a_third() -> None:
    assert suppress(one_way([100, 1, 2])).hidden == {("r0", None), ("r1", None), ("r2", None)}


def test_nothing_small_nothing_hidden() -> None:
    assert suppress(two_way([[5, 9], [0, 70]])).hidden == set()


def test_a_zero_names_nobody() -> None:
    published = suppress(one_way([0, 50, 0]))
    assert published.get("r0") == 0


def test_a_small_total_is_hidden_with_its_cells() -> None:
    published = suppress(one_way([3]))
    assert published.hidden == {("r0", None), (None, None)}


def test_a_two_way_table_hides_a_rectangle() -> None:
    published = suppress(two_way([[2, 30, 40], [50, 6, 70], [80, 90, 7]]))
    inner = {cell for cell in published.hidden if None not in cell}
    assert ("r0", "c0") in inner
    assert len(inner) == 4
    assert all(published.get(row) is not None for row in ("r0", "r1", "r2"))
    assert published.get() == 375


def test_a_small_margin_is_hidden_too() -> None:
    published = suppress(two_way([[1, 2], [60, 70]]))
    assert published.get("r0") is None


def test_a_missing_column_counts_as_zero() -> None:
    table = Table.of_rows({"a": {"x": 9}, "b": {"y": 8}})
    assert table.with_totals()["a", "y"] == 0
    assert table.with_totals()[None, None] == 17


def test_an_empty_table_is_published_as_zero() -> None:
    assert suppress(Table.one_way({})).get() == 0
    assert suppress(Table.of_rows({})).get() == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Table.one_way({"a": -1})
    with pytest.raises(ValueError, match="k"):
        suppress(one_way([1]), k=0)
    with pytest.raises(KeyError):
        suppress(one_way([9])).get("unknown")


def test_the_attack_finds_what_a_naive_table_gives_away() -> None:
    table = one_way([120, 3, 17])
    naive = Published(
        {c: None if 0 < n < 5 else n for c, n in table.with_totals().items()}, two_way=False, k=5
    )
    assert recoverable(naive) == {("r1", None): 3}


def test_the_attack_subtracts_through_several_lines() -> None:
    """A staircase: each hidden cell follows only after the one before."""
    cells = dict(two_way([[2, 30], [40, 50]]).with_totals())
    shown: dict[Cell, int | None] = {**cells, ("r0", "c0"): None, ("r0", "c1"): None}
    attack = recoverable(Published(shown, two_way=True, k=5))
    assert attack == {("r0", "c0"): 2, ("r0", "c1"): 30}


@given(ONE_WAY, st.integers(1, 10))
def test_one_way_no_hidden_cell_follows(counts: list[int], k: int) -> None:
    published = suppress(one_way(counts), k)
    assert recoverable(published) == {}
    assert all(n is None or n == 0 or n >= k for n in published.cells.values())


@given(TWO_WAY, st.integers(1, 10))
def test_two_way_no_hidden_cell_follows(rows: list[list[int]], k: int) -> None:
    published = suppress(two_way(rows), k)
    assert recoverable(published) == {}
    assert all(n is None or n == 0 or n >= k for n in published.cells.values())


@given(TWO_WAY)
def test_what_is_visible_is_true(rows: list[list[int]]) -> None:
    table = two_way(rows)
    published = suppress(table)
    assert published.cells.keys() == table.with_totals().keys()
    for cell, count in table.with_totals().items():
        assert published.cells[cell] in {None, count}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=3),
    st.sampled_from([2, 3]),
)
def test_by_trying_all_tables_a_small_cell_could_be_large(rows: list[list[int]], k: int) -> None:
    table = two_way(rows)
    published = suppress(table, k)
    values = possible(published, most=6)
    for cell, count in table.with_totals().items():
        assert count in values[cell]
        if 0 < count < k:
            assert max(values[cell]) >= k


def test_suppressing_is_quick_enough_for_a_country() -> None:
    rows = [[(17 * r + 31 * c) % 23 for c in range(12)] for r in range(24)]
    published = suppress(two_way(rows))
    assert recoverable(published) == {}
    assert published.get() == sum(map(sum, rows))
