# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies that grow along their bridges, the surest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import repeat

import numpy as np

from amana.kernel.linking.bodies import Bodies
from amana.kernel.linking.ragged import Ragged
from amana.kernel.linking.spans import Span, Spans, odds

Way = tuple[float, int, int, int, int, int]
"""A bridge, the surest least; equal ones by the numbers of the two bodies. Then the bodies, and how
often they had changed when it was weighed."""


class Growing:
    """Whatever grows is weighed anew: all that links two bodies by then against all that both of
    them say. Most bodies never do: what links them is only laid out once one of two grows."""

    def __init__(self, bodies: Bodies, spans: Spans) -> None:
        self.bodies = bodies
        self._at_first = spans
        both = np.append(spans.one, spans.other)
        self._leads = Ragged.of_pairs(both, np.tile(np.arange(len(spans)), 2), len(bodies.home))
        self._laid = np.zeros(len(spans), dtype=bool)
        self.spans: dict[int, dict[int, Span]] = defaultdict(dict)
        self._changed: Counter[int] = Counter()
        self.heap = self._ways()
        heapify(self.heap)

    def _ways(self) -> list[Way]:
        """The bridges of the beginning."""
        spans, numbers = self._at_first, self.bodies.state.numbers
        surely = spans.odds(self.bodies)
        sure = np.flatnonzero(surely > 0)
        ends = np.stack([spans.one[sure], spans.other[sure]])
        first, last = np.sort(numbers[ends], axis=0).tolist()
        one, other = ends.tolist()
        ways = zip((-surely[sure]).tolist(), first, last, one, other, repeat(0), strict=False)
        return [*ways]

    def joined(self) -> Iterator[tuple[int, int]]:
        """Pairs of bodies, as they are joined."""
        while self.heap:
            *_, one, other, changed = heappop(self.heap)
            if self._changed[one] + self._changed[other] == changed:
                yield one, other
                self._join(one, other)

    def _weigh(self, one: int, other: int, span: Span) -> None:
        """Take the bridge between two bodies into account as they are now."""
        surely = odds(self.bodies, one, other, span)
        if surely > 0:
            numbers = self.bodies.state.ground.numbers
            first, last = sorted((numbers[one], numbers[other]))
            changed = self._changed[one] + self._changed[other]
            heappush(self.heap, (-surely, first, last, one, other, changed))

    def _lay(self, body: int) -> dict[int, Span]:
        """What links a body to others. One that has not changed has the spans of the beginning."""
        for index in self._leads[body]:
            if not self._laid[index]:
                self._laid[index] = True
                one, other = self._at_first.ends(index)
                self.spans[one][other] = self.spans[other][one] = self._at_first[index]
        return self.spans[body]

    def _join(self, one: int, other: int) -> None:
        """The body with fewer neighbours moves into that with more."""
        spans = self.spans
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
