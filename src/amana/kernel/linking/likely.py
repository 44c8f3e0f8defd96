# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports that stand alone, or by two, and the body that they most likely belong to.

A name, a handle by itself, a number with one slip: each is weak, and how weak differs from place
to place. So it is measured on the reports at hand: of those that stand in a body for other
reasons, each is taken out in thought, and one looks how often such a tie would have led it home.
Only sorts of ties that are nearly always right join, and nothing does where there is too little to
measure by. What differs speaks against, and the country speaks as far as it tells bodies apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import Final

import numpy as np

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import FAMILY_BIT
from amana.kernel.linking.kinds import AT_FIRST, Family
from amana.kernel.linking.mates import Few, Mates
from amana.kernel.linking.places import Countries
from amana.kernel.linking.ragged import Floats, Ints, firsts
from amana.kernel.linking.unions import rejoined
from amana.kernel.linking.witnesses import SORTS, Ties, Tying, kind_and_more

FRAGMENT: Final = 2
SAMPLE: Final = 25_000
ENOUGH: Final = 80
SURE: Final = 1.0
WIDER: Final = 0.4
"""Log odds from which a tie joins: three in four for a body of one, and surer the larger the body
is, nine in ten for one of sixteen: a wrong tie there says something wrong of more people."""
STRONG: Final = sum(
    1 << family for family in (Family.PHONE, Family.EMAIL, Family.ACCOUNT, Family.WALLET)
)
DOUBTED: Final = 2.0
"""So many ties of each kind are taken to have led astray before any was seen."""
LENT: Final = 4.0
"""So many ties of each sort are taken to have led home as often as those of its kind."""
BEST: Final = 0.99
LEAST_COST, MOST_COST = 0.3, 3.0
FAR, HOME = -2.0, 2.5
"""The least and the most that a country says."""
ROUNDS: Final = 2
AT_ONCE: Final = 50_000
"""Fragments that are looked at in one go."""


@dataclass(slots=True)
class Learnt:
    """`agree`: for each family how often a report and the rest of its body agree, if both name
    one; 0 where nobody knows. `odds`: log odds of each sort of tie."""

    agree: list[float] = field(default_factory=lambda: [0.0] * len(Family))
    odds: Floats = field(default_factory=lambda: np.full(SORTS, AT_FIRST))
    countries: Countries = field(default_factory=Countries)

    def cost(self, families: Ints) -> Floats:
        """What it costs to differ in these (a bit each)."""
        cost = np.zeros(len(families))
        for family, agree in enumerate(self.agree):
            each = min(MOST_COST, max(LEAST_COST, -log(max(0.01, 1 - agree))))
            cost += each * (families >> family & 1)
        return cost


def attach(state: Field, labels: Ints) -> Ints:
    """Labels in which fragments have joined the bodies that they most likely belong to."""
    learnt = None
    for _ in range(ROUNDS):
        mates = Mates(state, labels)
        learnt = learnt or _learn(mates)
        if not (learnt.odds > AT_FIRST).any():
            return labels
        labels = _joined(mates, learnt)
    return labels


def _learn(mates: Mates) -> Learnt:
    learnt = Learnt()
    sample = _sample(mates)
    at_home = _at_home(mates, sample, learnt)
    learnt.countries = Countries.learnt(mates, at_home)
    if not any(learnt.agree):
        return learnt
    right, tried = np.zeros(SORTS), np.zeros(SORTS)
    tying = Tying(mates)
    for start in range(0, len(sample), AT_ONCE):
        few = Few.alone(sample[start : start + AT_ONCE])
        ties = tying.ties(few)
        pair, few_of, body = _pairs(ties)
        both, same = mates.compared(few[few_of], body)
        both, same, own = both[pair], same[pair], FAMILY_BIT[ties.kind]
        for family, agree in enumerate(learnt.agree):
            if agree:
                asked = (both & ~own) >> family & 1
                tried += np.bincount(ties.sort, asked * agree, minlength=SORTS)
                right += np.bincount(ties.sort, asked & same >> family, minlength=SORTS)
    sorts = np.flatnonzero(tried)
    learnt.odds[sorts] = _odds(sorts, right[sorts], tried[sorts])
    return learnt


def _pairs(ties: Ties) -> tuple[Ints, Ints, Ints]:
    """For each tie the index of its pair of few reports and a body; of each pair the two."""
    first = firsts(ties.few) | firsts(ties.body)
    return np.cumsum(first) - 1, ties.few[first], ties.body[first]


