# SPDX-License-Identifier: AGPL-3.0-or-later
"""What little ties a report or two to a body of others: a name, a handle, a value with a slip, a
text. Each such tie is of a sort: what it is, and how many hold it, here and elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.linking.ground import among, named
from amana.kernel.linking.kinds import NEAR, Family, Kind
from amana.kernel.linking.mates import Few, Mates
from amana.kernel.linking.ragged import Bools, Ints, Kinds, counted, find, firsts, groups

MOST_HOLDERS: Final = 64
WEAK: Final = among((Kind.HANDLE, Kind.NICK, Kind.TEXT))
CROWD: Final = 4
SOME: Final = np.array([0, 1, 2, 3, 3, 4])
"""0, 1, 2, 3 or 4, 5 or more."""
_SHAPE: Final = (256, 5, 5, 5, 4)
SORTS: Final = int(np.prod(_SHAPE))
"""A sort is one number: the kind, how large the body is, how many in it hold that, how many
elsewhere do (all roughly), and what else tells such ties apart."""


@dataclass(frozen=True, slots=True)
class Ties:
    """n ties: which of the few (an index) to which body, by what kind, and of what sort."""

    few: Ints
    body: Ints
    kind: Ints
    sort: Ints


def kind_and_more(sorts: Ints) -> tuple[Ints, Ints]:
    """What a sort has in common with those of other sizes."""
    kind, _, _, _, more = np.unravel_index(sorts, _SHAPE)
    return kind, more


@dataclass(frozen=True, slots=True)
class _Others:
    """Holders besides the few, by what they share with them: `entry[i]` is an index in `few`,
    `kind` and `more` (what else tells such ties apart), `who[i]` the holder."""

    few: Ints
    kind: Kinds
    more: Ints
    entry: Ints
    who: Ints


class Tying:
    """Looks for the ties of a few reports to the bodies of others."""

    def __init__(self, mates: Mates) -> None:
        self.mates, self.state = mates, mates.state
        values = len(self.state.kinds)
        self._held = self.state.held.rows * values + self.state.held.flat
        value = np.unique(self.state.parents)
        which, who = self.state.holders.take(value)
        # Which bodies hold each value that has a slip, and how many reports of it.
        self._bodies, self._often = counted(
            value[which] * len(self.state.masks) + mates.labels[who]
        )

    def ties(self, few: Few) -> Ties:
        """For each body of others, in which the few themselves are not counted, what ties these to
        it: of each kind what most of that body hold, since one slip has many neighbours. In the
        order of the few, and of the bodies."""
        which, at = few.reports()
        entry, what = self.state.held.take(at)
        loud = ~self.state.silent[what]
        entry, what = entry[loud], what[loud]
        which, at, kind = which[entry], at[entry], self.state.kinds[what]
        weak, slip, name = WEAK[kind], kind >= NEAR, kind == Kind.NAME
        found = [
            self._counted(few, others)
            for others in (
                self._of_weak(few, which[weak], what[weak]),
                self._of_slip(few, which[slip], at[slip], what[slip]),
                self._of_name(few, which[name], at[name], what[name]),
            )
        ]
        return _best(*np.concatenate(found, axis=1))

    def _holders(self, few: Few, which: Ints, what: Ints) -> tuple[Ints, Ints]:
        """Who besides the few themselves holds these values, each with its index in them; of those
        that many hold nobody."""
        asked = np.flatnonzero(self.state.holders.size_of(what) <= MOST_HOLDERS)
        entry, who = self.state.holders.take(what[asked])
        entry = asked[entry]
        other = (who != few.first[which[entry]]) & (who != few.second[which[entry]])
        return entry[other], who[other]

    def _holds(self, who: Ints, what: Ints) -> Bools:
        return find(self._held, who * len(self.state.kinds) + what)[1]

    def _of_weak(self, few: Few, which: Ints, what: Ints) -> _Others:
        more = np.zeros(len(what), dtype=np.int64)
        return _Others(which, self.state.kinds[what], more, *self._holders(few, which, what))

    def _of_slip(self, few: Few, which: Ints, at: Ints, what: Ints) -> _Others:
        """Those who hold the other value of a slip, in bodies where nobody holds the own one."""
        state = self.state
        one, other = state.parents[what - state.first_slip].T
        holds = self._holds(at, one)
        own, theirs = np.where(holds, one, other), np.where(holds, other, one)
        entry, who = self._holders(few, which, theirs)
        body = self.mates.labels[who]
        at, there = find(self._bodies, own[entry] * len(state.masks) + body)
        there[there] = (
            self._often[at[there]] > (self.mates.labels[few.first[which[entry]]] == body)[there]
        )
        crowd = np.minimum(state.kin.size_of(own), CROWD) // 2
        return _Others(which, state.kinds[what], crowd, entry[~there], who[~there])

    def _of_name(self, few: Few, which: Ints, at: Ints, what: Ints) -> _Others:
        """The whole name, as a report gives it, if another has all of it; else its rarest part."""
        state = self.state
        order = np.lexsort((what, state.holders.size_of(what), at, which))
        which, at, what = which[order], at[order], what[order]
        starts, keys = groups(which * len(state.masks) + at)
        which, at, rarest = which[starts], at[starts], what[starts]
        entry, who = self._holders(few, which, rarest)
        wanted = named(state.masks[at], Family.NAME)
        # All other parts of the name, each asked of each who holds the rarest.
        parts = np.where(keys == wanted, keys - 1, 0)[entry]
        pair = np.repeat(np.arange(len(entry)), parts)
        step = np.arange(len(pair)) - np.repeat(np.cumsum(parts) - parts, parts)
        missing = ~self._holds(who[pair], what[starts[entry[pair]] + 1 + step])
        whole = (keys == wanted)[entry]
        whole[pair[missing]] = False
        by_whole = np.zeros(len(at), dtype=bool)
        by_whole[entry[whole]] = True
        kept = whole | ~by_whole[entry]
        more = by_whole + 2 * (wanted > 1)
        return _Others(
            which, np.full(len(at), Kind.NAME, dtype=np.uint8), more, entry[kept], who[kept]
        )

    def _counted(self, few: Few, others: _Others) -> Ints:
        """Ties to each body as rows: few, body, kind, and the parts of the sort."""
        labels, reports = self.mates.labels, len(self.mates.labels)
        keys, here = counted(others.entry * reports + labels[others.who])
        entry, body = np.divmod(keys, max(1, reports))
        elsewhere = np.bincount(others.entry, minlength=len(others.few))[entry] - here
        which = others.few[entry]
        mine = (labels[few.first[which]] == body).astype(np.int64)
        two = few.first[which] != few.second[which]
        mine += two & (labels[few.second[which]] == body)
        rough = [SOME[np.minimum(n, 5)] for n in (self.mates.sizes[body] - mine, here, elsewhere)]
        return np.stack([which, body, others.kind[entry], *rough, others.more[entry]])


def _best(few: Ints, body: Ints, kind: Ints, size: Ints, here: Ints, far: Ints, more: Ints) -> Ties:
    order = np.lexsort((-more, far, -here, kind, body, few))
    few, body, kind = few[order], body[order], kind[order]
    best = firsts(few) | firsts(body) | firsts(kind)
    parts = (part[order][best] for part in (size, here, far, more))
    sort = np.ravel_multi_index((kind[best], *parts), _SHAPE)
    return Ties(few[best], body[best], kind[best], sort)
