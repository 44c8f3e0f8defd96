# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets by the million, made from planted reports: each copy of them is a world of its own,
in which numbers and accounts are other ones, while names, beginnings and decoys are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amana.kernel.linking.batch import Batch
from amana.kernel.linking.ground import parse
from amana.kernel.linking.kinds import NEAR, Kind
from amana.kernel.sealing.blind import BlindIndex
from benchmarks.planted import Plant

BASE: Final = 20_000
"""Planted reports that are tokenised; as many as `links` plants take an hour at a million."""
OF_ALL: Final = 30
"""Tokens that more of the planted reports hold than this are everybody's in every copy."""
SEED: Final = 20_261_129
_MIX: Final = 0x9E3779B97F4A7C15


class Worlds:
    """`count` token sets from copies of one planted set, tokenised under `index`."""

    def __init__(self, count: int, index: BlindIndex, *, base: int = BASE) -> None:
        batch = Batch(index)
        for one in Plant(SEED, min(base, count)).reports():
            batch.add(json.dumps(one.report).encode())
        sets = list(batch.sets())
        self.count, self.sizes = count, np.array([len(s) // 9 for s in sets])
        rows = parse(b"".join(sets))
        self._kind, self._token = rows["kind"].copy(), rows["token"].copy()
        kept = np.isin(self._kind & ~np.uint8(NEAR), [Kind.NAME, Kind.NAME_PART, Kind.PREFIX])
        _, place, often = np.unique(self._token, return_inverse=True, return_counts=True)
        self._own = ~(kept | (often[place] > OF_ALL))
        self._ends = np.cumsum(self.sizes)

    def copies(self) -> Iterator[tuple[int, NDArray[np.void]]]:
        """Each copy as its first number and all its rows, cut by `cut`."""
        for copy, start in enumerate(range(0, self.count, len(self.sizes))):
            rows = np.empty(len(self._kind), dtype=[("kind", "u1"), ("token", "<i8")])
            rows["kind"] = self._kind
            moved = self._token.view(np.uint64) ^ np.uint64(copy * _MIX % 2**64)
            rows["token"] = np.where(self._own, moved.view(np.int64), self._token)
            yield start, rows

    def sets(self) -> Iterator[tuple[int, bytes]]:
        """Number and packed set of each report; numbers are spread as those of a node are."""
        for start, rows in self.copies():
            blob, begin = rows.tobytes(), 0
            for at, end in enumerate(self._ends.tolist()):
                if start + at >= self.count:
                    return
                yield number_of(start + at), blob[9 * begin : 9 * end]
                begin = end


def number_of(at: int) -> int:
    """An opaque number for the report at this place; each has another one."""
    mixed = (at + 1) * 0x9E3779B97F4A7C15 % 2**64
    return int(np.uint64(mixed).view(np.int64))
