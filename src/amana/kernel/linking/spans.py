# SPDX-License-Identifier: AGPL-3.0-or-later
"""What links two bodies of reports and what speaks against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, log2
from typing import Final

import numpy as np

from amana.kernel.linking.bodies import Bodies
from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import FAMILY_BIT, among
from amana.kernel.linking.kinds import AGAINST, AT_FIRST, FAMILY, NEAR, Family, Kind
from amana.kernel.linking.ragged import Floats, Ints, Ragged, first_alike, firsts

FAMILIES: Final = tuple(sorted(AGAINST))
SECOND: Final = 1.5
"""What the second of two values adds that mostly come together."""
LARGE_BODY: Final = 6
STRAY: Final = 1.5
ONCE: Final = among((Kind.TEXT, *(kind | NEAR for kind in Kind)))
"""Bands of one text and slips of one kind are one witness."""


class Span:
    """The values that link two bodies. `own`: families in which the two agree. `weight`: what those
    values weigh together, once it has been asked."""

    __slots__ = ("own", "places", "weight")

    def __init__(self, places: Iterable[int], own: int, weight: float | None = None) -> None:
        self.places, self.own, self.weight = set(places), own, weight

    def take(self, other: Span) -> None:
        """Add what links another part of the same two bodies."""
        self.places |= other.places
        self.own |= other.own
        self.weight = None


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans at first: n pairs of bodies, `one[i]` and `other[i]` linked by the values of list
    i of `places`, which weigh `weight[i]` together, agreeing in the families of `own[i]`."""

    one: Ints
    other: Ints
    places: Ragged
    own: Ints
    weight: Floats

    @classmethod
    def of(cls, bodies: Bodies, place: Ints, one: Ints, other: Ints) -> Spans:
        """From single links: each value with two bodies that hold it."""
        if not len(place):
            return cls(place, place, Ragged.of([]), place, np.zeros(0))
        reports = len(bodies.home)
        keys = np.minimum(one, other) * reports + np.maximum(one, other)
        order = np.argsort(keys, kind="stable")
        keys, place = keys[order], place[order]
        starts = np.flatnonzero(firsts(keys))
        one, other = np.divmod(keys[starts], reports)
        places = Ragged(np.append(starts, len(place)), place)
        own = np.bitwise_or.reduceat(FAMILY_BIT[bodies.state.kinds[place]], starts)
        both = np.flatnonzero((bodies.named[[one, other], Family.NAME] > 0).all(axis=0))
        own[both] |= bodies.alike(one[both], other[both]).astype(np.int64) << Family.NAME
        return cls(one, other, places, own, _weights(bodies, places))

    def __len__(self) -> int:
        return len(self.one)

    def __getitem__(self, index: int) -> Span:
        return Span(self.places[index], int(self.own[index]), float(self.weight[index]))

    def ends(self, index: int) -> tuple[int, int]:
        return int(self.one[index]), int(self.other[index])

    def odds(self, bodies: Bodies) -> Floats:
        """What `odds` says of each span."""
        if not len(self):
            return self.weight
        found = self.weight - self._against(bodies)
        sizes = bodies.sizes[[self.one, self.other]]
        asked = (found >= 0) & ((sizes.min(axis=0) > 1) | (sizes.max(axis=0) >= LARGE_BODY))
        for index in np.flatnonzero(asked).tolist():
            found[index] = odds(bodies, *self.ends(index), self[index])
        return found

    def _against(self, bodies: Bodies) -> Floats:
        """`against` for the two bodies of each span."""
        fewer, more = np.sort(bodies.named[[self.one, self.other]], axis=0)
        differ = (fewer > 0) & (self.own[:, None] >> np.arange(len(FAMILIES)) & 1 == 0)
        often, which = np.unique(fewer[differ] << 32 | more[differ], return_inverse=True)
        times, cost = np.zeros(differ.shape), np.zeros(len(self))
        alike = [_as_often(both >> 32, both & 0xFFFFFFFF) for both in often.tolist()]
        times[differ] = np.array(alike)[which]
        for family, weight in bodies.state.scales.against.items():
            cost += weight * times[:, family]
        return cost


