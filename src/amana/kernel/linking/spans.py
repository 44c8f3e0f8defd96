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
from amana.kernel.linking.ragged import Floats, Ints, Ragged, firsts

FAMILIES: Final = tuple(sorted(AGAINST))
SECOND: Final = 1.5
"""What the second of two values adds that mostly come together."""
LARGE_BODY: Final = 6
STRAY: Final = 1.5
ONCE: Final = among((Kind.TEXT, *(kind | NEAR for kind in Kind)))
"""Bands of one text and slips of one kind are one witness."""


class Span:
    """The values that link two bodies. `own`: families in which the two agree."""

    __slots__ = ("own", "places", "weight")

    def __init__(self, places: Iterable[int], own: int) -> None:
        self.places, self.own = set(places), own
        self.weight: float | None = None

    def take(self, other: Span) -> None:
        """Add what links another part of the same two bodies."""
        self.places |= other.places
        self.own |= other.own
        self.weight = None


@dataclass(frozen=True, slots=True)
class Spans:
    """All spans at first: n pairs of bodies, `one[i]` and `other[i]` linked by the values of list
    i of `places`, agreeing in the families of `own[i]`."""

    one: Ints
    other: Ints
    places: Ragged
    own: Ints

    @classmethod
    def of(cls, bodies: Bodies, place: Ints, one: Ints, other: Ints) -> Spans:
        """From single links: each value with two bodies that hold it."""
        reports = max(1, len(bodies.home))
        keys = np.minimum(one, other) * reports + np.maximum(one, other)
        order = np.argsort(keys, kind="stable")
        keys, place = keys[order], place[order]
        starts = np.flatnonzero(firsts(keys))
        one, other = np.divmod(keys[starts], reports)
        places = Ragged(np.append(starts, len(place)), place)
        own = np.zeros(len(starts), dtype=np.int64)
        if len(starts):
            own = np.bitwise_or.reduceat(FAMILY_BIT[bodies.state.kinds[place]], starts)
        both = np.flatnonzero((bodies.named[[one, other], Family.NAME] > 0).all(axis=0))
        own[both] |= bodies.alike(one[both], other[both]).astype(np.int64) << Family.NAME
        return cls(one, other, places, own)

    def __len__(self) -> int:
        return len(self.one)

    def __getitem__(self, index: int) -> Span:
        return Span(self.places[index], int(self.own[index]))

    def ends(self, index: int) -> tuple[int, int]:
        return int(self.one[index]), int(self.other[index])

    def most(self, bodies: Bodies) -> Floats:
        """More than this `odds` cannot say of each span: what links them, as if none of it mostly
        came together, less what the two bodies contradict each other in."""
        state, rows, places = bodies.state, self.places.rows, self.places.flat
        kinds = state.kinds[places]
        worth = np.maximum(0.0, state.trust(places) - AT_FIRST)
        once = ONCE[kinds]
        said = np.full(len(self), AT_FIRST)
        said += np.bincount(rows[~once], worth[~once], minlength=len(self))
        for kind in np.unique(kinds[once]):
            best = np.zeros(len(self))
            np.maximum.at(best, rows[kinds == kind], worth[kinds == kind])
            said += best
        for family, weight in state.scales.against.items():
            named = np.sort(bodies.named[[self.one, self.other], family], axis=0)
            differ = np.flatnonzero((named[0] > 0) & ~(self.own >> family & 1).astype(bool))
            fewer, more = named[:, differ]
            said[differ] -= weight * np.minimum(2.0, 1 + np.log2(fewer) / 4 + np.log2(more) / 5)
        return said


def odds(bodies: Bodies, one: int, other: int, span: Span) -> float:
    """What speaks for two bodies being one person's, less what speaks against it. What is below
    zero is not reckoned to the end."""
    state, left, right = bodies.state, bodies.profile(one), bodies.profile(other)
    if span.weight is None:
        span.weight = _weight(bodies, span, {})
    if span.weight <= 0:
        return span.weight
    cost = against(state, left.named, right.named, span.own)
    if span.weight > cost and min(left.size, right.size) > 1:
        rest = [_rest(bodies, body, span) for body in (one, other)]
        cost += against(state, rest[0], rest[1], 0)
    if span.weight > cost and max(left.size, right.size) >= LARGE_BODY:
        stray = {place: _stray(bodies, place, (one, other)) for place in span.places}
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
    family, holders = FAMILY.get(bodies.kinds[place]), bodies.holders(place)
    cost = 0.0
    if family is None or len(holders) < 3:
        return cost
    for body in pair:
        often = bodies.profile(body).named[family]
        if often >= LARGE_BODY:
            inside = bodies.holding(body, (place,))
            cost += STRAY * max(0.0, log(often / (4 * inside)))
    return cost
