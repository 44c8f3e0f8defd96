# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who of those who share a value agrees with whom on something else that is independent of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import among
from amana.kernel.linking.kinds import CORROBORATES, NEAR, Kind
from amana.kernel.linking.ragged import Bools, Ints, Ragged, find, groups, pieces

OF_MANY: Final = frozenset({Kind.SERVICE_PHONE, Kind.ROLE_EMAIL, Kind.NICK, Kind.URL, Kind.IP})
WITNESSES: Final = frozenset({*CORROBORATES, *(kind | NEAR for kind in CORROBORATES)}) - OF_MANY
WITNESSES_OF_SLIP: Final = WITNESSES - {Kind.NAME_PART, Kind.TEXT}
WITNESSES_OF_WEAK: Final = frozenset(
    {Kind.PHONE, Kind.EMAIL, Kind.HANDLE, Kind.IBAN, Kind.WALLET, Kind.FILE}
)
"""What counts as a second witness beside a value. Beside a weak one, as a text or a page in the
news, only what is somebody's own: the name of a minister and a text that goes round are two
things, and no person."""
_IS_WITNESS: Final = among(WITNESSES)
_ALLOWED: Final = np.stack(
    [
        _IS_WITNESS
        if kind in WITNESSES_OF_WEAK
        else among(WITNESSES_OF_SLIP if kind & NEAR else WITNESSES_OF_WEAK)
        for kind in range(256)
    ]
)
"""A row for each kind: of each other kind whether it may be a second witness beside it."""
RARELY: Final = 0.1
OFTEN: Final = 5.0
FEWEST: Final = 3.0
"""What one holder in ten at most would share by chance counts as soon as two agree in it; anything
else where five times as many do as would by chance."""
AT_ONCE: Final = 100_000
"""Holders that are looked at in one go: what they hold is laid out in memory."""


@dataclass(frozen=True, slots=True)
class Holders:
    """p values and their m holders, one value after another: `value[i]` is the index in `places` of
    what the report `who[i]` holds."""

    places: Ints
    value: Ints
    who: Ints

    @classmethod
    def of(cls, state: Field, places: Ints, most: int | None = None) -> Iterator[Holders]:
        """Those of these values, so many at once as fit; of each the first `most` alone."""
        sizes = state.holders.size_of(places)
        for piece in pieces(sizes if most is None else np.minimum(sizes, most), AT_ONCE):
            yield cls(places[piece], *state.holders.take(places[piece], most))

    @property
    def sizes(self) -> Ints:
        return np.bincount(self.value, minlength=len(self.places))

    def only(self, kept: Bools) -> tuple[Holders, Ints]:
        """The same without some of the values, and where their holders stood."""
        at = np.flatnonzero(kept[self.value])
        renamed = np.cumsum(kept) - 1
        return Holders(self.places[kept], renamed[self.value[at]], self.who[at]), at


class Witnesses:
    """What each report holds that may be a second witness at all."""

    def __init__(self, state: Field) -> None:
        self.state = state
        may = _IS_WITNESS[state.kinds] & ~state.silent & ~state.common
        may &= ~state.idle[state.kinds] | (state.kinds >= NEAR)
        may &= state.holders.sizes > 1
        self.held = state.held.only(may[state.held.flat])

    def agreed(self, them: Holders, *, company: bool = False) -> tuple[Ints, Ints]:
        """Pairs of holders that agree, as their indices in `them`: of all who agree in one thing
        each with the first."""
        state, values = self.state, len(self.state.kinds)
        at, what = self.held.take(them.who)
        place = them.places[them.value[at]]
        use = _ALLOWED[state.kinds[place], state.kinds[what]] & ~state.silent[what]
        at, what = at[use], what[use]
        # (value, other, holder) in order, so that holders of one other stand side by side.
        keys = them.value[at] * values + what
        order = np.argsort(keys, kind="stable")
        keys, at = keys[order], at[order]
        starts, times = groups(keys)
        starts, times = starts[times > 1], times[times > 1]
        keys = keys[starts]
        _, beside = find(state.besides(them.places, company=company), keys)
        value, what = np.divmod(keys, max(1, values))
        chance = them.sizes[value] / state.total * state.counts[what]
        good = (chance <= RARELY) | (times >= np.maximum(FEWEST, OFTEN * chance))
        good &= ~beside
        sharing = Ragged(np.append(starts[good], len(at)), at)
        return _each_with_first(sharing, times[good])


def _each_with_first(sharing: Ragged, times: Ints) -> tuple[Ints, Ints]:
    first = np.repeat(sharing.starts[:-1], times - 1)
    step = np.arange(len(first)) - np.repeat(np.cumsum(times - 1) - (times - 1), times - 1)
    return sharing.flat[first], sharing.flat[first + step + 1]
