# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hashes a stream beside whoever writes it.

SHA-256 and SHA-512 together cost more than encrypting and storing; `hashlib` lets other threads
run meanwhile, so a second core does them while the first one seals (knowledge: evidence, 6)."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

WORTH_A_THREAD: Final = 32 * 1024
"""Bytes below which handing a chunk over costs more than hashing it."""
MOST_WAITING: Final = 2 * 1024 * 1024
"""Bytes that may wait to be hashed, for each stream; the writer waits when there are more."""


class SideHashes:
    """SHA-256 and SHA-512 of chunks in their order. `update` chunks, then `digests`, once."""

    def __init__(self) -> None:
        self._hashes = (hashlib.sha256(), hashlib.sha512())
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._running = False
        self._changed = threading.Condition()

    def update(self, chunk: bytes) -> None:
        """Take a chunk; returns at once unless too much is waiting."""
        with self._changed:
            if not self._running and len(chunk) < WORTH_A_THREAD:
                self._hash(chunk)
                return
            while self._waiting > MOST_WAITING:
                self._changed.wait()
            self._chunks.append(chunk)
            self._waiting += len(chunk)
            if not self._running:
                self._running = True
                _pool().submit(self._drain)

    def digests(self) -> tuple[bytes, bytes]:
        """Both digests of everything so far; waits until all of it is hashed."""
        with self._changed:
            while self._running:
                self._changed.wait()
        sha256, sha512 = self._hashes
        return sha256.digest(), sha512.digest()

    def _drain(self) -> None:
        while True:
            with self._changed:
                if not self._chunks:
                    self._running = False
                    self._changed.notify_all()
                    return
                chunk = self._chunks.popleft()
            self._hash(chunk)
            with self._changed:
                self._waiting -= len(chunk)
                self._changed.notify_all()

    def _hash(self, chunk: bytes) -> None:
        for digest in self._hashes:
            digest.update(chunk)


@cache
def _pool() -> ThreadPoolExecutor:
    """Threads of this process for hashing. A worker that was forked makes its own."""
    return ThreadPoolExecutor(max(2, os.cpu_count() or 2), thread_name_prefix="hashing")


os.register_at_fork(after_in_child=_pool.cache_clear)
