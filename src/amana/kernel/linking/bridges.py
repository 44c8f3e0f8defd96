# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining kernels: what links two of them is added up, what they contradict each other in is
taken off, and a thin bridge between two bodies is tried once more against both as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING, Final

from amana.kernel.linking.kinds import AGAINST, AT_FIRST, FAMILY, NEAR, Kind, weight_of
from amana.kernel.linking.unions import Unions

if TYPE_CHECKING:
    from amana.kernel.linking.clusters import Field

FAMILIES: Final = tuple(AGAINST)
MOST_AT_ONCE: Final = 40
"""Kernels of one value that are compared each with each; further ones with the largest only."""
BODY: Final = 3


@dataclass(slots=True)
class Profile:
    """What a body of reports says: for each family how many of them name a value."""

    size: int = 0
    named: list[int] = field(default_factory=lambda: [0] * 8)

    def add(self, mask: int) -> None:
        self.size += 1
        for family in FAMILIES:
            self.named[family] += mask >> family & 1

    def merged(self, other: Profile) -> Profile:
        both = zip(self.named, other.named, strict=True)
        return Profile(self.size + other.size, [a + b for a, b in both])


def against(one: Profile, other: Profile, own: int) -> float:
    """How much two bodies that agree in no family but by the bridge speak against each other.
    Both naming a value often and never the same weighs up to double."""
    cost = 0.0
    for family in FAMILIES:
        fewer = min(one.named[family], other.named[family])
        if fewer and not own >> family & 1:
            cost += AGAINST[family] * min(2.0, 1 + 0.5 * log2(fewer))
    return cost


def bridge(state: Field, kernels: Unions) -> list[int]:
    """For each report the report that stands for its cluster."""
    count = len(state.ground.numbers)
    home = [kernels.find(at) for at in range(count)]
    profiles: dict[int, Profile] = defaultdict(Profile)
    for at in range(count):
        profiles[home[at]].add(state.masks[at])
    carried = _carried(state, home)
    edges = [(pair, odds) for pair, odds in _weighed(state, carried, profiles) if odds > 0]
    joined = _without_thin(edges, profiles)
    unions = Unions(count)
    for at in range(count):
        unions.join(at, home[at])
    for one, other in joined:
        unions.join(one, other)
    return [unions.find(at) for at in range(count)]


def _carried(state: Field, home: list[int]) -> dict[tuple[int, int], list[int]]:
    """Pairs of kernels with the values that link them."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, trust in state.prior.items():
        if place in state.quiet or trust <= -3:
            continue
        _pairs_of(state, place, home, found)
    for place in state.parents:
        _pairs_of(state, place, home, found)
    return found


def _pairs_of(
    state: Field, place: int, home: list[int], found: dict[tuple[int, int], list[int]]
) -> None:
    kernels: dict[int, int] = {}
    for who in state.holders[place]:
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


def _weighed(
    state: Field,
    carried: dict[tuple[int, int], list[int]],
    profiles: dict[int, Profile],
) -> Iterable[tuple[tuple[int, int], float]]:
    for pair, places in carried.items():
        own, odds = 0, AT_FIRST
        by_kind: dict[int, float] = {}
        for place in places:
            kind = state.kinds[place]
            family = FAMILY.get(kind & ~NEAR)
            own |= 0 if family is None else 1 << family
            worth = state.prior.get(place, weight_of(kind)) - AT_FIRST
            # Bands of one text, and a value with its near spellings, are one witness.
            key = kind & ~NEAR if (kind & NEAR or kind == Kind.TEXT) else -1 - place
            by_kind[key] = max(by_kind.get(key, 0.0), worth)
        odds += sum(by_kind.values())
        yield pair, odds - against(profiles[pair[0]], profiles[pair[1]], own)


def _without_thin(
    edges: list[tuple[tuple[int, int], float]], profiles: dict[int, Profile]
) -> list[tuple[int, int]]:
    return [pair for pair, _ in edges]
