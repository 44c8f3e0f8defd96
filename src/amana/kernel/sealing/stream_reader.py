# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what `streams` wrote, from any place in the file."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.exceptions import InvalidTag

from amana.kernel.sealing.errors import CannotOpen
from amana.kernel.sealing.stream_format import (
    HEADER_BYTES,
    SALT_BYTES,
    SEGMENT_BYTES,
    TAG_BYTES,
    sealed_size,
    segment_capacity,
    segment_cipher,
    segment_nonce,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER_BYTES: Final = 1 << 16


def decrypting_reader(key: bytes, source: BinaryIO, *, context: bytes) -> io.BufferedReader:
    """A readable, seekable file of the plaintext in `source` (which must be seekable).

    The last segment is checked before the first byte is given out: a cut file, a wrong key or
    a wrong context raises `CannotOpen` here; a change inside raises it when that place is read.
    Closing it closes `source`. Not for use by two threads at once. Raises `BadKey`.
    """
    return io.BufferedReader(_SegmentReader(key, source, context), buffer_size=_BUFFER_BYTES)


class _SegmentReader(io.RawIOBase):
    """Holds one decrypted segment at a time."""

    def __init__(self, key: bytes, source: BinaryIO, context: bytes) -> None:
        super().__init__()
        self._source = source
        self._sealed_size = source.seek(0, os.SEEK_END)
        source.seek(0)
        header = _read_exactly(source, HEADER_BYTES)
        if header[0] != HEADER_BYTES:
            raise CannotOpen
        self._prefix = header[1 + SALT_BYTES :]
        self._cipher = segment_cipher(key, header[1 : 1 + SALT_BYTES], context)
        self._count = max(1, -(-self._sealed_size // SEGMENT_BYTES))
        self.size = self._sealed_size - HEADER_BYTES - TAG_BYTES * self._count
        if self.size < 0 or sealed_size(self.size) != self._sealed_size:
            raise CannotOpen
        self._at = 0
        self._held = -1
        self._plain = b""
        self._load(self._count - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        if self._at >= self.size or not target:
            return 0
        number, offset = _place(self._at)
        self._load(number)
        part = memoryview(self._plain)[offset : offset + len(target)]
        target[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readall(self) -> bytes:
        out = bytearray()
        while self._at < self.size:
            number, offset = _place(self._at)
            self._load(number)
            out += memoryview(self._plain)[offset:]
            self._at += len(self._plain) - offset
        return bytes(out)

    def close(self) -> None:
        if not self.closed:
            self._plain = b""
            self._source.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._held:
            return
        start = number * SEGMENT_BYTES + (HEADER_BYTES if number == 0 else 0)
        end = min((number + 1) * SEGMENT_BYTES, self._sealed_size)
        self._source.seek(start)
        sealed = _read_exactly(self._source, end - start)
        nonce = segment_nonce(self._prefix, number, last=number == self._count - 1)
        self._held = -1
        try:
            self._plain = self._cipher.decrypt(nonce, sealed, None)
        except InvalidTag:
            raise CannotOpen from None
        self._held = number


def _place(position: int) -> tuple[int, int]:
    """Segment number and offset in it of a plaintext position."""
    first = segment_capacity(0)
    if position < first:
        return 0, position
    number, offset = divmod(position - first, segment_capacity(1))
    return number + 1, offset


def _read_exactly(source: BinaryIO, length: int) -> bytes:
    out = source.read(length)
    while len(out) < length:
        more = source.read(length - len(out))
        if not more:
            raise CannotOpen
        out += more
    return out
