# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which reports mean one person.

Three steps, none of which depends on the order of the reports:

1. *Judge* every shared value: does it belong to one person, or is it a bank's hotline, a platform's
   mailbox, a reporter's own number? Those who share it and agree on something else speak for it;
   those who differ in everything else they say speak against. What is shared by strangers is muted.
2. *Kernels*: reports that agree on two independent things.
3. *Bridges*: kernels joined by the sum of what links them, less what they contradict each other in.
   A thin bridge between two bodies must hold against all that both sides say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from amana.kernel.linking.bridges import bridge
from amana.kernel.linking.company import companions
from amana.kernel.linking.ground import COUNT_BITS, MOST_COUNTED, Ground, named
from amana.kernel.linking.kinds import (
    AT_FIRST,
    CORROBORATES,
    FAMILY,
    NEAR,
    Family,
    Kind,
    carries,
)
from amana.kernel.linking.likely import attach
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.scales import Scales, idle, learn
from amana.kernel.linking.unions import Unions

SAMPLE: Final = 256
"""Holders of one value that are looked at to judge it; the numbers are random, so the first are
a fair sample."""
WORLD: Final = 5_000
"""Reports are few at first and people are many: chance is reckoned against at least this many."""
LARGEST_OFFENDER: Final = 64
COMMON_NAME: Final = 0.002
"""A name or a part of one that more than one report in five hundred holds is no witness."""
NAMES: Final = frozenset({Kind.NAME, Kind.NAME_PART})
OF_MANY: Final = frozenset({Kind.SERVICE_PHONE, Kind.ROLE_EMAIL, Kind.NICK, Kind.URL, Kind.IP})
WITNESSES: Final = frozenset({*CORROBORATES, *(kind | NEAR for kind in CORROBORATES)}) - OF_MANY
WITNESSES_OF_SLIP: Final = WITNESSES - {Kind.NAME_PART, Kind.TEXT}
WITNESSES_OF_WEAK: Final = frozenset(
    {Kind.PHONE, Kind.EMAIL, Kind.HANDLE, Kind.IBAN, Kind.WALLET, Kind.FILE}
)
"""What counts as a second witness beside a value. Beside a weak one, as a text or a page in the
news, only what is somebody's own: the name of a minister and a text that goes round are two
things, and no person."""
SLIP_SHARE: Final = 4
IN_FASHION: Final = 4
SPREAD: Final = 3.0
DOUBT: Final = 1.0
AGREES: Final = 1.5
SPELLS: Final = 4
"""Bodies of one person, each of another time, that have nothing else in common: hardly more."""
TWICE: Final = 3.0
"""That somebody who is not meant is known by two values at once is that much rarer."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people have decided: pairs of report numbers, and tokens."""

    together: Collection[tuple[int, int]] = ()
    apart: Collection[tuple[int, int]] = ()
    muted: Collection[int] = frozenset()
    unmuted: Collection[int] = frozenset()
    known: Collection[int] = frozenset()


@dataclass(slots=True)
class Outcome:
    """`labels`: for each report the place of the report that stands for its cluster. `muted`: token
    to reason. `likely`: places of the reports that a weak tie brought where they stand."""

    labels: list[int]
    muted: dict[int, Muted] = field(default_factory=dict)
    likely: Collection[int] = frozenset()


