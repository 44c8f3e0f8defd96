# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the ledger may cost, in hashes and in tiles read: the same on every machine. Seconds are
measured by `make bench BENCH=log`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest

from amana.kernel.ledger import append, consistency_proof, inclusion_proof
from tests.kernel.ledger.builders import UniformStore, leaves

TEN_MILLION = 10_000_000
BATCH = 256
LEVELS = 3
"""Of tiles, each of 256 hashes, in a tree of ten million leaves."""


class Counted(UniformStore):
    """Counts the tiles that are read."""

    reads = 0

    def get(self, level: int, index: int) -> bytes | None:
        self.reads += 1
        return super().get(level, index)


def hashes_of(act: Callable[[], object]) -> int:
    """How often SHA-256 is computed while `act` runs."""
    called: Counter[str] = Counter()

    def seen(frame: FrameType, event: str, what: Any) -> None:
        if event == "c_call":
            called[what.__name__] += 1

    sys.setprofile(seen)
    try:
        act()
    finally:
        sys.setprofile(None)
    return called["openssl_sha256"]


@pytest.mark.parametrize("size", [0, 255, TEN_MILLION - 1])
def test_a_batch_costs_a_hash_a_leaf_and_one_tile_a_level(size: int) -> None:
    """A parent for each leaf, and what the edge of each level had before."""
    batch, store = leaves(BATCH), Counted()
    assert BATCH - 1 <= hashes_of(lambda: append(store, size, batch)) < LEVELS * BATCH
    assert store.reads <= LEVELS


@pytest.mark.parametrize("index", [0, 5_555_555, TEN_MILLION - 2])
def test_proofs_in_ten_million_leaves_read_few_tiles_each_once(index: int) -> None:
    """Two tiles a level, on the way down and at the edge, and at most what they can hash to."""
    for prove in (
        partial(inclusion_proof, index=index, size=TEN_MILLION),
        partial(consistency_proof, old=index + 1, new=TEN_MILLION),
    ):
        store = Counted()
        assert 0 < hashes_of(partial(prove, store)) < 2 * LEVELS * BATCH
        assert store.reads <= 2 * LEVELS
