# SPDX-License-Identifier: AGPL-3.0-or-later
"""Disjoint sets."""

from __future__ import annotations

from collections.abc import Iterable


class Unions:
    """Which of 0 … n-1 are together; the smallest of each set stands for it."""

    __slots__ = ("_above",)

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def find(self, item: int) -> int:
        above = self._above
        while above[item] != item:
            above[item] = above[above[item]]
            item = above[item]
        return item

    def join(self, one: int, other: int) -> None:
        a, b = self.find(one), self.find(other)
        if a < b:
            self._above[b] = a
        elif b < a:
            self._above[a] = b

    def join_all(self, labels: Iterable[int]) -> None:
        """Join each with the one that its label names."""
        for at, label in enumerate(labels):
            if at != label:
                self.join(at, label)

    def labels(self) -> list[int]:
        """For each the one that stands for it. Who is above is smaller, so one pass is enough."""
        above = self._above
        for at, label in enumerate(above):
            if at != label:
                above[at] = above[label]
        return above.copy()
