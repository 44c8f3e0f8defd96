# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports that stand alone, or by two, and the body that they most likely belong to.

A name, a handle by itself, a number with one slip: each is weak, and how weak differs from place
to place. So it is measured on the reports at hand: of those that stand in a body for other
reasons, each is taken out in thought, and one looks how often such a tie would have led it home.
Only sorts of ties that are nearly always right join, and nothing does where there is too little to
measure by. What differs speaks against, and the country speaks as far as it tells bodies apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from typing import Final

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import AT_FIRST, FAMILY, Family, Kind
from amana.kernel.linking.unions import Unions
from amana.kernel.linking.witnesses import Home, Sort, ties

FRAGMENT: Final = 2
SAMPLE: Final = 25_000
ENOUGH: Final = 80
MATES: Final = 48
SURE: Final = 1.0
WIDER: Final = 0.4
"""Log odds from which a tie joins: three in four for a body of one, and surer the larger the body
is, nine in ten for one of sixteen: a wrong tie there says something wrong of more people."""
STRONG: Final = frozenset({Family.PHONE, Family.EMAIL, Family.ACCOUNT, Family.WALLET})
DOUBTED: Final = 2.0
"""So many ties of each kind are taken to have led astray before any was seen."""
LENT: Final = 4.0
"""So many ties of each sort are taken to have led home as often as those of its kind."""
BEST: Final = 0.99
LEAST_COST, MOST_COST = 0.3, 3.0
LEAST_PULL: Final = 0.05
FAR, HOME = -2.0, 2.5
"""The least and the most that a country says."""
ROUNDS: Final = 2


@dataclass(slots=True)
class Learnt:
    """`agree`: for each family how often a report and the rest of its body agree, if both name
    one. `odds`: log odds of each sort of tie. `pull`: how much a body's countries bind: as many
    reports as must be seen before they count as much as what is usual; 0 says nothing."""

    agree: dict[int, float] = field(default_factory=dict)
    odds: dict[Sort, float] = field(default_factory=dict)
    usual: dict[int, float] = field(default_factory=dict)
    pull: float = 0.0

    def cost(self, family: int) -> float:
        return min(MOST_COST, max(LEAST_COST, -log(max(0.01, 1 - self.agree.get(family, 0.0)))))


def attach(state: Field, labels: list[int]) -> list[int]:
    """Labels in which fragments have joined the bodies that they most likely belong to."""
    learnt = None
    for _ in range(ROUNDS):
        bodies = _Bodies(state, labels)
        learnt = learnt or _learn(bodies)
        if not learnt.odds:
            return labels
        labels = _joined(bodies, learnt)
    return labels


class _Bodies:
    """The bodies that the labels make, and what they name."""

    def __init__(self, state: Field, labels: list[int]) -> None:
        self.state, self.labels = state, labels
        self.members: dict[int, list[int]] = defaultdict(list)
        for at, held in enumerate(state.held):
            if held:
                self.members[labels[at]].append(at)
        sizes = {label: len(members) for label, members in self.members.items()}
        self.home = Home(labels, sizes)
        self._countries: dict[int, Counter[int]] = {}

    def countries(self, body: int) -> Counter[int]:
        found = self._countries.get(body)
        if found is None:
            seen = (self.state.ground.countries[at] for at in self.members[body])
            found = self._countries[body] = Counter(c for c in seen if c)
        return found

    def compared(self, mine: Collection[int], body: int) -> tuple[set[int], set[int]]:
        """Families that these reports and the others of a body both name, and those of them in
        which they agree. Half a name in common is neither."""
        state = self.state
        others = [at for at in self.members[body][:MATES] if at not in mine]
        held = {what for at in others for what in state.held[at]}
        held &= {what for at in mine for what in state.held[at]}
        shared = {state.kinds[what] for what in held if what not in state.quiet}
        same: set[int] = {FAMILY[kind] for kind in shared if kind in FAMILY}
        left = right = 0
        for at in mine:
            left |= _families(state.masks[at])
        for at in others:
            right |= _families(state.masks[at])
        both: set[int] = {family for family in Family if left & right & 1 << family}
        if Family.NAME not in same and Kind.NAME_PART in shared:
            both.discard(Family.NAME)
        return both, same & both


@lru_cache(maxsize=65_536)
def _families(mask: int) -> int:
    return sum(1 << family for family in Family if named(mask, family))


def _learn(bodies: _Bodies) -> Learnt:
    learnt = Learnt()
    sample = list(_sample(bodies))
    at_home = _at_home(bodies, sample, learnt)
    _learn_countries(bodies, at_home, learnt)
    if not learnt.agree:
        return learnt
    right, tried = Counter[Sort](), defaultdict[Sort, float](float)
    for at in sample:
        for body, told in ties(bodies.state, bodies.home, (at,)).items():
            both, same = bodies.compared((at,), body)
            for tie in told:
                for family in both:
                    if family != tie.family and family in learnt.agree:
                        tried[tie.sort] += learnt.agree[family]
                        right[tie.sort] += family in same
    learnt.odds = _odds(right, tried)
    return learnt


