# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far what evidence weighs is learnt from the reports themselves.

Two unknowns differ from place to place: how often reports of one person name different numbers or
names, and how often a shared handle is one person's after all. Both show in pairs of reports
that share a value: does anything else agree that both of them name?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from math import log
from typing import Final

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import AGAINST, FAMILY, NEAR, Family, Kind
from amana.kernel.linking.scales import KNOWN, Scales

MOST_VALUES: Final = 60_000
ENOUGH: Final = 80
"""Pairs that must have been seen before they outweigh what is known from elsewhere."""
FEW_HOLDERS: Final = 6
PROVEN: Final = 0.85
IDLE: Final = 0.4
SEEN: Final = 12
"""Agreements that one would expect, from which their absence says something."""
BY_ITSELF: Final = 1.5
"""Log odds of a handle where handles have proven right: enough alone, not if contradicted."""
LEAST_AGAINST, SHARE_OF_LEARNT = 0.35, 0.6
"""Families do not differ independently of each other: part of what each costs is the same slip."""


@dataclass(slots=True)
class _Seen:
    """Of pairs that share a value: for each family how often both named one, and agreed."""

    named: list[int] = field(default_factory=lambda: [0] * len(Family))
    agreed: list[int] = field(default_factory=lambda: [0] * len(Family))


def learn(state: Field, *, proposals: bool) -> Scales:
    """Scales from a field in which shared values are judged. With `proposals` a handle may join by
    itself, if handles have proven right here."""
    seen = _seen(state, state.doubt)
    scales = Scales()
    right = [0.0] * len(Family)
    for family in Family:
        named, agreed = _of_sure(seen, family)
        if named >= ENOUGH:
            right[family] = agreed / named
            cost = SHARE_OF_LEARNT * -log(max(named - agreed, 1) / named)
            scales.against[family] = min(AGAINST[family], max(LEAST_AGAINST, cost))
    if proposals and _proven(seen.get(Kind.HANDLE, _Seen()), right):
        scales.trust[Kind.HANDLE] = BY_ITSELF
    return scales


def idle(state: Field, places: Collection[int]) -> frozenset[int]:
    """Kinds that say nothing in these reports: where a form leads the pen or everybody copies,
    those who share a text agree in nothing else. Asked before any value is judged."""
    seen = _seen(state, places)
    right = [0.0] * len(Family)
    for family in Family:
        named, agreed = _of_sure(seen, family)
        if named >= SEEN:
            right[family] = agreed / named
    found = set()
    for kind, one in seen.items():
        expected = sum(n * share for n, share in zip(one.named, right, strict=True))
        if expected >= SEEN and sum(one.agreed) < IDLE * expected:
            found.add(kind)
    return frozenset(found)


def _seen(state: Field, places: Collection[int]) -> dict[int, _Seen]:
    seen: dict[int, _Seen] = {}
    for place, one, other in _pairs(state, places):
        _compare(state, place, one, other, seen.setdefault(state.kinds[place], _Seen()))
    return seen


def _of_sure(seen: dict[int, _Seen], family: Family) -> tuple[int, int]:
    """Of pairs that share a value which one person has: how often both named one of a family, and
    how often the same."""
    sure = [found for kind, found in seen.items() if KNOWN[kind] > 2]
    return sum(s.named[family] for s in sure), sum(s.agreed[family] for s in sure)


def _proven(seen: _Seen, right: list[float]) -> bool:
    """Whether pairs of a kind agree nearly as often as pairs that are one person's. Without enough
    pairs, what is known from elsewhere speaks for it."""
    expected = sum(n * share for n, share in zip(seen.named, right, strict=True))
    return expected < ENOUGH or sum(seen.agreed) / expected >= PROVEN


def _pairs(state: Field, places: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Neighbours among the holders of each value that a few share; of very many values a sample,
    drawn by the tokens, which are as good as dice and the same in every order."""
    every = len(places) // MOST_VALUES + 1
    for place in places:
        if every > 1 and state.ground.tokens[place] % every:
            continue
        holders = state.holders[place]
        if place in state.quiet:
            continue
        if len(holders) <= FEW_HOLDERS or KNOWN[state.kinds[place]] < 0:
            for at in range(min(len(holders), FEW_HOLDERS) - 1):
                yield place, holders[at], holders[at + 1]


def _compare(state: Field, place: int, one: int, other: int, seen: _Seen) -> None:
    own = FAMILY.get(state.kinds[place])
    shared = {state.kinds[w] & ~NEAR for w in {*state.held[one]} & {*state.held[other]}}
    same = {FAMILY[kind] for kind in shared if kind in FAMILY}
    for family in Family:
        if family == own or not all(named(state.masks[at], family) for at in (one, other)):
            continue
        if family is Family.NAME and family not in same and Kind.NAME_PART in shared:
            continue
        seen.named[family] += 1
        seen.agreed[family] += family in same
