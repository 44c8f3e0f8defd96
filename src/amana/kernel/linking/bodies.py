# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies of reports and what they say, while they grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import FAMILY_BIT, named
from amana.kernel.linking.kinds import NEAR, Family
from amana.kernel.linking.ragged import Bools, Ints, Ragged, counted, find, pieces

AT_ONCE: Final = 1_000_000
FEWEST: Final = 3
"""What fewer hold is nobody's who stands between many."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a body of reports says: for each family how many of them name a value."""

    size: int
    named: tuple[int, ...]

    def merged(self, other: Profile) -> Profile:
        both = zip(self.named, other.named, strict=True)
        return Profile(self.size + other.size, tuple(a + b for a, b in both))


class Bodies:
    """Bodies of reports, each known by one of them (`home`: r reports to theirs); of reports that
    hold nothing shared nobody asks.

    `sizes` (r) and `named` (r x families) are what each body was when nothing had grown yet; what
    it is by now is asked of `profile`, `of` and `members`."""

    def __init__(self, state: Field, home: Ints) -> None:
        self.state, self.home = state, home
        self.kinds: list[int] = state.kinds.tolist()
        self.trust: list[float] = state.trust(np.arange(len(self.kinds))).tolist()
        self.in_company = (state.company.sizes > 0) & ~state.alone
        kept = np.flatnonzero(self.in_company).tolist()
        self.company = {place: frozenset(state.company[place]) for place in kept}
        may_stray = (state.kinds < NEAR) & (FAMILY_BIT[state.kinds] > 0)
        self.may_stray: list[bool] = (may_stray & (state.holders.sizes >= FEWEST)).tolist()
        holding = np.flatnonzero(state.held.sizes)
        self._members = Ragged.of_pairs(home[holding], holding, len(home))
        self.sizes = self._members.sizes
        self.named = np.zeros((len(home), len(Family)), dtype=np.int64)
        for family in Family:
            names = named(state.masks[holding], family) > 0
            said = home[holding[names]]
            self.named[:, family] = np.bincount(said, minlength=len(home))
        self._names = _names(state, home)
        self._profiles: dict[int, Profile] = {}
        self._grown: dict[int, list[int]] = {}
        self._gone: dict[int, int] = {}
        self._holders: dict[int, list[int]] = {}
        self._held: dict[int, list[int]] = {}
        self._tallies: dict[int, Counter[int]] = {}

    def profile(self, body: int) -> Profile:
        found = self._profiles.get(body)
        if found is None:
            found = Profile(int(self.sizes[body]), tuple(self.named[body].tolist()))
            self._profiles[body] = found
        return found

    def members(self, body: int) -> list[int]:
        return self._grown.get(body) or self._members[body]

    def of(self, report: int) -> int:
        """The body in which a report stands by now."""
        body = int(self.home[report])
        while (into := self._gone.get(body)) is not None:
            body = into
        return body

    def join(self, stays: int, goes: int) -> None:
        tallies = [self._tallies.pop(body, None) for body in (stays, goes)]
        if any(tallies):
            # What has been counted once is not counted anew when a body grows.
            one, other = (
                found or self._tallied(body)
                for found, body in zip(tallies, (stays, goes), strict=True)
            )
            more, less = (one, other) if len(one) > len(other) else (other, one)
            more.update(less)
            self._tallies[stays] = more
        self._gone[goes] = stays
        self._grown[stays] = [*self.members(stays), *self.members(goes)]
        self._profiles[stays] = self.profile(stays).merged(self.profile(goes))

    def holders(self, place: int) -> list[int]:
        found = self._holders.get(place)
        if found is None:
            found = self._holders[place] = self.state.holders[place]
        return found

    def held(self, report: int) -> list[int]:
        found = self._held.get(report)
        if found is None:
            found = self._held[report] = self.state.held[report]
        return found

    def tally(self, body: int) -> Counter[int]:
        """How many reports of a body hold each value."""
        found = self._tallies.get(body)
        if found is None:
            found = self._tallies[body] = self._tallied(body)
        return found

    def _tallied(self, body: int) -> Counter[int]:
        return Counter(chain.from_iterable(map(self.held, self.members(body))))

    def holding(self, body: int, places: Collection[int]) -> int:
        """How many reports of a body hold one of these values; looked for where fewer are."""
        members = self.members(body)
        if len(members) < sum(len(self.holders(place)) for place in places):
            wanted = frozenset(places)
            return sum(not wanted.isdisjoint(self.held(at)) for at in members)
        return len({who for place in places for who in self.holders(place) if self.of(who) == body})

    def alike(self, one: Ints, other: Ints) -> Bools:
        """Whether bodies that have not grown go by one name, or by half of one: pair by pair."""
        keys = self._names.rows * len(self.kinds) + self._names.flat
        found = np.zeros(len(one), dtype=bool)
        for piece in pieces(self._names.size_of(one), AT_ONCE):
            pair, name = self._names.take(one[piece])
            pair += piece.start
            _, both = find(keys, other[pair] * len(self.kinds) + name)
            found[pair[both]] = True
        return found


def _names(state: Field, home: Ints) -> Ragged:
    """For each body the names, and parts of names, that it goes by."""
    values = max(1, len(state.kinds))
    keys, _ = counted(home[state.names.rows] * values + state.names.flat)
    return Ragged.of_pairs(*np.divmod(keys, values), len(home))
