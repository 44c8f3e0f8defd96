# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bodies in which reports stand for now, and what a few reports and a body both say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import FAMILY_BIT, named
from amana.kernel.linking.kinds import NEAR, Family, Kind
from amana.kernel.linking.ragged import Bools, Ints, Ragged, counted, find, ranked

LOOKED_AT: Final = 48
"""Of a large body so many reports, the first, are compared with another."""
HALF: Final = len(Family)
"""Beside the families: half a name."""
_BIT: Final = FAMILY_BIT.copy()
_BIT[NEAR:] = 0
_BIT[Kind.NAME_PART] = 1 << HALF


@dataclass(frozen=True, slots=True)
class Few:
    """f times one report, or two: `first` and `second` (f), the same where it is one."""

    first: Ints
    second: Ints

    @classmethod
    def alone(cls, reports: Ints) -> Few:
        return cls(reports, reports)

    def __getitem__(self, piece: slice | Ints) -> Few:
        return Few(self.first[piece], self.second[piece])

    def __len__(self) -> int:
        return len(self.first)

    def reports(self) -> tuple[Ints, Ints]:
        """All of them, each with its index."""
        two = np.flatnonzero(self.first != self.second)
        return np.append(np.arange(len(self)), two), np.append(self.first, self.second[two])


class Mates:
    """For each of r reports the label of its body; only those that hold something are `members`
    of the body. `sizes` (r): how many those are, under the label. `place` (r): which of the members
    of its body each is."""

    def __init__(self, state: Field, labels: Ints) -> None:
        self.state, self.labels = state, labels
        holding = np.flatnonzero(state.held.sizes)
        self.members = Ragged.of_pairs(labels[holding], holding, len(labels))
        self.sizes = self.members.sizes
        before, _ = ranked(self.members.rows)
        self.place = np.zeros(len(labels), dtype=np.int64)
        self.place[self.members.flat] = before
        self._says = (_BIT[state.kinds] > 0) & ~state.silent
        self._said = state.held.only(self._says[state.held.flat])
        self._keys, self._times = self._held_there()
        self._naming = self._named_there()

    def _held_there(self) -> tuple[Ints, Ints]:
        """Body and value as one number, in order, and how many of that body hold that value."""
        rows = self._said.rows
        near = self.place[rows] < LOOKED_AT
        keys = self.labels[rows[near]] * len(self.state.kinds) + self._said.flat[near]
        return counted(keys)

    def _named_there(self) -> Ints:
        """For each body (r) and family how many of those that are looked at name one."""
        near = self.members.flat[self.place[self.members.flat] < LOOKED_AT]
        found = np.zeros((len(self.labels), len(Family)), dtype=np.int64)
        for family in Family:
            said = near[self._names(near, family)]
            found[:, family] = np.bincount(self.labels[said], minlength=len(self.labels))
        return found

    def _names(self, reports: Ints, family: Family) -> Bools:
        return named(self.state.masks[reports], family) > 0

    def compared(self, few: Few, body: Ints) -> tuple[Ints, Ints]:
        """Families (a bit each) that few reports and the others of a body (f) both name, and those
        of them in which they agree. Half a name in common is neither. Two reports are never
        compared with their own body."""
        which, at = few.reports()
        inside = (self.labels[at] == body[which]) & (self.place[at] < LOOKED_AT)
        same = self._agreeing(body, which, at, inside)
        both = np.zeros(len(body), dtype=np.int64)
        for family in Family:
            mine, theirs = np.zeros(len(body), dtype=bool), self._naming[body, family]
            naming = self._names(at, family)
            mine[which[naming]] = True
            theirs = theirs - np.bincount(which[naming & inside], minlength=len(body))
            both |= (mine & (theirs > 0)).astype(np.int64) << family
        half = (same >> HALF & 1 == 1) & (same >> Family.NAME & 1 == 0)
        both[half] &= ~(1 << Family.NAME)
        return both, same & both

    def _agreeing(self, body: Ints, which: Ints, at: Ints, inside: Bools) -> Ints:
        """Of each body (f) a bit for each family, and half names, that others in it share."""
        entry, what = self._said.take(at)
        keys = body[which[entry]] * len(self.state.kinds) + what
        place, there = find(self._keys, keys)
        there[there] = self._times[place[there]] > inside[entry[there]]
        found = np.zeros(len(body), dtype=np.int64)
        bits, pair = _BIT[self.state.kinds[what[there]]], which[entry[there]]
        for family in range(HALF + 1):
            one = np.zeros(len(body), dtype=bool)
            one[pair[bits == 1 << family]] = True
            found |= one.astype(np.int64) << family
        return found
