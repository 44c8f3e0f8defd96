# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hide small cells so that no subtraction brings them back.

A table with its totals is a circulation: rows feed columns, the totals close the ring, and what
flows into a node flows out again. A reader who subtracts can move a hidden cell only along a ring
of hidden cells. So complementary suppression is: find the cheapest such ring through each small
cell, and hide it (the network heuristic for cell suppression; Castro, "Recent advances in
optimization techniques for statistical tabular data protection", 2012).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

Cell = tuple[str | None, str | None]
"""(row, column); None stands for "all of them". A one-way table has rows only."""

_Node = tuple[str, str]
_SOURCE: _Node = ("total", "in")
_SINK: _Node = ("total", "out")
TOTAL: Cell = (None, None)


@dataclass(frozen=True)
class Table:
    """Counts before anything is hidden: one value for each inner cell, zeros included."""

    counts: Mapping[Cell, int]
    two_way: bool

    @classmethod
    def one_way(cls, counts: Mapping[str, int]) -> Table:
        """Return a table of rows only."""
        return cls(_checked({(row, None): count for row, count in counts.items()}), two_way=False)

    @classmethod
    def of_rows(cls, rows: Mapping[str, Mapping[str, int]]) -> Table:
        """Return a two-way table; a column that a row does not name counts as zero."""
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        counts: dict[Cell, int] = {
            (name, column): row.get(column, 0) for name, row in rows.items() for column in columns
        }
        return cls(_checked(counts), two_way=True)

    def with_totals(self) -> dict[Cell, int]:
        """Return all cells that a publication shows: inner ones, margins and the grand total."""
        cells = dict(self.counts)
        if self.two_way:
            for (row, column), count in self.counts.items():
                cells[row, None] = cells.get((row, None), 0) + count
                cells[None, column] = cells.get((None, column), 0) + count
        cells[TOTAL] = sum(self.counts.values())
        return cells


@dataclass(frozen=True)
class Published:
    """What the public sees: every cell with its count, or None where it is hidden."""

    cells: Mapping[Cell, int | None]
    two_way: bool
    k: int

    @property
    def hidden(self) -> frozenset[Cell]:
        """The cells without a number, small ones and their companions alike."""
        return frozenset(cell for cell, count in self.cells.items() if count is None)

    def get(self, row: str | None = None, column: str | None = None) -> int | None:
        """Return one count; `get()` is the grand total. Raises KeyError for unknown names."""
        return self.cells[row, column]


def suppress(table: Table, k: int = 5) -> Published:
    """Hide every cell (totals too) from 1 to k - 1, and as many others as it takes.

    Promise: from what stays visible and from knowing that counts are whole and not negative, no
    hidden cell follows, and each small cell could as well be k or more. Zeros name nobody and
    stay. Companions are chosen small; totals are hidden only when nothing else helps.
    """
    if k < 1:
        raise ValueError("k: at least 1")
    values = table.with_totals()
    arcs = {cell: _arc(cell, two_way=table.two_way) for cell in values}
    small = [cell for cell, count in values.items() if 0 < count < k]
    hidden = set(small)
    for cell in sorted(small, key=lambda cell: (values[cell], str(cell))):
        _protect(cell, values=values, arcs=arcs, hidden=hidden, k=k)
    return Published(
        {cell: None if cell in hidden else count for cell, count in values.items()},
        two_way=table.two_way,
        k=k,
    )


def recoverable(published: Published) -> dict[Cell, int]:
    """Return the hidden cells that follow from the visible ones by adding and subtracting.

    A hidden cell follows exactly when it is a bridge among the hidden ones; its value is then
    what the visible cells carry between the two sides.
    """
    arcs = {cell: _arc(cell, two_way=published.two_way) for cell in published.cells}
    found: dict[Cell, int] = {}
    for cell in published.hidden:
        start, end = arcs[cell]
        side = _reach(start, [arcs[other] for other in published.hidden if other != cell])
        if end in side:
            continue
        carried = 0
        for other, count in published.cells.items():
            tail, head = arcs[other]
            if count is not None:
                carried += count * ((head in side) - (tail in side))
        found[cell] = carried
    return found


def _checked(counts: dict[Cell, int]) -> dict[Cell, int]:
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts are never negative")
    return counts


def _arc(cell: Cell, *, two_way: bool) -> tuple[_Node, _Node]:
    row, column = cell
    if cell == TOTAL:
        return _SINK, _SOURCE
    if not two_way:
        return _SOURCE, _SINK
    if column is None:
        return _SOURCE, ("row", str(row))
    if row is None:
        return ("column", column), _SINK
    return ("row", row), ("column", column)


def _reach(start: _Node, arcs: list[tuple[_Node, _Node]]) -> set[_Node]:
    neighbours: dict[_Node, set[_Node]] = {}
    for tail, head in arcs:
        neighbours.setdefault(tail, set()).add(head)
        neighbours.setdefault(head, set()).add(tail)
    seen, waiting = {start}, [start]
    while waiting:
        for node in neighbours.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _protect(
    cell: Cell,
    *,
    values: Mapping[Cell, int],
    arcs: Mapping[Cell, tuple[_Node, _Node]],
    hidden: set[Cell],
    k: int,
) -> None:
    """Hide rings through `cell` until some consistent table gives it k or more."""
    flow = dict(values)
    missing = k - values[cell]
    while missing > 0:
        ring = _cheapest_ring(cell, flow=flow, values=values, arcs=arcs, hidden=hidden)
        backward = [flow[other] for other, forward in ring if not forward]
        step = min([missing, *backward])
        for other, forward in ring:
            hidden.add(other)
            flow[other] += step if forward else -step
        missing -= step


def _cheapest_ring(
    cell: Cell,
    *,
    flow: Mapping[Cell, int],
    values: Mapping[Cell, int],
    arcs: Mapping[Cell, tuple[_Node, _Node]],
    hidden: set[Cell],
) -> list[tuple[Cell, bool]]:
    """Return the cells (and their direction) that can give way when `cell` grows by one.

    Dijkstra from the head of the cell to its tail; along an arc a count grows, against it a
    count above zero shrinks. The totals always offer a way, so there is always an answer.
    """
    goal, start = arcs[cell]
    steps: dict[_Node, list[tuple[_Node, Cell, bool]]] = {}
    for other, (tail, head) in arcs.items():
        if other == cell:
            continue
        steps.setdefault(tail, []).append((head, other, True))
        if flow[other] > 0:
            steps.setdefault(head, []).append((tail, other, False))
    two_way = len({node for arc in arcs.values() for node in arc}) > 2
    best: dict[_Node, int] = {start: 0}
    came: dict[_Node, tuple[_Node, Cell, bool]] = {}
    queue: list[tuple[int, _Node]] = [(0, start)]
    while queue:
        cost, node = heappop(queue)
        if node == goal:
            break
        if cost > best[node]:
            continue
        for head, other, forward in steps.get(node, ()):
            price = cost + (0 if other in hidden else _price(other, values, two_way=two_way))
            if head not in best or price < best[head]:
                best[head] = price
                came[head] = (node, other, forward)
                heappush(queue, (price, head))
    ring: list[tuple[Cell, bool]] = []
    node = goal
    while node != start:
        node, other, forward = came[node]
        ring.append((other, forward))
    return ring


def _price(cell: Cell, values: Mapping[Cell, int], *, two_way: bool) -> int:
    """What the reader loses: small cells are cheap, zeros and margins dear, the total dearest."""
    whole = values[TOTAL] + 1
    if cell == TOTAL:
        return 64 * whole
    if two_way and None in cell:
        return 8 * whole
    return 1 + values[cell] if values[cell] else whole
