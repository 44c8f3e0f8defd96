# SPDX-License-Identifier: AGPL-3.0-or-later
"""Disjoint sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from amana.kernel.linking.ragged import Ints


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


def connected(count: int, one: Ints, other: Ints) -> Ints:
    """Labels of 0 … count-1 as `Unions` gives them, where `one[i]` and `other[i]` are joined. Each
    round hangs whatever an edge joins under the smaller root and then shortens all ways."""
    above = np.arange(count)
    while len(one):
        np.minimum.at(above, np.maximum(one, other), np.minimum(one, other))
        while (above[above] != above).any():
            above = above[above]
        one, other = above[one], above[other]
        apart = one != other
        one, other = one[apart], other[apart]
    return above


def rejoined(labels: Ints, pairs: Sequence[tuple[int, int]]) -> Ints:
    """The labels after these have been joined as well."""
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    each = np.arange(len(labels))
    return connected(len(labels), np.append(each, one), np.append(labels, other))
