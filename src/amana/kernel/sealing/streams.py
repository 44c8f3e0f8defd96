# SPDX-License-Identifier: AGPL-3.0-or-later
"""Streaming encryption of files, with random access and flat memory.

The bytes are those of Tink's AES256_GCM_HKDF_1MB (RAW prefix), so any Tink opens them with the
same key and `_LABEL + context` as associated data:

    header   length byte 40 | salt (32) | nonce prefix (7)
    segment  AES-256-GCM under HKDF-SHA256(key, salt, info=associated data), 1 MiB with its tag;
             nonce = prefix | segment number (32-bit big-endian) | 1 in the last segment, else 0

Order, number and end of the segments are thereby authenticated (the STREAM construction).
Written on `cryptography` because Tink for Python has no random access, is 3 times slower and
does not scale over threads; the tests hold both against each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amana.kernel.sealing import boxes
from amana.kernel.sealing.errors import BadKey, SealingError, TooLarge

SEGMENT_BYTES: Final = 1 << 20
TAG_BYTES: Final = 16
SALT_BYTES: Final = 32
PREFIX_BYTES: Final = 7
HEADER_BYTES: Final = 1 + SALT_BYTES + PREFIX_BYTES

_LABEL: Final = b"amana/stream/1\x00"
_SEGMENTS_MAX: Final = 1 << 32


class Sink(Protocol):
    """Where ciphertext goes: anything with a binary `write`."""

    def write(self, data: bytes | memoryview, /) -> int | None: ...


class EncryptingWriter:
    """Encrypts what is written to it, segment by segment, into `sink` (which stays open).

    As a context manager it closes at the end of the block; after an exception it does not, and
    what was written then never opens: half an upload cannot pass for a whole file.
    Raises `BadKey`, `TooLarge`, `SealingError` after it was closed.
    """

    def __init__(self, key: bytes, sink: Sink, *, context: bytes) -> None:
        salt, self._prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._cipher = segment_cipher(key, salt, context)
        self._sink = sink
        self._plain = bytearray(SEGMENT_BYTES)
        self._sealed = bytearray(SEGMENT_BYTES)
        self._filled = 0
        self._number = 0
        self._open = True
        self._put(bytes([HEADER_BYTES]) + salt + self._prefix)

    def write(self, chunk: bytes | bytearray | memoryview) -> int:
        """Take all of `chunk`; returns its length in bytes."""
        if not self._open:
            raise SealingError
        rest = memoryview(chunk).cast("B")
        length = len(rest)
        while rest:
            # A full segment waits for more: only then it is known not to be the last.
            if self._filled == self._capacity:
                self._flush(last=False)
            part = rest[: self._capacity - self._filled]
            self._plain[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            rest = rest[len(part) :]
        return length

    def close(self) -> None:
        """Write the last segment. Closing twice does nothing."""
        if self._open:
            self._flush(last=True)
            self._forget()

    def abort(self) -> None:
        """Give up: nothing more is written, and what stands in the sink stays unreadable."""
        self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    @property
    def _capacity(self) -> int:
        return segment_capacity(self._number)

    def _flush(self, *, last: bool) -> None:
        if self._number >= _SEGMENTS_MAX:
            raise TooLarge
        nonce = segment_nonce(self._prefix, self._number, last=last)
        out = memoryview(self._sealed)[: self._filled + TAG_BYTES]
        self._cipher.encrypt_into(nonce, memoryview(self._plain)[: self._filled], None, out)
        self._put(out)
        self._number += 1
        self._filled = 0

    def _put(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest:
            # Unbuffered files may take less than they were given; None means nothing was taken.
            rest = rest[self._sink.write(rest) or 0 :]

    def _forget(self) -> None:
        self._open = False
        self._plain[:] = bytes(len(self._plain))
        self._filled = 0


def encrypt_stream(
    key: bytes, source: Iterable[bytes] | BinaryIO, sink: Sink, *, context: bytes
) -> int:
    """Encrypt all of `source` (chunks or a binary file) into `sink`; returns plaintext bytes."""
    total = 0
    with EncryptingWriter(key, sink, context=context) as writer:
        for chunk in _chunks(source):
            total += writer.write(chunk)
    return total


def sealed_size(plain: int) -> int:
    """How many bytes a file of `plain` bytes has once encrypted."""
    first = segment_capacity(0)
    later = 0 if plain <= first else -(-(plain - first) // segment_capacity(1))
    return HEADER_BYTES + plain + TAG_BYTES * (1 + later)


def segment_capacity(number: int) -> int:
    """Plaintext bytes of segment `number` when full; the first one shares with the header."""
    return SEGMENT_BYTES - TAG_BYTES - (HEADER_BYTES if number == 0 else 0)


def segment_cipher(key: bytes, salt: bytes, context: bytes) -> AESGCM:
    """The cipher of one file. Raises `BadKey`."""
    if len(key) != boxes.KEY_BYTES:
        raise BadKey
    return AESGCM(boxes.derive(key, salt=salt, info=_LABEL + context))


def segment_nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    """12 bytes that fix the place of a segment and whether the file ends with it."""
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _chunks(source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while chunk := read(SEGMENT_BYTES):
        yield chunk
