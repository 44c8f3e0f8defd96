# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of a ground so far: what is muted, what each value weighs, and which values say the
same as others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.linking.company import companions
from amana.kernel.linking.ground import COUNT_BITS, FAMILY_OF, MOST_COUNTED, Ground, among, named
from amana.kernel.linking.kinds import AT_FIRST, NEAR, Family, Kind, carries
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.ragged import Bools, Floats, Ints, Kinds, Ragged, counted
from amana.kernel.linking.scales import Scales

WORLD: Final = 5_000
"""Reports are few at first and people are many: chance is reckoned against at least this many."""
COMMON_NAME: Final = 0.002
"""A name or a part of one that more than one report in five hundred holds is no witness."""
NAMES: Final = among((Kind.NAME, Kind.NAME_PART))
SLIP_SHARE: Final = 4
IN_FASHION: Final = 4
FASHIONABLE: Final = 3.0
"""So much less a handle weighs that is in fashion."""
CARRIES: Final = among(kind for kind in range(256) if carries(kind))


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people have decided: pairs of report numbers, and tokens."""

    together: Collection[tuple[int, int]] = ()
    apart: Collection[tuple[int, int]] = ()
    muted: Collection[int] = frozenset()
    unmuted: Collection[int] = frozenset()
    known: Collection[int] = frozenset()


class Field:
    """A ground of r reports and t values, with what has been found out about it so far. Pairs of
    values that are one slip apart stand as further values behind the real ones.

    Of each value: `kinds`, `counts`, `holders`, `doubt` (what speaks against it), `silent` (whether
    it is muted; `quiet` says why), `common` (names that very many go by), `judged` (whether it is
    a link by itself), `alone` (whether it has been found to keep no company after all). Of each
    report: `held`, `names` (those values of it that are names), `masks`. `company` and `kin`: for
    each value those that it keeps company with, and the slips that it is part of; `parents`
    (n x 2): for each slip its two values. `idle` (256): kinds that say nothing here, with a slip
    or without."""

    def __init__(self, ground: Ground, decisions: Decisions) -> None:
        self.ground = ground
        self.kinds: Kinds = np.array(ground.kinds, dtype=np.uint8)
        self.counts: Ints = np.array(ground.counts, dtype=np.int64)
        self.masks: Ints = np.array(ground.masks, dtype=np.int64)
        self.held, self.holders = ground.held, ground.holders
        self.numbers: Ints = np.array(ground.numbers, dtype=np.int64)
        self.total = max(ground.total, WORLD)
        self.scales = Scales()
        self.idle: Bools = among(())
        self.company = companions(self.kinds, self.held, self.holders)
        rare = self.total * COMMON_NAME
        self.common: Bools = NAMES[self.kinds] & (self.counts > rare)
        self.parents: Ints = np.zeros((0, 2), dtype=np.int64)
        self.kin = Ragged.of_pairs(self.parents[:, 0], self.parents[:, 1], len(self.kinds))
        self.alone: Bools = np.zeros(len(self.kinds), dtype=bool)
        self.names = self.held.only(NAMES[self.kinds][self.held.flat])
        self.quiet: dict[int, Muted] = {}
        self.silent: Bools = np.zeros(len(self.kinds), dtype=bool)
        self.doubt: Floats = np.zeros(len(self.kinds))
        self.unmuted: Bools = np.zeros(len(self.kinds), dtype=bool)
        self._hear(decisions)
        self.judged: Bools = CARRIES[self.kinds] & ~self.silent

    def _hear(self, decisions: Decisions) -> None:
        said: dict[Muted, list[int]] = {Muted.OFFICER: [], Muted.KNOWN: []}
        for place, token in enumerate(self.ground.tokens):
            if token in decisions.unmuted:
                self.unmuted[place] = True
            elif token in decisions.muted:
                said[Muted.OFFICER].append(place)
            elif token in decisions.known:
                said[Muted.KNOWN].append(place)
        for why, places in said.items():
            self.mute(np.array(places, dtype=np.int64), why)

    @property
    def first_slip(self) -> int:
        """The place of the first pair of values that are one slip apart."""
        return len(self.ground.tokens)

    def trust(self, places: Ints) -> Floats:
        """Log odds that each of these shared values alone means one person."""
        kinds = self.kinds[places]
        trust = self.scales.trust[kinds] - self.doubt[places]
        return np.where(self.idle[kinds], AT_FIRST, trust)

    def mute(self, places: Ints, why: Muted) -> None:
        """From now on these link nobody, and that others differ in them says nothing."""
        self.quiet |= dict.fromkeys(places.tolist(), why)
        self.silent[places] = True
        family = FAMILY_OF[self.kinds[places]]
        for one in Family:
            if (family == one).any():
                who, times = counted(self.holders.take(places[family == one])[1])
                often = named(self.masks[who], one)
                times = np.where(often < MOST_COUNTED, np.minimum(often, times), 0)
                self.masks[who] -= times << COUNT_BITS * one

    def add_near(self) -> None:
        """Lay down pairs that are one slip apart, as far as neither value is muted."""
        near: Ints = np.array(self.ground.near, dtype=np.int64).reshape(-1, 2)
        self._hush_slips(near)
        self.parents = near = near[~self.silent[near].any(axis=1)]
        one, other = near.T
        slips, more = np.arange(len(near)), len(near)
        holders = self._either(one, other)
        self.kinds = np.concatenate([self.kinds, self.kinds[one] | NEAR])
        self.counts = np.concatenate([self.counts, self.counts[one] + self.counts[other]])
        self.holders = self.holders.and_more(holders)
        self.held = self.held.longer(holders.flat, holders.rows + self.first_slip)
        values = np.concatenate([one, other])
        self.kin = Ragged.of_pairs(values, np.tile(slips, 2) + self.first_slip, len(self.kinds))
        nothing = Ragged(np.zeros(more + 1, dtype=np.int64), np.zeros(0, dtype=np.int64))
        self.company = self.company.and_more(nothing)
        for name in ("silent", "common", "unmuted", "judged", "alone", "doubt"):
            known = getattr(self, name)
            setattr(self, name, np.concatenate([known, np.zeros(more, dtype=known.dtype)]))
        # king1, king2, king3: a name in fashion, not a name of somebody.
        fashion = (self.kinds == Kind.HANDLE) & (self.kin.sizes >= IN_FASHION)
        self.doubt[fashion] += FASHIONABLE

    def _either(self, one: Ints, other: Ints) -> Ragged:
        """For each pair of values who holds one of them, in order, each once."""
        reports = max(1, len(self.masks))
        pairs = [self.holders.take(values) for values in (one, other)]
        keys, _ = counted(np.concatenate([which * reports + who for which, who in pairs]))
        slip, who = np.divmod(keys, reports)
        return Ragged.of_pairs(slip, who, len(one))

    def _hush_slips(self, near: Ints) -> None:
        """A hotline typed with a slip is no person's number either."""
        loud, low = np.concatenate([near, near[:, ::-1]]).T
        hushed = self.silent[loud] & ~self.silent[low]
        hushed &= self.counts[loud] >= SLIP_SHARE * self.counts[low]
        why = {
            b: self.quiet[a]
            for a, b in zip(loud[hushed].tolist(), low[hushed].tolist(), strict=True)
        }
        for reason in Muted:
            self.mute(np.array([b for b in why if why[b] == reason], dtype=np.int64), reason)

    def besides(self, places: Ints, *, company: bool = False) -> Ints:
        """What says the same as each of these values and is no second witness: the index of the
        value times all values, plus the place of the other, in order. With `company` what keeps
        company with it is one all the same."""
        which = np.arange(len(places))
        slip = places >= self.first_slip
        own = (which[~slip], places[~slip])
        parents = self.parents[places[slip] - self.first_slip]
        mine = [own, (which[slip], parents[:, 0]), (which[slip], parents[:, 1])]
        if not company:
            mine += [_led(self.company, *self._in_company(*values)) for values in mine]
        mine += [_led(self.kin, *values) for values in mine]
        mine.append((which, places))
        keys = [which * len(self.kinds) + what for which, what in mine]
        return np.sort(np.concatenate(keys))

    def _in_company(self, which: Ints, values: Ints) -> tuple[Ints, Ints]:
        kept = ~self.alone[values]
        return which[kept], values[kept]


def _led(further: Ragged, which: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Where these values lead to."""
    at, found = further.take(values)
    return which[at], found
