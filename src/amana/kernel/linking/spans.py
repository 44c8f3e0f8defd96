# SPDX-License-Identifier: AGPL-3.0-or-later
"""What links two bodies of reports and what speaks against it, while both of them grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import log, log2
from typing import Final

from amana.kernel.linking.field import NAMES, Field
from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import AGAINST, AT_FIRST, FAMILY, NEAR, Family, Kind

FAMILIES: Final = tuple(sorted(AGAINST))
SECOND: Final = 1.5
"""What the second of two values adds that mostly come together."""
LARGE_BODY: Final = 6
STRAY: Final = 1.5


@dataclass(frozen=True, slots=True)
class Profile:
    """What a body of reports says: for each family how many of them name a value."""

    size: int
    named: tuple[int, ...]

    @classmethod
    def of(cls, masks: list[int]) -> Profile:
        counts = (sum(named(mask, family) > 0 for mask in masks) for family in FAMILIES)
        return cls(len(masks), tuple(counts))

    def merged(self, other: Profile) -> Profile:
        both = zip(self.named, other.named, strict=True)
        return Profile(self.size + other.size, tuple(a + b for a, b in both))


class Bodies:
    """Bodies of reports, known by one of them; of reports that hold nothing shared nobody asks."""

    def __init__(self, state: Field, home: list[int]) -> None:
        self.state, self.home = state, home
        self.members: dict[int, list[int]] = defaultdict(list)
        for at, held in enumerate(state.held):
            if held:
                self.members[home[at]].append(at)
        self.profiles = self._profiles()
        self._gone: dict[int, int] = {}
        self._names: dict[int, set[int]] = {}

    def _profiles(self) -> dict[int, Profile]:
        masks, alone = self.state.masks, dict[int, Profile]()
        found = {}
        for body, members in self.members.items():
            mask = masks[members[0]]
            if len(members) > 1:
                found[body] = Profile.of([masks[at] for at in members])
            else:
                found[body] = alone.get(mask) or alone.setdefault(mask, Profile.of([mask]))
        return found

    def of(self, report: int) -> int:
        """The body in which a report stands by now."""
        body = self.home[report]
        while (into := self._gone.get(body)) is not None:
            body = into
        return body

    def join(self, stays: int, goes: int) -> None:
        self._gone[goes] = stays
        self.members[stays] = [*self.members[stays], *self.members.pop(goes)]
        self.profiles[stays] = self.profiles[stays].merged(self.profiles.pop(goes))

    def holding(self, body: int, places: Collection[int]) -> int:
        """How many reports of a body hold one of these values; looked for where fewer are."""
        members, holders = self.members[body], self.state.holders
        if len(members) < sum(len(holders[place]) for place in places):
            held = self.state.held
            wanted = frozenset(places)
            return sum(not wanted.isdisjoint(held[at]) for at in members)
        return len({who for place in places for who in holders[place] if self.of(who) == body})

    def alike(self, one: int, other: int) -> bool:
        """Whether two bodies that have not grown go by one name, or by half of one."""
        return not self._named(one).isdisjoint(self._named(other))

    def _named(self, body: int) -> set[int]:
        found = self._names.get(body)
        if found is None:
            kinds, held = self.state.kinds, self.state.held
            found = {what for at in self.members[body] for what in held[at] if kinds[what] in NAMES}
            self._names[body] = found
        return found


class Span:
    """The values that link two bodies. `own`: families in which the two agree."""

    __slots__ = ("own", "places")

    def __init__(self, places: Iterable[int], own: int) -> None:
        self.places, self.own = set(places), own

    @classmethod
    def between(cls, bodies: Bodies, one: int, other: int, places: Iterable[int]) -> Span:
        kinds, profiles = bodies.state.kinds, bodies.profiles
        families = {FAMILY.get(kinds[place] & ~NEAR) for place in places}
        own = sum(1 << family for family in families if family is not None)
        if all(profiles[body].named[Family.NAME] for body in (one, other)):
            own |= bodies.alike(one, other) << Family.NAME
        return cls(places, own)

    def take(self, other: Span) -> None:
        """Add what links another part of the same two bodies."""
        self.places |= other.places
        self.own |= other.own


def odds(bodies: Bodies, one: int, other: int, span: Span) -> float:
    """What speaks for two bodies being one person's, less what speaks against it."""
    state, left, right = bodies.state, bodies.profiles[one], bodies.profiles[other]
    stray: dict[int, float] = {}
    cost = against(state, left.named, right.named, span.own)
    if max(left.size, right.size) >= LARGE_BODY:
        stray = {place: _stray(bodies, place, (one, other)) for place in span.places}
    if min(left.size, right.size) > 1:
        rest = [_rest(bodies, body, span) for body in (one, other)]
        cost += against(state, rest[0], rest[1], 0)
    return _weight(state, span, stray) - cost


