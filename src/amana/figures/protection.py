# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hides small numbers across all tables of a publication at once.

The tables share totals (terrorism and the five groups are parts of all reports; the countries are
parts of "abroad"), so each is protected together with those it can be subtracted from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amana.kernel.disclosure import Published, Table, recoverable, suppress

K: Final = 5
Shown = dict[str, int | None]
"""Every number of a publication by its key; None where it is hidden."""


@dataclass(frozen=True, slots=True)
class Level:
    """A number and the parts that add up to it."""

    total: str
    parts: tuple[str, ...]


def protect(
    counts: Mapping[str, int], levels: Sequence[Level], *, also: Collection[str] = (), k: int = K
) -> Shown:
    """Hide every count from 1 to k - 1 and what would give it back, and `also` these keys.

    Parents stand before their children in `levels`. Keys outside of all levels are shown."""
    hidden = set(also)
    for level in levels:
        table = Table.one_way({part: counts[part] for part in level.parts})
        for row, _ in suppress(table, k).hidden:
            hidden.add(level.total if row is None else row)
    while more := {key for level in levels for key in _companions(level, counts, hidden)}:
        hidden |= more
    return {key: None if key in hidden else count for key, count in counts.items()}


def _companions(level: Level, counts: Mapping[str, int], hidden: set[str]) -> Iterable[str]:
    """What must be hidden too at this level, given what already is; nothing when all is well.

    Under a hidden total nothing but zeros is shown: with a part of it, the siblings of the total
    would give back more than is wanted."""
    visible = [part for part in level.parts if counts[part] and part not in hidden]
    if level.total in hidden:
        return visible
    unseen = [part for part in level.parts if part in hidden]
    if len(unseen) != 1:
        return ()
    if not visible:
        return (level.total,)
    return (min(visible, key=lambda part: (counts[part], part)),)


def guarded(
    counts: Mapping[str, int],
    levels: Sequence[Level],
    *,
    place: str,
    others: Mapping[str, Shown],
    places: Sequence[str],
    k: int = K,
) -> Shown:
    """Protect a publication also against its neighbours: three months and the quarter they make.

    `places` names the months; `place` is the one now to be published, or "" for the quarter.
    `others` are the publications of the remaining ones that the world has seen. Whatever follows
    from all of them together by adding and subtracting is no small number."""
    also: set[str] = set()
    while True:
        shown = protect(counts, levels, also=also, k=k)
        seen = {**others, place: shown}
        leaks = [(level, row) for level in levels for row in _leaks(level, seen, places, k)]
        more = {key for level, row in leaks if (key := _next(level, row, counts, shown))}
        if not more:
            return shown
        also |= more


def _leaks(
    level: Level, seen: Mapping[str, Shown], places: Sequence[str], k: int
) -> list[str | None]:
    """The rows of which a small number follows in some month, or in the quarter."""
    cells: dict[tuple[str | None, str | None], int | None] = {}
    for place in (*places, ""):
        shown, column = seen.get(place), place or None
        for row in (*level.parts, None):
            key = level.total if row is None else row
            # A kind of report that a publication did not know yet was not in it: zero.
            cells[row, column] = None if shown is None else shown.get(key, 0)
    follows = recoverable(Published(cells, two_way=True, k=k))
    return [row for (row, _), value in follows.items() if 0 < value < k]


def _next(level: Level, row: str | None, counts: Mapping[str, int], shown: Shown) -> str | None:
    """What to hide next against a leak in this row: the row itself, else the smallest number of
    the level that is still shown, else the total."""
    wanted = [row] if row is not None else []
    rest = sorted(level.parts, key=lambda part: (counts[part], part))
    visible = [key for key in (*wanted, *rest, level.total) if shown[key] is not None]
    # A zero hides nobody; it goes last, when without it a month would follow from the others.
    return next((key for key in visible if counts[key]), next(iter(visible), None))