def _odds(sorts: Ints, right: Floats, tried: Floats) -> Floats:
    """Log odds of each sort. Where few were seen, those of all sorts of a kind speak with them."""
    kind, more = kind_and_more(sorts)
    alike = kind * (more.max(initial=0) + 1) + more
    hits, of_kind = np.bincount(alike, right)[alike], np.bincount(alike, tried)[alike] + DOUBTED
    share = (right + LENT * hits / of_kind) / (tried + LENT)
    share = np.clip(share, 1 - BEST, BEST)
    found: Floats = np.log(share / (1 - share))
    return found


def _sample(mates: Mates) -> Ints:
    """Reports that share something; of very many some, chosen by their numbers, which are as good
    as dice and the same in every order."""
    every = len(mates.labels) // SAMPLE + 1
    return np.flatnonzero((mates.state.held.sizes > 0) & (mates.state.numbers % every == 0))


def _at_home(mates: Mates, sample: Ints, learnt: Learnt) -> Ints:
    """Learn how often the reports of a body agree; returns those that surely are at home. What
    brought a report home says nothing of how often that agrees."""
    sample = sample[mates.sizes[mates.labels[sample]] > 1]
    both, same = mates.compared(Few.alone(sample), mates.labels[sample])
    sure = same & STRONG
    for family in Family:
        asked = (both >> family & 1 == 1) & (sure & ~(1 << family) != 0)
        told, agreed = int(asked.sum()), int((same[asked] >> family & 1).sum())
        if told >= ENOUGH:
            learnt.agree[family] = agreed / told
    surely: Ints = sample[sure != 0]
    return surely


def _joined(mates: Mates, learnt: Learnt) -> Ints:
    """The surest first; nobody follows one who has moved."""
    odds, fragment, body = _ways(mates, learnt)
    order = np.lexsort((mates.state.numbers[fragment], -odds))
    moved: set[int] = set()
    joined = []
    for one, other in zip(fragment[order].tolist(), body[order].tolist(), strict=True):
        if other not in moved and one not in moved:
            moved.add(one)
            joined.append((one, other))
    return rejoined(mates.labels, joined)


def _ways(mates: Mates, learnt: Learnt) -> tuple[Floats, Ints, Ints]:
    """Where fragments most likely belong, those that belong anywhere: odds, fragment and body."""
    labels = np.flatnonzero((mates.sizes > 0) & (mates.sizes <= FRAGMENT))
    first = mates.members.starts[labels]
    members = mates.members.flat
    few = Few(members[first], members[first + mates.sizes[labels] - 1])
    tying, found = Tying(mates), []
    for start in range(0, len(few), AT_ONCE):
        piece = slice(start, start + AT_ONCE)
        odds, at, body = _ways_of(mates, learnt, tying, few[piece])
        order = np.lexsort((mates.state.numbers[body], -odds, at))
        best = order[firsts(at[order])]
        found.append((odds[best], labels[piece][at[best]], body[best]))
    nothing = (np.zeros(0), labels[:0], labels[:0])
    odds, fragment, body = (np.concatenate(column) for column in zip(nothing, *found, strict=True))
    return odds, fragment, body


def _ways_of(mates: Mates, learnt: Learnt, tying: Tying, few: Few) -> tuple[Floats, Ints, Ints]:
    """Bodies to which few reports are tied surely enough: the odds, the index of the few, the
    body."""
    ties = tying.ties(few)
    pair, at, body = _pairs(ties)
    worth = np.maximum(0.0, learnt.odds[ties.sort] - AT_FIRST)
    odds = AT_FIRST + np.bincount(pair, worth, minlength=len(at))
    sure = SURE + WIDER * np.log(mates.sizes[body])
    own = np.zeros(len(at), dtype=np.int64)
    np.bitwise_or.at(own, pair, FAMILY_BIT[ties.kind])
    kept = odds + HOME >= sure
    at, body, odds, sure, own = at[kept], body[kept], odds[kept], sure[kept], own[kept]
    both, same = mates.compared(few[at], body)
    odds = odds - learnt.cost(both & ~same & ~own)
    odds = odds + np.clip(learnt.countries.say(mates, few[at], body), FAR, HOME)
    kept = odds >= sure
    return odds[kept], at[kept], body[kept]
