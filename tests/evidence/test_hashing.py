# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two hashes on another thread are the hashes that one thread would have made."""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from amana.evidence.hashing import MOST_WAITING, WORTH_A_THREAD, SideHashes


def both(content: bytes) -> tuple[bytes, bytes]:
    return hashlib.sha256(content).digest(), hashlib.sha512(content).digest()


@given(
    sizes=st.lists(st.integers(0, 3 * WORTH_A_THREAD), max_size=12),
    seed=st.binary(min_size=1, max_size=64),
)
def test_chunks_of_any_size_keep_their_order(sizes: list[int], seed: bytes) -> None:
    chunks = [(seed * (size // len(seed) + 1))[:size] for size in sizes]
    hashes = SideHashes()
    for chunk in chunks:
        hashes.update(chunk)
    assert hashes.digests() == both(b"".join(chunks))


def test_small_and_large_chunks_in_turn() -> None:
    chunks = [os.urandom(size) for size in (10, WORTH_A_THREAD * 4, 1, WORTH_A_THREAD, 0, 7) * 5]
    hashes = SideHashes()
    for chunk in chunks:
        hashes.update(chunk)
    assert hashes.digests() == both(b"".join(chunks))


def test_a_fast_writer_waits_for_a_slow_hash() -> None:
    """Memory stays flat: no more than a few chunks wait."""
    hashes, chunk, most = SideHashes(), os.urandom(WORTH_A_THREAD * 8), 0
    for _ in range(60):
        hashes.update(chunk)
        most = max(most, hashes._waiting)
    assert most <= MOST_WAITING + len(chunk)
    assert hashes.digests() == both(chunk * 60)
    assert hashes._waiting == 0


def test_many_streams_at_once_do_not_mix() -> None:
    start = threading.Barrier(16)

    def one(number: int) -> bool:
        chunk, hashes = bytes([number]) * (WORTH_A_THREAD + number), SideHashes()
        start.wait(timeout=20)
        for _ in range(8):
            hashes.update(chunk)
        return hashes.digests() == both(chunk * 8)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(16)))