def against(state: Field, one: Sequence[int], other: Sequence[int], own: int) -> float:
    """How much two bodies that name these families so often, and agree in none but those in `own`,
    speak against each other. Naming a value often and never the same weighs up to double."""
    cost = 0.0
    for family, (left, right) in enumerate(zip(one, other, strict=True)):
        if left and right and not own >> family & 1:
            fewer, more = (left, right) if left < right else (right, left)
            cost += state.scales.against[family] * min(2.0, 1 + log2(fewer) / 4 + log2(more) / 5)
    return cost


def _rest(bodies: Bodies, body: int, span: Span) -> list[int]:
    """How many reports of a body name another value of the families in which it shares one."""
    state, found = bodies.state, [0] * len(FAMILIES)
    shared: dict[Family, list[int]] = defaultdict(list)
    for place in span.places:
        family = FAMILY.get(state.kinds[place] & ~NEAR)
        if family is not None:
            shared[family].append(place)
    for family, places in shared.items():
        often = bodies.profiles[body].named[family]
        found[family] = max(0, often - bodies.holding(body, places))
    return found


def _weight(state: Field, span: Span, stray: Mapping[int, float]) -> float:
    """Bands of one text and slips of one kind are one witness, two numbers are two, if they do not
    mostly come together."""
    kinds, total, once = state.kinds, AT_FIRST, dict[int, float]()
    exact = {kinds[place] for place in span.places}
    worths = [
        (state.trust(place) - AT_FIRST - stray.get(place, 0.0), place) for place in span.places
    ]
    counted: set[int] = set()
    for worth, place in sorted(worths, key=lambda said: (-said[0], said[1])):
        kind = kinds[place]
        if worth <= 0:
            break
        if kind & NEAR or kind == Kind.TEXT:
            if not (kind & NEAR and kind & ~NEAR in exact):
                once.setdefault(kind, worth)
            continue
        alone = counted.isdisjoint(state.company.get(place, ()))
        total += worth if alone else min(SECOND, worth)
        counted.add(place)
    return total + sum(once.values())


def _stray(bodies: Bodies, place: int, pair: tuple[int, int]) -> float:
    """What it takes off a value that a large body names once while it goes by others: it rather is
    the reporter's own, or somebody's who was named beside him."""
    family, holders = FAMILY.get(bodies.state.kinds[place]), bodies.state.holders[place]
    cost = 0.0
    if family is None or len(holders) < 3:
        return cost
    for body in pair:
        often = bodies.profiles[body].named[family]
        if often >= LARGE_BODY:
            inside = bodies.holding(body, (place,))
            cost += STRAY * max(0.0, log(often / (4 * inside)))
    return cost


class Growing:
    """Bodies that grow along their bridges, the surest first. Whatever grows is weighed anew: all
    that links two bodies by then against all that both of them say."""

    def __init__(self, bodies: Bodies, carried: Mapping[tuple[int, int], list[int]]) -> None:
        self.bodies = bodies
        self.numbers = bodies.state.ground.numbers
        self.spans: dict[int, dict[int, Span]] = defaultdict(dict)
        self.heap = []
        for (one, other), places in carried.items():
            span = Span.between(bodies, one, other, places)
            self.spans[one][other] = self.spans[other][one] = span
            way = self._way(one, other)
            if way[0] < 0:
                self.heap.append(way)
        heapify(self.heap)

    def joined(self) -> Iterator[tuple[int, int]]:
        """Pairs of bodies, as they are joined."""
        while self.heap:
            way = heappop(self.heap)
            one, other = way[3:]
            if other not in self.spans.get(one, ()) or self._way(one, other) != way:
                continue  # grown since: weighed anew under what it has become
            yield one, other
            self._join(one, other)

    def _way(self, one: int, other: int) -> tuple[float, int, int, int, int]:
        """A bridge, the surest least; equal ones by the numbers."""
        first, last = sorted((self.numbers[one], self.numbers[other]))
        return -odds(self.bodies, one, other, self.spans[one][other]), first, last, one, other

    def _join(self, one: int, other: int) -> None:
        """The body with fewer neighbours moves into that with more."""
        spans = self.spans
        stays, goes = (one, other) if len(spans[one]) >= len(spans[other]) else (other, one)
        self.bodies.join(stays, goes)
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
        for neighbour in mine:
            way = self._way(stays, neighbour)
            if way[0] < 0:
                heappush(self.heap, way)
