# SPDX-License-Identifier: AGPL-3.0-or-later
"""Disjoint sets."""

from __future__ import annotations


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
        if a != b:
            self._above[max(a, b)] = min(a, b)
