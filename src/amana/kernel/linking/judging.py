# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does a shared value belong to one person, or is it a bank's hotline, a platform's mailbox, a
reporter's own number? Those who share it and agree on something else speak for it; those who
differ in everything else they say speak against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from amana.kernel.linking.field import NAMES, Field
from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import FAMILY, Family
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.unions import Unions

SAMPLE: Final = 256
"""Holders of one value that are looked at to judge it; the numbers are random, so the first are
a fair sample."""
LARGEST_OFFENDER: Final = 64
SPREAD: Final = 3.0
DOUBT: Final = 1.0
AGREES: Final = 1.5
SPELLS: Final = 4
"""Bodies of one person, each of another time, that have nothing else in common: hardly more."""
TWICE: Final = 3.0
"""That somebody who is not meant is known by two values at once is that much rarer."""


def judge(state: Field, place: int) -> None:
    """Mute a value whose holders have nothing else in common; else keep what speaks against it."""
    if place in state.quiet or place in state.doubt:
        return
    members = state.holders[place][:SAMPLE]
    state.doubt[place] = 2.0 * (state.counts[place] // LARGEST_OFFENDER).bit_length()
    if len(members) < 2:
        return
    doubt = _doubt(state, place, members)
    limit = max(state.trust(place), 0.0) + SPREAD
    if place in state.company:
        alone = _doubt(state, place, members, company=False)
        if alone <= 0:
            del state.company[place]
        elif alone > limit + TWICE:
            doubt = max(doubt, alone - TWICE)
    if len(members) > 2 and doubt > limit:
        state.mute(place, Muted.SPREAD)
        return
    state.doubt[place] += DOUBT * max(0.0, doubt)


def _doubt(state: Field, place: int, members: Sequence[int], *, company: bool = True) -> float:
    unions = state.split(place, members, company=company)
    alike = () if company else state.company[place]
    return _said_against(state, unions, members, {place, *alike})


def _said_against(
    state: Field, unions: Unions, members: Sequence[int], shared: Collection[int]
) -> float:
    """What groups of reports that agree in nothing but in `shared` say against their being one
    person's, less what their agreement speaks for it."""
    groups = _groups(state, unions, members, shared)
    cost = 0.0
    if len(groups) > 1:
        masks = Counter(mask for _, mask in groups)
        for family, weight in state.scales.against.items():
            times = sum(count for mask, count in masks.items() if mask >> family & 1)
            if family == Family.NAME and times > 1:
                times = min(times, _names(state, members))
            cost += weight * max(0, times - 1)
    return cost - AGREES * sum(size - 1 for size, _ in groups[:SPELLS])


def _names(state: Field, members: Sequence[int]) -> int:
    """How many names these reports give; such as have a part in common are one."""
    unions, first = Unions(len(members)), dict[int, int]()
    bare = 0
    for at, who in enumerate(members):
        parts = [what for what in state.held[who] if state.kinds[what] in NAMES]
        bare += not (parts or named(state.masks[who], Family.NAME))
        for what in parts:
            unions.join(first.setdefault(what, at), at)
    return sum(at == label for at, label in enumerate(unions.labels())) - bare


def judge_again(state: Field, labels: Sequence[int]) -> None:
    """What most of those who share a value have been found to be one by other things is no more in
    doubt than that."""
    for place, doubt in state.doubt.items():
        if doubt <= 0 or place in state.quiet or len(state.holders[place]) < 2:
            continue
        members = state.holders[place][:SAMPLE]
        unions, first = Unions(len(members)), dict[int, int]()
        for at, who in enumerate(members):
            unions.join(first.setdefault(labels[who], at), at)
        found = max(0.0, _said_against(state, unions, members, {place}))
        state.doubt[place] = min(doubt, found)


def _groups(
    state: Field, unions: Unions, members: Sequence[int], shared: Collection[int]
) -> list[tuple[int, int]]:
    """Size and named families of each group of holders that agree, the largest first."""
    own = [FAMILY.get(state.kinds[what]) for what in shared]
    once = tuple(sorted({family for family in own if family is not None}))
    found: dict[int, tuple[int, int]] = {}
    for who, first in zip(members, unions.labels(), strict=True):
        size, known = found.get(first, (0, 0))
        found[first] = (size + 1, known | _others_named(state.masks[who], once))
    return sorted(found.values(), reverse=True)


@lru_cache(maxsize=65_536)
def _others_named(mask: int, once: tuple[int, ...]) -> int:
    """The families a report names besides one value of each in `once`, a bit for each."""
    return sum(1 << f for f in Family if named(mask, f) > (f in once))