class Field:
    """A ground with what has been found out about it so far. Pairs of values that are one slip
    apart stand as further tokens behind the real ones."""

    def __init__(self, ground: Ground, decisions: Decisions) -> None:
        self.ground = ground
        self.kinds = list(ground.kinds)
        self.held = [list(places) for places in ground.held]
        self.holders = list(ground.holders)
        self.counts = list(ground.counts)
        self.masks = list(ground.masks)
        self.total = max(ground.total, WORLD)
        self.scales = Scales()
        self.idle: Collection[int] = frozenset()
        self.company = companions(self.kinds, self.held, self.holders)
        rare = self.total * COMMON_NAME
        self.common = {
            place
            for place, kind in enumerate(self.kinds)
            if kind in NAMES and self.counts[place] > rare
        }
        self.parents: dict[int, tuple[int, int]] = {}
        self.kin: dict[int, set[int]] = {}
        self.quiet: dict[int, Muted] = {}
        self.doubt: dict[int, float] = {}
        self._hear(decisions)

    def _hear(self, decisions: Decisions) -> None:
        for place, token in enumerate(self.ground.tokens):
            if token in decisions.unmuted:
                self.doubt[place] = 0.0
            elif token in decisions.muted:
                self.mute(place, Muted.OFFICER)
            elif token in decisions.known:
                self.mute(place, Muted.KNOWN)

    def trust(self, place: int) -> float:
        """Log odds that this shared value alone means one person."""
        kind = self.kinds[place]
        if kind & ~NEAR in self.idle:
            return AT_FIRST
        return self.scales.of(kind) - self.doubt.get(place, 0.0)

    def mute(self, place: int, why: Muted) -> None:
        """From now on this value links nobody, and that others differ in it says nothing."""
        self.quiet[place] = why
        family = FAMILY.get(self.kinds[place])
        if family is None:
            return
        for who in self.holders[place]:
            if 0 < named(self.masks[who], family) < MOST_COUNTED:
                self.masks[who] -= 1 << COUNT_BITS * family

    def add_near(self) -> None:
        """Lay down pairs that are one slip apart, as far as neither value is muted."""
        self._hush_slips()
        for one, other in self.ground.near:
            if one in self.quiet or other in self.quiet:
                continue
            place = len(self.kinds)
            self.parents[place] = (one, other)
            self.kinds.append(self.kinds[one] | NEAR)
            both = sorted({*self.holders[one], *self.holders[other]})
            self.holders.append(both)
            self.counts.append(self.counts[one] + self.counts[other])
            for value in (one, other):
                self.kin.setdefault(value, set()).add(place)
            for who in both:
                self.held[who].append(place)
        for value, slips in self.kin.items():
            # king1, king2, king3: a name in fashion, not a name of somebody.
            if self.kinds[value] == Kind.HANDLE and len(slips) >= IN_FASHION:
                self.doubt[value] = self.doubt.get(value, 0.0) + SPREAD

    def _hush_slips(self) -> None:
        """A hotline typed with a slip is no person's number either."""
        pairs = [*self.ground.near, *((b, a) for a, b in self.ground.near)]
        slips = {
            other: self.quiet[one]
            for one, other in pairs
            if one in self.quiet
            and other not in self.quiet
            and self.counts[one] >= SLIP_SHARE * self.counts[other]
        }
        for place, why in sorted(slips.items()):
            self.mute(place, why)

    def besides(self, place: int, *, company: bool = False) -> set[int]:
        """Tokens that say the same as this one: they are no second witness. With `company` what
        keeps company with it is one all the same."""
        values = {*self.parents.get(place, (place,))}
        if not company:
            values = values.union(*(self.company.get(value, ()) for value in values))
        return values.union({place}, *(self.kin.get(value, ()) for value in values))

    def split(self, place: int, members: Sequence[int], *, company: bool = False) -> Unions:
        """Who among the holders of a value agrees with whom on something independent of it."""
        unions = Unions(len(members))
        share = len(members) / self.total
        for what, agreed in self._agreed(place, members, company).items():
            by_chance = share * self.counts[what]
            if len(agreed) > 1 and (by_chance <= 0.1 or len(agreed) >= max(3.0, 5 * by_chance)):
                for at in agreed[1:]:
                    unions.join(agreed[0], at)
        return unions

    def _agreed(self, place: int, members: Sequence[int], company: bool) -> dict[int, list[int]]:
        """Independent tokens that some of these reports share, each with those that hold it."""
        held, kinds, kind = self.held, self.kinds, self.kinds[place]
        shared: set[int]
        if len(members) == 2:
            shared = {*held[members[0]]}.intersection(held[members[1]])
        else:
            everything = [what for who in members for what in held[who]]
            if len({*everything}) > len(everything) - len(members):
                return {}  # each holds what all hold, and nothing else is held twice
            shared = {what for what, times in Counter(everything).items() if times > 1}
        allowed = WITNESSES
        if kind not in WITNESSES_OF_WEAK:
            allowed = WITNESSES_OF_SLIP if kind & NEAR else WITNESSES_OF_WEAK
        allowed = allowed.difference(self.idle)
        quiet, common = self.quiet, self.common
        shared = {
            what
            for what in shared.difference(self.besides(place, company=company))
            if kinds[what] in allowed and what not in quiet and what not in common
        }
        if len(members) == 2:
            return {what: [0, 1] for what in shared}
        found: dict[int, list[int]] = {what: [] for what in shared}
        if found:
            for at, who in enumerate(members):
                for what in shared.intersection(held[who]):
                    found[what].append(at)
        return found


def cluster(
    ground: Ground, decisions: Decisions | None = None, *, proposals: bool = False
) -> Outcome:
    """Say which reports belong together. Equal sets give equal clusters in whatever order.

    With `proposals` also those that only a handle, a text or a slip links, where such links have
    proven right in this very ground: what a person is asked to confirm."""
    told = decisions or Decisions()
    state = Field(ground, told)
    kernels = Unions(len(ground.numbers))
    order = sorted(
        (place for place in range(len(ground.tokens)) if carries(state.kinds[place])),
        key=lambda place: (-state.counts[place], ground.tokens[place]),
    )
    state.idle = idle(state, order)
    for place in order:
        _judge(state, place)
    state.add_near()
    state.scales = learn(state, proposals=proposals)
    for place in [*order, *state.parents]:
        if place not in state.quiet and state.kinds[place] & ~NEAR not in state.idle:
            _kernels_of(state, place, kernels)
    _judge_again(state, kernels.labels())
    labels = bridge(state, kernels)
    if not proposals:
        # Once more: what has grown together may hold a second witness for who stood alone.
        kernels.join_all(labels)
        labels = bridge(state, kernels)
    likely: set[int] = set()
    if proposals:
        found = attach(state, labels)
        likely = {at for at, label in enumerate(found) if label != labels[at]}
        labels = found
    muted = {ground.tokens[place]: why for place, why in state.quiet.items()}
    return Outcome(labels, muted, likely)


def _kernels_of(state: Field, place: int, kernels: Unions) -> None:
    members = state.holders[place]
    if len(members) < 2:
        return
    unions = state.split(place, members)
    for at, first in enumerate(unions.labels()):
        if first != at:
            kernels.join(members[first], members[at])


def _judge(state: Field, place: int) -> None:
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


def _judge_again(state: Field, labels: Sequence[int]) -> None:
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
