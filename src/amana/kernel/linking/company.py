# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values that keep company: a bank's hotline and its mailbox, a clinic's number and its address.

Where one of them stands the other mostly stands too, so that they are one witness and not two.
So are a man's phone and his account, if every report gives both: they are not muted for it, they
must only hold by something else, or by not being contradicted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from amana.kernel.linking.kinds import Kind

OF_A_DESK: Final = frozenset(
    {
        *(Kind.PHONE, Kind.SERVICE_PHONE, Kind.EMAIL, Kind.ROLE_EMAIL, Kind.HANDLE, Kind.NICK),
        *(Kind.URL, Kind.IP, Kind.IBAN, Kind.WALLET, Kind.FILE, Kind.TEXT),
    }
)
"""What a desk that many deal with may be known by. Nobody is told a name of it."""
FEWEST: Final = 3
"""Of two reports nobody can say what goes with what."""
LOOKED_AT: Final = 64


def companions(
    kinds: Sequence[int], held: Sequence[Sequence[int]], holders: Sequence[Sequence[int]]
) -> dict[int, set[int]]:
    """For each value the others that at least half of its holders hold, and half of whose holders
    hold it."""
    found: dict[int, set[int]] = {}
    for place, members in enumerate(holders):
        if len(members) < FEWEST or kinds[place] not in OF_A_DESK:
            continue
        looked = members[:LOOKED_AT]
        often = Counter(what for who in looked for what in held[who])
        for what, times in often.items():
            if 2 * times < len(looked) or what == place or kinds[what] not in OF_A_DESK:
                continue
            if kinds[what] == kinds[place] == Kind.TEXT:
                continue  # bands of one text: told apart elsewhere
            together = times * len(members) / len(looked)
            if len(holders[what]) >= FEWEST and 2 * together >= len(holders[what]):
                found.setdefault(place, set()).add(what)
                found.setdefault(what, set()).add(place)
    return found
