# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of a ground so far: what is muted, what each value weighs, and which values are
witnesses independent of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from amana.kernel.linking.company import companions
from amana.kernel.linking.ground import COUNT_BITS, MOST_COUNTED, Ground, named
from amana.kernel.linking.kinds import AT_FIRST, CORROBORATES, FAMILY, NEAR, Kind
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.scales import Scales
from amana.kernel.linking.unions import Unions

WORLD: Final = 5_000
"""Reports are few at first and people are many: chance is reckoned against at least this many."""
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
FASHIONABLE: Final = 3.0
"""So much less a handle weighs that is in fashion."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people have decided: pairs of report numbers, and tokens."""

    together: Collection[tuple[int, int]] = ()
    apart: Collection[tuple[int, int]] = ()
    muted: Collection[int] = frozenset()
    unmuted: Collection[int] = frozenset()
    known: Collection[int] = frozenset()


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
                self.doubt[value] = self.doubt.get(value, 0.0) + FASHIONABLE

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
