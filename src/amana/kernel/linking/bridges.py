# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining kernels: what links two of them is added up, what they contradict each other in is
taken off, and whatever has grown is weighed once more as a whole."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from amana.kernel.linking.field import Field
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.spans import Bodies, Growing, Span, odds
from amana.kernel.linking.unions import Unions

MOST_AT_ONCE: Final = 40
"""Kernels of one value that are compared each with each; further ones with the largest only."""
MOST_BODIES: Final = 12
FEWEST_LENT: Final = 4


def bridge(state: Field, kernels: Unions) -> list[int]:
    """For each report the report that stands for its cluster."""
    home = kernels.labels()
    bodies = Bodies(state, home)
    _mute_lent(state, bodies)
    unions = Unions(len(home))
    unions.join_all(home)
    for one, other in Growing(bodies, _carried(state, home)).joined():
        unions.join(one, other)
    return unions.labels()


def _mute_lent(state: Field, bodies: Bodies) -> None:
    """Mute what two bodies share that contradict each other in more than all that they share
    weighs: an account lent to several, a phone of a shop. Those who name nothing else of the
    bodies stay by themselves."""
    shared: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place in state.doubt:
        if place in state.quiet or state.trust(place) <= 0 or len(state.holders[place]) < 2:
            continue
        found = {bodies.home[who] for who in state.holders[place]}
        large = [at for at in found if bodies.profiles[at].size > 1]
        large.sort(key=lambda at: (-bodies.profiles[at].size, state.ground.numbers[at]))
        for index, one in enumerate(large[:MOST_BODIES]):
            for other in large[index + 1 : MOST_BODIES]:
                shared[min(one, other), max(one, other)].append(place)
    for (one, other), places in shared.items():
        if odds(bodies, one, other, Span.between(bodies, one, other, places)) < 0:
            for place in places:
                if len(state.holders[place]) >= FEWEST_LENT:
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
