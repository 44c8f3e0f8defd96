# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining kernels: what links two of them is added up, what they contradict each other in is
taken off, and a thin bridge between two bodies is tried once more against both as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, log2
from typing import TYPE_CHECKING, Final

from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import AGAINST, AT_FIRST, FAMILY, NEAR, Kind
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.unions import Unions

if TYPE_CHECKING:
    from amana.kernel.linking.clusters import Field

FAMILIES: Final = tuple(sorted(AGAINST))
MOST_AT_ONCE: Final = 40
"""Kernels of one value that are compared each with each; further ones with the largest only."""
MOST_BODIES: Final = 12
BODY: Final = 12
LARGE_BODY: Final = 6
STRAY: Final = 1.5
FEWEST_LENT: Final = 4


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


def against(state: Field, one: Profile, other: Profile, own: int) -> float:
    """How much two bodies that agree in no family but by the bridge speak against each other.
    Both naming a value often and never the same weighs up to double."""
    cost = 0.0
    for family, (left, right) in enumerate(zip(one.named, other.named, strict=True)):
        if left and right and not own >> family & 1:
            fewer, more = (left, right) if left < right else (right, left)
            cost += state.scales.against[family] * min(2.0, 1 + log2(fewer) / 4 + log2(more) / 5)
    return cost


def bridge(state: Field, kernels: Unions) -> list[int]:
    """For each report the report that stands for its cluster."""
    home = kernels.labels()
    bodies = profiles(state, home)
    _mute_lent(state, home, bodies)
    carried = _carried(state, home)
    edges = [e for e in _weighed(state, home, carried, bodies) if e.odds > 0]
    unions = Unions(len(home))
    unions.join_all(home)
    _joined(state, edges, bodies, unions)
    return unions.labels()


def profiles(state: Field, home: list[int]) -> dict[int, Profile]:
    """What each kernel says; of reports that hold nothing shared nobody asks."""
    members: dict[int, list[int]] = defaultdict(list)
    for at, held in enumerate(state.held):
        if held:
            members[home[at]].append(state.masks[at])
    alone: dict[int, Profile] = {}
    found_of = {}
    for at, masks in members.items():
        if len(masks) == 1:
            found = alone.get(masks[0])
            if found is None:
                found = alone[masks[0]] = Profile.of(masks)
        else:
            found = Profile.of(masks)
        found_of[at] = found
    return found_of


def _mute_lent(state: Field, home: list[int], profiles: dict[int, Profile]) -> None:
    """Mute what two bodies share that contradict each other in more than it weighs: an account lent
    to several, a phone of a shop. Those who name nothing else of the bodies stay by themselves."""
    lent = []
    for place in state.doubt:
        trust = state.trust(place)
        if place in state.quiet or trust <= 0 or len(state.holders[place]) < FEWEST_LENT:
            continue
        family = FAMILY.get(state.kinds[place])
        own = 0 if family is None else 1 << family
        bodies = [profiles[at] for at in {home[who] for who in state.holders[place]}]
        bodies = sorted((b for b in bodies if b.size > 1), key=lambda b: -b.size)[:MOST_BODIES]
        if any(
            against(state, one, other, own) > trust
            for index, one in enumerate(bodies)
            for other in bodies[index + 1 :]
        ):
            lent.append(place)
    for place in lent:
        state.quiet[place] = Muted.LENT


def _carried(state: Field, home: list[int]) -> dict[tuple[int, int], list[int]]:
    """Pairs of kernels with the values that link them."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place in state.doubt:
        if place in state.quiet or state.trust(place) <= -3:
            continue
        _pairs_of(state, place, home, found)
    for place in state.parents:
        _pairs_of(state, place, home, found)
    return found


def _pairs_of(
    state: Field, place: int, home: list[int], found: dict[tuple[int, int], list[int]]
) -> None:
    holders = state.holders[place]
    if len(holders) == 2:
        one, other = home[holders[0]], home[holders[1]]
        if one != other:
            found[(one, other) if one < other else (other, one)].append(place)
        return
    kernels: dict[int, int] = {}
    for who in holders:
        kernels[home[who]] = kernels.get(home[who], 0) + 1
    if len(kernels) < 2:
        return
    numbers = state.ground.numbers
    ordered = sorted(kernels, key=lambda at: (-kernels[at], numbers[at]))
    if len(ordered) <= MOST_AT_ONCE:
        for index, one in enumerate(ordered):
            for other in ordered[index + 1 :]:
                found[min(one, other), max(one, other)].append(place)
        return
    for other in ordered[1:]:
        found[min(ordered[0], other), max(ordered[0], other)].append(place)


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two kernels and what links them: `weight` before anything is taken off, `own`: families of
    the values that do."""

    one: int
    other: int
    weight: float
    own: int
    odds: float


def _weighed(
    state: Field,
    home: list[int],
    carried: dict[tuple[int, int], list[int]],
    profiles: dict[int, Profile],
) -> Iterable[Bridge]:
    for (one, other), places in carried.items():
        exact = {state.kinds[place] for place in places}
        own, witnesses = 0, dict[int, float]()
        for place in places:
            kind = state.kinds[place]
            if kind & NEAR and kind & ~NEAR in exact:
                continue
            family = FAMILY.get(kind & ~NEAR)
            own |= 0 if family is None else 1 << family
            worth = state.trust(place) - AT_FIRST
            if family is not None and not kind & NEAR:
                worth -= _stray(state, home, place, family, profiles, (one, other))
            # Bands of one text and slips of one kind are one witness, two numbers are two.
            key = kind if (kind & NEAR or kind == Kind.TEXT) else -1 - place
            witnesses[key] = max(witnesses.get(key, 0.0), worth)
        weight = AT_FIRST + sum(witnesses.values())
        cost = against(state, profiles[one], profiles[other], own)
        yield Bridge(one, other, weight, own, weight - cost)


def _stray(
    state: Field,
    home: list[int],
    place: int,
    family: int,
    profiles: dict[int, Profile],
    pair: tuple[int, int],
) -> float:
    """What it takes off a value that a large body names once while it goes by others: it rather is
    the reporter's own, or somebody's who was named beside him."""
    cost = 0.0
    for at in pair:
        named = profiles[at].named[family]
        if named >= LARGE_BODY and len(state.holders[place]) > 2:
            inside = sum(1 for who in state.holders[place] if home[who] == at)
            cost += STRAY * max(0.0, log(named / (4 * inside)))
    return cost


def _joined(
    state: Field, edges: Iterable[Bridge], profiles: dict[int, Profile], unions: Unions
) -> None:
    """Join along bridges, the surest first. Where one would join two bodies that have grown
    meanwhile, it must hold against all that both of them say."""
    numbers = state.ground.numbers
    grown = dict(profiles)
    for edge in sorted(edges, key=lambda e: (-e.odds, *sorted((numbers[e.one], numbers[e.other])))):
        one, other = unions.find(edge.one), unions.find(edge.other)
        if one == other:
            continue
        left, right = grown[one], grown[other]
        both_grown = min(left.size, right.size) >= BODY
        if both_grown and edge.weight <= against(state, left, right, edge.own):
            continue
        unions.join(one, other)
        grown[unions.find(one)] = left.merged(right)
