# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values that keep company: a bank's hotline and its mailbox, a clinic's number and its address.

Where one of them stands the other mostly stands too, so that they are one witness and not two.
So are a man's phone and his account, if every report gives both: they are not muted for it, they
must only hold by something else, or by not being contradicted."""

from __future__ import annotations

from typing import Final

import numpy as np

from amana.kernel.linking.ground import among
from amana.kernel.linking.kinds import Kind
from amana.kernel.linking.ragged import Ints, Kinds, Ragged, counted, firsts, pieces

OF_A_DESK: Final = among(
    (
        *(Kind.PHONE, Kind.SERVICE_PHONE, Kind.EMAIL, Kind.ROLE_EMAIL, Kind.HANDLE, Kind.NICK),
        *(Kind.URL, Kind.IP, Kind.IBAN, Kind.WALLET, Kind.FILE, Kind.TEXT),
    )
)
"""What a desk that many deal with may be known by. Nobody is told a name of it."""
FEWEST: Final = 3
"""Of two reports nobody can say what goes with what."""
LOOKED_AT: Final = 64
AT_ONCE: Final = 200_000
"""Holders that are looked at in one go."""


def companions(kinds: Kinds, held: Ragged, holders: Ragged) -> Ragged:
    """For each value the others that at least half of its holders hold, and half of whose holders
    hold it."""
    may = (holders.sizes >= FEWEST) & OF_A_DESK[kinds]
    held = held.only(may[held.flat])
    places = np.flatnonzero(may)
    looked = np.minimum(holders.sizes[places], LOOKED_AT)
    found = [
        _pairs(kinds, held, holders, places[piece], looked[piece])
        for piece in pieces(looked, AT_ONCE)
    ]
    one, other = np.divmod(np.concatenate([np.zeros(0, np.int64), *found]), max(1, len(kinds)))
    both = np.sort(np.concatenate([one * len(kinds) + other, other * len(kinds) + one]))
    one, other = np.divmod(both[firsts(both)], max(1, len(kinds)))
    return Ragged.of_pairs(one, other, len(kinds))


def _pairs(kinds: Kinds, held: Ragged, holders: Ragged, places: Ints, looked: Ints) -> Ints:
    """A value and one of its companions as one number each, the value times all values first."""
    value, who = holders.take(places, LOOKED_AT)
    at, what = held.take(who)
    keys, times = counted(value[at] * len(kinds) + what)
    value, what = np.divmod(keys, max(1, len(kinds)))
    place, looked = places[value], looked[value]
    most = (2 * times >= looked) & (place != what)
    # Bands of one text are told apart elsewhere.
    most &= (kinds[place] != Kind.TEXT) | (kinds[what] != Kind.TEXT)
    together = times * holders.sizes[place] / looked
    most &= 2 * together >= holders.sizes[what]
    found: Ints = place[most] * len(kinds) + what[most]
    return found
