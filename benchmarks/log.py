# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal's tree: appends in batches, and proofs in a large tree."""

from __future__ import annotations

import hashlib
import time

from amana.kernel.ledger import MemoryTileStore, append, inclusion_proof
from benchmarks.result import Results

BATCH = 256
LEAVES = 1_000_000


def run(results: Results) -> None:
    store, size = MemoryTileStore(), 0
    leaves = [hashlib.sha256(number.to_bytes(8)).digest() for number in range(BATCH)]
    began = time.perf_counter()
    while size < LEAVES:
        grown = append(store, size, leaves)
        store.put_many(grown.changed)
        size = grown.size
    rate = size / (time.perf_counter() - began)
    plain = _plain_hashing()
    results.add(
        "log",
        "leaves appended in batches of 256",
        rate,
        "1/s",
        target=">= 40000",
        peer=f"two SHA-256 a leaf {plain:.0f}/s",
        of=plain,
    )
    times = []
    for number in range(200):
        began = time.perf_counter()
        inclusion_proof(store, number * 4999 % size, size)
        times.append((time.perf_counter() - began) * 1000)
    results.add("log", "inclusion proof, median", sorted(times)[100], "ms", target="< 1")


def _plain_hashing(count: int = 200_000) -> float:
    """The floor: a tree costs about one hash a leaf besides the leaf's own."""
    began = time.perf_counter()
    for _ in range(count):
        hashlib.sha256(hashlib.sha256(b"\0" * 32).digest() * 2).digest()
    return count / (time.perf_counter() - began)
