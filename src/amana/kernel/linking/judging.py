# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does a shared value belong to one person, or is it a bank's hotline, a platform's mailbox, a
reporter's own number? Those who share it and agree on something else speak for it; those who
differ in everything else they say speak against."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from amana.kernel.linking.agreeing import Holders, Witnesses
from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import FAMILY_BIT, named
from amana.kernel.linking.kinds import Family
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.ragged import Floats, Ints, first_alike, ranked
from amana.kernel.linking.unions import connected

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


def judge(state: Field) -> None:
    """Mute values whose holders have nothing else in common; else keep what speaks against each.
    What more reports share is judged first, and what equally many share side by side."""
    asked = state.judged & ~state.unmuted
    state.doubt[asked] = 2.0 * np.frexp(state.counts[asked] // LARGEST_OFFENDER)[1]
    places = np.flatnonzero(asked & (state.holders.sizes > 1))
    places = places[np.argsort(-state.counts[places], kind="stable")]
    witnesses = Witnesses(state)
    for alike in np.split(places, np.flatnonzero(np.diff(state.counts[places])) + 1):
        muted = [_judge(state, witnesses, them) for them in Holders.of(state, alike, SAMPLE)]
        state.mute(np.concatenate(muted) if muted else alike, Muted.SPREAD)


def _judge(state: Field, witnesses: Witnesses, them: Holders) -> Ints:
    """Lays doubt on each of these values; returns those that are to be muted."""
    places = them.places
    labels = connected(len(them.who), *witnesses.agreed(them, company=True))
    doubt = _said_against(state, them, labels, FAMILY_BIT[state.kinds[places]])
    limit = np.maximum(state.trust(places), 0.0) + SPREAD
    several = state.company.size_of(places) > 0
    if several.any():
        _judge_alone(state, witnesses, them.only(several)[0], doubt, limit, np.flatnonzero(several))
    spread = (them.sizes > 2) & (doubt > limit)
    state.doubt[places[~spread]] += DOUBT * np.maximum(0.0, doubt[~spread])
    return places[spread]


def _judge_alone(
    state: Field, witnesses: Witnesses, them: Holders, doubt: Floats, limit: Floats, at: Ints
) -> None:
    """What is said against values that keep company if that is no witness. Where nothing is, they
    keep it no more. `at`: where these values stand in `doubt` and `limit`."""
    labels = connected(len(them.who), *witnesses.agreed(them))
    which, what = state.company.take(them.places)
    shared = FAMILY_BIT[state.kinds[them.places]]
    np.bitwise_or.at(shared, which, FAMILY_BIT[state.kinds[what]])
    alone = _said_against(state, them, labels, shared)
    state.alone[them.places[alone <= 0]] = True
    worse = alone > limit[at] + TWICE
    doubt[at[worse]] = np.maximum(doubt[at[worse]], alone[worse] - TWICE)


def judge_again(state: Field, labels: Ints) -> None:
    """What most of those who share a value have been found to be one by other things is no more in
    doubt than that."""
    asked = state.judged & ~state.silent & (state.doubt > 0) & (state.holders.sizes > 1)
    for them in Holders.of(state, np.flatnonzero(asked), SAMPLE):
        mates = first_alike(them.value * len(labels) + labels[them.who])
        found = _said_against(state, them, mates, FAMILY_BIT[state.kinds[them.places]])
        known = state.doubt[them.places]
        state.doubt[them.places] = np.minimum(known, np.maximum(0.0, found))


def _said_against(state: Field, them: Holders, labels: Ints, shared: Ints) -> Floats:
    """For each value what groups of holders (`labels` m) that agree in nothing but in families of
    `shared` (p, a bit each) say against their being one person's, less what their agreement
    speaks for it."""
    count, cost = len(them.places), np.zeros(len(them.places))
    first = labels == np.arange(len(labels))
    several = np.bincount(them.value[first], minlength=count) > 1
    masks = state.masks[them.who]
    for family, weight in state.scales.against.items():
        # A group names a family where one of it does, besides the one value that all share.
        often = named(masks, family)
        seen = np.zeros(len(labels), dtype=bool)
        seen[labels[often > (shared >> family & 1)[them.value]]] = True
        times = np.bincount(them.value[seen], minlength=count)
        times[~several] = 0
        if family == Family.NAME:
            many = np.flatnonzero(times > 1)
            times[many] = np.minimum(times[many], _names(state, them, times > 1))
        cost += weight * np.maximum(0, times - 1)
    return cost - AGREES * _agreeing(them, labels)


def _agreeing(them: Holders, labels: Ints) -> Ints:
    """For each value how many holders stand in its largest groups beside the first of each."""
    sizes = np.bincount(labels, minlength=len(labels))
    groups = np.flatnonzero(sizes > 1)
    value, beside = them.value[groups], sizes[groups] - 1
    order = np.lexsort((-beside, value))
    value, beside = value[order], beside[order]
    rank, _ = ranked(value)
    counts = np.bincount(value, weights=beside * (rank < SPELLS), minlength=len(them.places))
    return counts.astype(np.int64)


def _names(state: Field, them: Holders, wanted: NDArray[np.bool_]) -> Ints:
    """How many names the holders of each wanted value give; such as have a part in common are
    one."""
    them, _ = them.only(wanted)
    at, what = state.names.take(them.who)
    same = first_alike(them.value[at] * len(state.kinds) + what)
    labels = connected(len(them.who), at, at[same])
    bare = named(state.masks[them.who], Family.NAME) == 0
    bare[at] = False
    first = (labels == np.arange(len(labels))) & ~bare
    return np.bincount(them.value[first], minlength=len(them.places))
