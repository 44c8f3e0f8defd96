# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies that grow along their bridges, the surest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np

from amana.kernel.linking.bodies import Bodies
from amana.kernel.linking.ragged import Ragged
from amana.kernel.linking.spans import Span, Spans, odds
from amana.kernel.linking.unions import connected

Way = tuple[float, int, int, int, int, int]
"""A bridge, the surest least; equal ones by the numbers of the two bodies. Then the bodies, and how
often they had changed when it was weighed."""


class Growing:
    """Whatever grows is weighed anew: all that links two bodies by then against all that both of
    them say. Most bodies never do: what links them is only laid out once one of two grows. Bodies
    that nothing links, over however many others, grow without each other."""

    def __init__(self, bodies: Bodies, spans: Spans) -> None:
        self.bodies = bodies
        self._at_first = spans
        both = np.append(spans.one, spans.other)
        self._leads = Ragged.of_pairs(both, np.tile(np.arange(len(spans)), 2), len(bodies.home))
        self._laid = bytearray(len(spans))
        self._spans: dict[int, dict[int, Span]] = defaultdict(dict)
        self._changed: Counter[int] = Counter()
        self._heap: list[Way] = []

    def joined(self) -> Iterator[tuple[int, int]]:
        """Pairs of bodies, as they are joined."""
        for ways in self._ways():
            self._heap = ways
            while self._heap:
                *_, one, other, changed = heappop(self._heap)
                if self._changed[one] + self._changed[other] == changed:
                    yield one, other
                    self._join(one, other)
            self._spans.clear()

    def _ways(self) -> Iterator[list[Way]]:
        """The bridges of the beginning, in heaps that have nothing to do with each other."""
        spans, numbers = self._at_first, self.bodies.state.numbers
        surely = spans.odds(self.bodies)
        crowd = connected(len(self.bodies.home), spans.one, spans.other)[spans.one]
        first, last = np.sort(numbers[[spans.one, spans.other]], axis=0)
        # In order, a list is a heap.
        order = np.lexsort((last, first, -surely, crowd))
        order = order[surely[order] > 0]
        rows = (-surely, first, last, spans.one, spans.other, np.zeros_like(first))
        for alike in np.split(order, np.flatnonzero(np.diff(crowd[order])) + 1):
            yield [*zip(*(row[alike].tolist() for row in rows), strict=True)]

    def _weigh(self, one: int, other: int, span: Span) -> None:
        """Take the bridge between two bodies into account as they are now."""
        surely = odds(self.bodies, one, other, span)
        if surely > 0:
            numbers = self.bodies.state.ground.numbers
            first, last = sorted((numbers[one], numbers[other]))
            changed = self._changed[one] + self._changed[other]
            heappush(self._heap, (-surely, first, last, one, other, changed))

    def _lay(self, body: int) -> dict[int, Span]:
        """What links a body to others. One that has not changed has the spans of the beginning."""
        for index in self._leads[body]:
            if not self._laid[index]:
                self._laid[index] = 1
                one, other = self._at_first.ends(index)
                self._spans[one][other] = self._spans[other][one] = self._at_first[index]
        return self._spans[body]

    def _join(self, one: int, other: int) -> None:
        """The body with fewer neighbours moves into that with more."""
        spans = self._spans
        stays, goes = one, other
        if len(self._lay(one)) < len(self._lay(other)):
            stays, goes = other, one
        self.bodies.join(stays, goes)
        self._changed[stays] += 1
        self._changed[goes] += 1
        mine = spans[stays]
        del mine[goes]
        for neighbour, span in spans.pop(goes).items():
            if neighbour == stays:
                continue
            del spans[neighbour][goes]
            if neighbour in mine:
                mine[neighbour].take(span)
            else:
                mine[neighbour] = spans[neighbour][stays] = span
        for neighbour, span in mine.items():
            self._weigh(stays, neighbour, span)