def _odds(right: Counter[Sort], tried: Mapping[Sort, float]) -> dict[Sort, float]:
    """Log odds of each sort. Where few were seen, those of all sorts of a kind speak with them."""
    of_kind: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, DOUBTED])
    for sort, expected in tried.items():
        of_kind[sort[0], sort[4]][0] += right[sort]
        of_kind[sort[0], sort[4]][1] += expected
    found = {}
    for sort, expected in tried.items():
        hits, all_of_kind = of_kind[sort[0], sort[4]]
        share = (right[sort] + LENT * hits / all_of_kind) / (expected + LENT)
        share = min(BEST, max(1 - BEST, share))
        found[sort] = log(share / (1 - share))
    return found


def _sample(bodies: _Bodies) -> Iterator[int]:
    """Reports that share something; of very many some, chosen by their numbers, which are as good
    as dice and the same in every order."""
    every = len(bodies.state.held) // SAMPLE + 1
    for members in bodies.members.values():
        for at in members:
            if bodies.state.ground.numbers[at] % every == 0:
                yield at


def _at_home(bodies: _Bodies, sample: Collection[int], learnt: Learnt) -> list[int]:
    """Learn how often the reports of a body agree; returns those that surely are at home. What
    brought a report home says nothing of how often that agrees."""
    both, agreed, at_home = Counter[int](), Counter[int](), []
    for at in sample:
        body = bodies.labels[at]
        if len(bodies.members[body]) < 2:
            continue
        named_by_both, same = bodies.compared((at,), body)
        sure = same & STRONG
        if not sure:
            continue
        at_home.append(at)
        for family in named_by_both:
            if sure - {family}:
                both[family] += 1
                agreed[family] += family in same
    learnt.agree = {f: agreed[f] / both[f] for f in both if both[f] >= ENOUGH and agreed[f]}
    return at_home


def _learn_countries(bodies: _Bodies, at_home: Sequence[int], learnt: Learnt) -> None:
    """Two of one body come from one country more often than any two: how much more?"""
    countries = bodies.state.ground.countries
    seen = Counter(country for country in countries if country)
    total = sum(seen.values())
    learnt.usual = {country: count / total for country, count in seen.items()}
    pairs, alike = 0, 0
    for at in at_home:
        mates = bodies.members[bodies.labels[at]]
        mate = mates[(mates.index(at) + 1) % len(mates)]
        if mate != at and countries[at] and countries[mate]:
            pairs += 1
            alike += countries[at] == countries[mate]
    by_chance = sum(share * share for share in learnt.usual.values())
    if pairs >= ENOUGH and alike / pairs > by_chance + 0.02:
        learnt.pull = max(LEAST_PULL, (1 - alike / pairs) / (alike / pairs - by_chance))


def _from_there(bodies: _Bodies, learnt: Learnt, mine: Collection[int], body: int) -> float:
    """What the countries of these reports say of their belonging to a body, in nats."""
    if not learnt.pull:
        return 0.0
    there = bodies.countries(body)
    size, said = sum(there.values()), 0.0
    for at in mine:
        country = bodies.state.ground.countries[at]
        if country and size:
            usual = learnt.usual[country]
            share = (there[country] + learnt.pull * usual) / (size + learnt.pull)
            said += log(share / usual)
    return min(HOME, max(FAR, said))


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a fragment most likely belongs."""

    odds: float
    fragment: int
    body: int

    def rank(self, numbers: Sequence[int]) -> tuple[float, int]:
        return self.odds, -numbers[self.body]


def _joined(bodies: _Bodies, learnt: Learnt) -> list[int]:
    numbers = bodies.state.ground.numbers
    ways = [
        way
        for label, members in bodies.members.items()
        if len(members) <= FRAGMENT and (way := _way(bodies, learnt, label, members)) is not None
    ]
    unions = Unions(len(bodies.labels))
    unions.join_all(bodies.labels)
    moved: set[int] = set()
    for way in sorted(ways, key=lambda w: (-w.odds, numbers[w.fragment])):
        if way.body not in moved and way.fragment not in moved:
            moved.add(way.fragment)
            unions.join(way.fragment, way.body)
    return unions.labels()


def _way(bodies: _Bodies, learnt: Learnt, label: int, members: Collection[int]) -> _Way | None:
    numbers, best = bodies.state.ground.numbers, None
    for body, told in ties(bodies.state, bodies.home, members).items():
        odds = AT_FIRST
        odds += sum(max(0.0, learnt.odds.get(tie.sort, AT_FIRST) - AT_FIRST) for tie in told)
        sure = SURE + WIDER * log(len(bodies.members[body]))
        if odds + HOME < sure:
            continue
        own = {tie.family for tie in told}
        both, same = bodies.compared(members, body)
        odds -= sum(learnt.cost(family) for family in both - same - own)
        odds += _from_there(bodies, learnt, members, body)
        if odds >= sure and (best is None or (odds, -numbers[body]) > best.rank(numbers)):
            best = _Way(odds, label, body)
    return best
