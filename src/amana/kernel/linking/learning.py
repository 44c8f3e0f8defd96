# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far what evidence weighs is learnt from the reports themselves.

Two unknowns differ from place to place: how often reports of one person name different numbers or
names, and how often a shared handle is one person's after all. Both show in pairs of reports
that share a value: does anything else agree that both of them name?"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import FAMILY_OF, among, named
from amana.kernel.linking.kinds import AGAINST, NEAR, Family, Kind
from amana.kernel.linking.ragged import Bools, Ints, counted
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
_SURE: Final = [kind for kind, weight in KNOWN.items() if weight > 2]
_WEAK: Final = among(kind for kind, weight in KNOWN.items() if weight < 0)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of pairs that share a value of a kind (256 rows): for each family (a column) how often both
    named one, and agreed."""

    named: Ints
    agreed: Ints

    def right(self, least: int) -> list[float]:
        """For each family how often pairs that share a value which one person has agree, of those
        that both named one; 0 where fewer than `least` did."""
        told, agreed = (rows[_SURE].sum(axis=0).tolist() for rows in (self.named, self.agreed))
        return [a / n if n >= least else 0.0 for n, a in zip(told, agreed, strict=True)]

    def expected(self, kind: int, right: list[float]) -> float:
        """How often pairs of a kind would agree if they were one person's."""
        told: list[int] = self.named[kind].tolist()
        return sum(n * share for n, share in zip(told, right, strict=True))


def learn(state: Field, *, proposals: bool) -> Scales:
    """Scales from a field in which shared values are judged. With `proposals` a handle may join by
    itself, if handles have proven right here."""
    seen = _seen(state, ENOUGH)
    scales, right = Scales(), seen.right(ENOUGH)
    for family in Family:
        told, agreed = (int(rows[_SURE, family].sum()) for rows in (seen.named, seen.agreed))
        if told >= ENOUGH:
            cost = SHARE_OF_LEARNT * -log(max(told - agreed, 1) / told)
            scales.against[family] = min(AGAINST[family], max(LEAST_AGAINST, cost))
    if proposals and _proven(seen, Kind.HANDLE, right):
        scales.trust[Kind.HANDLE] = BY_ITSELF
    return scales


def idle(state: Field) -> Bools:
    """Kinds (256, with a slip or without) that say nothing in these reports: where a form leads the
    pen or everybody copies, those who share a text agree in nothing else. Asked before any value
    is judged."""
    seen, found = _seen(state, SEEN), set[int]()
    right = seen.right(SEEN)
    for kind in KNOWN:
        expected = seen.expected(kind, right)
        if expected >= SEEN and int(seen.agreed[kind].sum()) < IDLE * expected:
            found.add(kind)
    return among(found | {kind | NEAR for kind in found})


def _proven(seen: _Seen, kind: int, right: list[float]) -> bool:
    """Whether pairs of a kind agree nearly as often as pairs that are one person's. Without enough
    pairs, what is known from elsewhere speaks for it."""
    expected = seen.expected(kind, right)
    return expected < ENOUGH or int(seen.agreed[kind].sum()) / expected >= PROVEN


def _pairs(state: Field) -> tuple[Ints, Ints, Ints]:
    """Neighbours among the holders of each value that a few share, with the value; of very many
    values a sample, drawn by the tokens, which are as good as dice and the same in every order."""
    places = np.flatnonzero(state.judged)
    every = len(places) // MOST_VALUES + 1
    if every > 1:
        places = places[np.array(state.ground.tokens, dtype=np.int64)[places] % every == 0]
    places = places[~state.silent[places]]
    few = state.holders.size_of(places) <= FEW_HOLDERS
    places = places[few | _WEAK[state.kinds[places]]]
    value, who = state.holders.take(places, FEW_HOLDERS)
    at = np.flatnonzero(value[1:] == value[:-1])
    return places[value[at]], who[at], who[at + 1]


def _seen(state: Field, least: int) -> _Seen:
    """What the pairs say; nothing where there are fewer than `least`."""
    found = _Seen(*np.zeros((2, 256, len(Family)), dtype=np.int64))
    place, one, other = _pairs(state)
    if len(place) < least:
        return found
    both = [state.held.take(who) for who in (one, other)]
    keys, times = counted(np.concatenate([at * len(state.kinds) + what for at, what in both]))
    at, what = np.divmod(keys[times > 1], max(1, len(state.kinds)))
    kinds = state.kinds[what] & ~np.uint8(NEAR)
    half = np.zeros(len(place), dtype=bool)
    half[at[kinds == Kind.NAME_PART]] = True
    own, kind = FAMILY_OF[state.kinds[place]], state.kinds[place]
    for family in Family:
        same = np.zeros(len(place), dtype=bool)
        same[at[FAMILY_OF[kinds] == family]] = True
        said = own != family
        for who in (one, other):
            said &= named(state.masks[who], family) > 0
        if family == Family.NAME:
            said &= same | ~half
        found.named[:, family] = np.bincount(kind[said], minlength=256)
        found.agreed[:, family] = np.bincount(kind[said & same], minlength=256)
    return found
