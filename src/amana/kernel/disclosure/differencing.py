# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two publications, each harmless, laid on one another."""

from __future__ import annotations

from amana.kernel.disclosure.cells import TOTAL, Cell, Published, recoverable


def differencing(first: Published, second: Published, *, k: int = 5) -> list[Cell]:
    """Return the cells that the two publications reveal together; empty means: publish.

    Two attacks are tried. *Subtraction*: where one table covers a little more than the other (a
    longer period, one more unit), the difference of two visible cells, or of cells that follow
    from them, lies between 1 and k - 1. *Overlay*: both tables cover the same reports but hide
    different cells, so that one fills the gaps of the other and a hidden cell follows.
    Both tables must name their rows and columns alike; what only one of them names is ignored.
    """
    common = [cell for cell in first.cells if cell in second.cells]
    difference: dict[Cell, int | None] = {}
    for cell in common:
        one, other = first.cells[cell], second.cells[cell]
        difference[cell] = None if one is None or other is None else one - other
    revealed = {
        cell: value for cell, value in difference.items() if value is not None and value != 0
    }
    same_shape = first.cells.keys() == second.cells.keys()
    if same_shape:
        revealed |= recoverable(Published(difference, two_way=first.two_way, k=k))
    found = {cell for cell, value in revealed.items() if 0 < abs(value) < k}
    if same_shape and _same_reports(difference):
        found |= _overlaid(first, second)
    return sorted(found, key=lambda cell: (cell[0] or "", cell[1] or ""))


def _same_reports(difference: dict[Cell, int | None]) -> bool:
    known = [value for value in difference.values() if value is not None]
    return difference[TOTAL] == 0 and not any(known)


def _overlaid(first: Published, second: Published) -> set[Cell]:
    merged = {
        cell: second.cells[cell] if count is None else count for cell, count in first.cells.items()
    }
    return set(recoverable(Published(merged, two_way=first.two_way, k=first.k)))
