# SPDX-License-Identifier: AGPL-3.0-or-later
"""Secrets behind something a person remembers: Argon2id (RFC 9106), in a bounded pool.

A lock is `version (1) | memory KiB (4) | passes (2) | lanes (1) | salt (16) | box`; the box
authenticates the header.
"""

from __future__ import annotations

import os
import struct
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from amana.kernel.sealing import boxes
from amana.kernel.sealing.encoding import encode, join
from amana.kernel.sealing.errors import (
    BadKey,
    Busy,
    CannotOpen,
    UnusablePassphrase,
    WrongPassphrase,
)

MAX_CHARACTERS: Final = 1024

_VERSION: Final = b"\x01"
_HEADER: Final = struct.Struct(">IHB")
_SALT_BYTES: Final = 16
_START: Final = 1 + _HEADER.size + _SALT_BYTES


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int


# RFC 9106's second choice (64 MiB, t=3) with one lane: two cores serve two people at once,
# and a lane more would only spread the same work.
VAULT_COST: Final = Cost(memory_kib=64 * 1024, passes=3, lanes=1)
# OWASP's floor: a PIN stands behind a receipt secret of 89 bits, and filing must stay cheap.
PIN_COST: Final = Cost(memory_kib=19 * 1024, passes=2, lanes=1)
# A changed header must not be able to ask for gigabytes or hours.
_MOST: Final = Cost(memory_kib=256 * 1024, passes=10, lanes=4)


class Pool:
    """At most `slots` derivations at a time in this process. At most `queue` callers wait for a
    place, `wait` seconds each: every one of them holds a web thread that others need."""

    def __init__(self, slots: int, wait: float, queue: int = 2) -> None:
        self._slots = BoundedSemaphore(slots)
        self._wait = wait
        self._queue = queue
        self._guard = Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait for a place now."""
        return self._waiting

    @contextmanager
    def slot(self) -> Iterator[None]:
        """A place in the pool. Raises `Busy`: at once when the queue is full."""
        if not self._slots.acquire(blocking=False):
            self._queue_up()
        try:
            yield
        finally:
            self._slots.release()

    def _queue_up(self) -> None:
        with self._guard:
            if self._waiting >= self._queue:
                raise Busy
            self._waiting += 1
        try:
            if not self._slots.acquire(timeout=self._wait):
                raise Busy
        finally:
            with self._guard:
                self._waiting -= 1


# Two pools: a flood of PINs at the portal must not lock officers out of the desk (T-04).
_VAULTS: Final = Pool(slots=2, wait=5.0, queue=2)
_PINS: Final = Pool(slots=2, wait=3.0, queue=2)


def lock(
    passphrase: str, secret: bytes, *, context: bytes, cost: Cost = VAULT_COST, pool: Pool = _VAULTS
) -> bytes:
    """Seal `secret` under a passphrase. Raises `UnusablePassphrase`, `Busy`, `TooLarge`."""
    remembered = _normalised(passphrase)
    salt = os.urandom(_SALT_BYTES)
    header = _VERSION + _HEADER.pack(cost.memory_kib, cost.passes, cost.lanes) + salt
    with pool.slot():
        key = _argon2id(remembered, salt, cost)
    return header + boxes.seal(key, secret, context=join("lock", header, context))


def unlock(passphrase: str, locked: bytes, *, context: bytes, pool: Pool = _VAULTS) -> bytes:
    """The secret inside. Raises `WrongPassphrase` (also for changed bytes, which look the
    same), `CannotOpen` when it is no lock or asks for too much, `Busy`."""
    cost, salt = _read_header(locked)
    try:
        remembered = _normalised(passphrase)
    except UnusablePassphrase:
        raise WrongPassphrase from None
    with pool.slot():
        key = _argon2id(remembered, salt, cost)
    try:
        return boxes.open_box(key, locked[_START:], context=join("lock", locked[:_START], context))
    except CannotOpen:
        raise WrongPassphrase from None


def stretch(pin: str, *, salt: bytes, cost: Cost = PIN_COST, pool: Pool = _PINS) -> bytes:
    """32 bytes from a reporter's PIN; digits of any script count as the same digits.

    `salt`: 16 bytes or more. Raises `UnusablePassphrase`, `BadKey`, `Busy`.
    """
    if len(salt) < _SALT_BYTES:
        raise BadKey
    remembered = _normalised("".join(_western_digit(c) for c in pin))
    with pool.slot():
        return _argon2id(remembered, salt, cost)


def _argon2id(remembered: bytes, salt: bytes, cost: Cost) -> bytes:
    kdf = Argon2id(
        salt=salt,
        length=boxes.KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive(remembered)


def _normalised(passphrase: str) -> bytes:
    # NFKC: the same words typed on another keyboard or system give the same bytes.
    if not passphrase or len(passphrase) > MAX_CHARACTERS:
        raise UnusablePassphrase
    return encode(unicodedata.normalize("NFKC", passphrase))


def _western_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _read_header(locked: bytes) -> tuple[Cost, bytes]:
    if len(locked) <= _START or locked[:1] != _VERSION:
        raise CannotOpen
    cost = Cost(*_HEADER.unpack_from(locked, 1))
    within = (
        8 * cost.lanes <= cost.memory_kib <= _MOST.memory_kib
        and 1 <= cost.passes <= _MOST.passes
        and 1 <= cost.lanes <= _MOST.lanes
    )
    if not within:
        raise CannotOpen
    return cost, locked[_START - _SALT_BYTES : _START]
