# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many short lists in one array, and what is asked of all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Kinds = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """n lists of numbers: list k is `flat[starts[k] : starts[k + 1]]`, `starts` has n + 1."""

    starts: Ints
    flat: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Ragged:
        sizes = np.fromiter(map(len, lists), dtype=np.int64, count=len(lists))
        starts = _starts(sizes)
        everything = chain.from_iterable(lists)
        return cls(starts, np.fromiter(everything, dtype=np.int64, count=int(starts[-1])))

    @classmethod
    def of_pairs(cls, rows: Ints, values: Ints, count: int) -> Ragged:
        """`count` lists: `values[i]` stands in list `rows[i]`, in the order of i."""
        order = np.argsort(rows, kind="stable")
        sizes = np.bincount(rows, minlength=count)
        return cls(_starts(sizes), values[order].astype(np.int64))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> list[int]:
        found: list[int] = self.flat[self.starts[row] : self.starts[row + 1]].tolist()
        return found

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.lists())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ragged):
            return NotImplemented
        return np.array_equal(self.starts, other.starts) and np.array_equal(self.flat, other.flat)

    __hash__ = None  # type: ignore[assignment]

    @property
    def sizes(self) -> Ints:
        return self.starts[1:] - self.starts[:-1]

    def size_of(self, rows: Ints) -> Ints:
        sizes: Ints = self.starts[1:][rows] - self.starts[rows]
        return sizes

    @property
    def rows(self) -> Ints:
        """For each number in `flat` the list that it stands in."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def take(self, rows: Ints, most: int | None = None) -> tuple[Ints, Ints]:
        """The numbers in these lists, one list after another, and before them for each the index in
        `rows` of the list that it stands in. Of each list at most the first `most`."""
        starts = self.starts[rows]
        sizes = self.starts[1:][rows] - starts
        if most is not None:
            np.minimum(sizes, most, out=sizes)
        which = np.repeat(np.arange(len(sizes)), sizes)
        at = np.arange(len(which)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
        return which, self.flat[at]

    def only(self, kept: Bools) -> Ragged:
        """The same lists without the numbers that are not kept (one answer for each in `flat`)."""
        starts = np.zeros(len(kept) + 1, dtype=np.int64)
        np.cumsum(kept, out=starts[1:])
        return Ragged(starts[self.starts], self.flat[kept])

    def and_more(self, lists: Ragged) -> Ragged:
        """These lists and others behind them."""
        starts = np.concatenate([self.starts, lists.starts[1:] + self.starts[-1]])
        return Ragged(starts, np.concatenate([self.flat, lists.flat]))

    def longer(self, rows: Ints, values: Ints) -> Ragged:
        """The same lists with more at their ends: `values[i]` in list `rows[i]`."""
        return Ragged.of_pairs(
            np.concatenate([self.rows, rows]), np.concatenate([self.flat, values]), len(self)
        )

    def lists(self) -> list[list[int]]:
        flat, starts = self.flat.tolist(), self.starts.tolist()
        return [flat[a:b] for a, b in pairwise(starts)]


def _starts(sizes: Ints) -> Ints:
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def firsts(ordered: NDArray[Any]) -> Bools:
    """Where something else begins in what comes ordered."""
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def groups(ordered: NDArray[Any]) -> tuple[Ints, Ints]:
    """Where each group of equal ones begins in what comes ordered, and how many it has."""
    starts = np.flatnonzero(firsts(ordered))
    sizes = np.empty_like(starts)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=sizes[:-1])
        sizes[-1] = len(ordered) - starts[-1]
    return starts, sizes


def first_alike(keys: Ints) -> Ints:
    """For each key the index of the first that is equal to it."""
    order = np.argsort(keys, kind="stable")
    starts = firsts(keys[order])
    found = np.empty(len(keys), dtype=np.int64)
    found[order] = order[starts][np.cumsum(starts) - 1]
    return found


def counted(keys: Ints) -> tuple[Ints, Ints]:
    """The different ones of some numbers, in order, and how often each stands there."""
    keys = np.sort(keys)
    starts, sizes = groups(keys)
    return keys[starts], sizes


def find(ordered: Ints, keys: Ints) -> tuple[Ints, Bools]:
    """For each key its place among ordered numbers, and whether it stands there at all."""
    if not len(ordered):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    return at, ordered[at] == keys


def pieces(sizes: Ints, most: int) -> Iterator[slice]:
    """Slices over `sizes` one after another, each of which sums up to at most `most`, or is one."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        yield slice(start, stop)
        start = stop


def ranked(ordered: Ints) -> tuple[Ints, Ints]:
    """In what comes ordered by group: for each how many of its group stand before it and behind."""
    starts, sizes = groups(ordered)
    before = np.arange(len(ordered)) - np.repeat(starts, sizes)
    return before, np.repeat(sizes, sizes) - before - 1


def each_with_each(behind: Ints) -> tuple[Ints, Ints]:
    """All pairs within groups that come one after another, as their indices. `behind`: with how
    many of those that follow each is paired."""
    at = np.flatnonzero(behind)
    one, other, step = [at], [at + 1], 1
    while len(at):
        step += 1
        at = at[behind[at] >= step]
        one.append(at)
        other.append(at + step)
    return np.concatenate(one), np.concatenate(other)