def _weights(bodies: Bodies, places: Ragged) -> Floats:
    """`_weight` of the values in each list, as if none of them were a stray one."""
    state, rows, flat = bodies.state, places.rows, places.flat
    kinds, worth = state.kinds[flat], state.trust(flat) - AT_FIRST
    exact = np.zeros((len(places), NEAR), dtype=bool)
    exact[rows[kinds < NEAR], kinds[kinds < NEAR]] = True
    use = (worth > 0) & ((kinds < NEAR) | ~exact[rows, kinds % NEAR])
    order = np.flatnonzero(use)
    order = order[np.lexsort((flat[order], -worth[order], rows[order]))]
    rows, kinds, worth = rows[order], kinds[order], worth[order]
    once = ONCE[kinds]
    total, more = np.full(len(places), AT_FIRST), np.zeros(len(places))
    np.add.at(total, rows[~once], worth[~once])
    rows, kinds, worth = rows[once], kinds[once], worth[once]
    best = first_alike(rows * len(ONCE) + kinds) == np.arange(len(rows))
    np.add.at(more, rows[best], worth[best])
    total += more
    for row in np.unique(places.rows[bodies.in_company[flat]]).tolist():
        total[row] = _weight(bodies, Span(places[row], 0), {})
    return total


def odds(bodies: Bodies, one: int, other: int, span: Span) -> float:
    """What speaks for two bodies being one person's, less what speaks against it. What is below
    zero is not reckoned to the end."""
    state, left, right = bodies.state, bodies.profile(one), bodies.profile(other)
    if span.weight is None:
        span.weight = _weight(bodies, span, {})
    if span.weight < 0:
        return span.weight
    cost = against(state, left.named, right.named, span.own)
    if span.weight > cost and min(left.size, right.size) > 1:
        rest = [_rest(bodies, body, span) for body in (one, other)]
        cost += against(state, rest[0], rest[1], 0)
    if span.weight > cost and max(left.size, right.size) >= LARGE_BODY:
        may = [place for place in span.places if bodies.may_stray[place]]
        stray = {place: _stray(bodies, place, (one, other)) for place in may}
        if any(stray.values()):
            return _weight(bodies, span, stray) - cost
    return span.weight - cost


def against(state: Field, one: Sequence[int], other: Sequence[int], own: int) -> float:
    """How much two bodies that name these families so often, and agree in none but those in `own`,
    speak against each other. Naming a value often and never the same weighs up to double."""
    cost = 0.0
    for family, (left, right) in enumerate(zip(one, other, strict=True)):
        if left and right and not own >> family & 1:
            cost += state.scales.against[family] * _as_often(left, right)
    return cost


@lru_cache(maxsize=65_536)
def _as_often(left: int, right: int) -> float:
    fewer, more = (left, right) if left < right else (right, left)
    return min(2.0, 1 + log2(fewer) / 4 + log2(more) / 5)


def _rest(bodies: Bodies, body: int, span: Span) -> list[int]:
    """How many reports of a body name another value of the families in which it shares one."""
    found = [0] * len(FAMILIES)
    shared: dict[Family, list[int]] = defaultdict(list)
    for place in span.places:
        family = FAMILY.get(bodies.kinds[place] & ~NEAR)
        if family is not None:
            shared[family].append(place)
    for family, places in shared.items():
        often = bodies.profile(body).named[family]
        found[family] = max(0, often - bodies.holding(body, places))
    return found


def _weight(bodies: Bodies, span: Span, stray: Mapping[int, float]) -> float:
    """Bands of one text and slips of one kind are one witness, two numbers are two, if they do not
    mostly come together."""
    kinds, trust, total, once = bodies.kinds, bodies.trust, AT_FIRST, dict[int, float]()
    exact = {kinds[place] for place in span.places}
    worths = [(trust[place] - AT_FIRST - stray.get(place, 0.0), place) for place in span.places]
    counted: set[int] = set()
    for worth, place in sorted(worths, key=lambda said: (-said[0], said[1])):
        kind = kinds[place]
        if worth <= 0:
            break
        if kind & NEAR or kind == Kind.TEXT:
            if not (kind & NEAR and kind & ~NEAR in exact):
                once.setdefault(kind, worth)
            continue
        alone = counted.isdisjoint(bodies.company.get(place, ()))
        total += worth if alone else min(SECOND, worth)
        counted.add(place)
    return total + sum(once.values())


def _stray(bodies: Bodies, place: int, pair: tuple[int, int]) -> float:
    """What it takes off a value that a large body names once while it goes by others: it rather is
    the reporter's own, or somebody's who was named beside him."""
    cost = 0.0
    for body in pair:
        often = bodies.profile(body).named[FAMILY[bodies.kinds[place]]]
        if often >= LARGE_BODY:
            inside = bodies.tally(body)[place]
            cost += STRAY * max(0.0, log(often / (4 * inside)))
    return cost
