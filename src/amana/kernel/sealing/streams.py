# SPDX-License-Identifier: AGPL-3.0-or-later
"""Streaming encryption of files, with random access and flat memory.

Written on `cryptography` in Tink's format, because Tink for Python has no random access, is
three times slower and does not scale over threads; the tests hold both against each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from amana.kernel.sealing.errors import SealingError, TooLarge
from amana.kernel.sealing.stream_format import (
    HEADER_BYTES,
    PREFIX_BYTES,
    SALT_BYTES,
    SEGMENT_BYTES,
    SEGMENTS_MAX,
    TAG_BYTES,
    sealed_size,
    segment_capacity,
    segment_cipher,
    segment_nonce,
)
from amana.kernel.sealing.stream_reader import decrypting_reader

__all__ = [
    "EncryptingWriter",
    "Sink",
    "decrypting_reader",
    "encrypt_stream",
    "sealed_size",
]


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
        if self._number >= SEGMENTS_MAX:
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
        self._plain = self._sealed = bytearray()
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


def _chunks(source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while chunk := read(SEGMENT_BYTES):
        yield chunk
