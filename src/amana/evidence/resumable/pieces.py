# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pieces of an upload: each sealed as a stream of its own before a byte of it touches the disk."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from amana.config.env import env
from amana.evidence.blobs import BlobSink, FolderBlobs, writing
from amana.evidence.limits import MEBIBYTE
from amana.evidence.models import UploadPiece
from amana.evidence.resumable.owners import piece_context
from amana.kernel.sealing.streams import EncryptingWriter, decrypting_reader

PIECE_BYTES: Final = 4 * MEBIBYTE
"""What a power cut can cost at most: after so many bytes the disk and the database know of them."""
READ_BYTES: Final = 256 * 1024
LONGEST_SECONDS: Final = 45.0


class Body(Protocol):
    """Where bytes come from. `read` returns fewer than asked only at the end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """Sealed bytes on the disk that no row names yet."""

    start: int
    size: int
    blob: str


class Incoming:
    """The body of one request. `cut` once it ended before its announced length; `digest` is of
    all that came."""

    def __init__(self, body: Body, announced: int) -> None:
        self._body, self.left, self.cut = body, announced, False
        self._hash = hashlib.sha256()
        self._ends = time.monotonic() + LONGEST_SECONDS

    def read(self, size: int) -> bytes:
        """Up to `size` bytes. A connection that breaks is an end, not an error: what came counts.
        So is a slow one after some time: it goes on in the next request, and others get a turn."""
        if self.cut or not self.left or not size:
            return b""
        try:
            late = time.monotonic() > self._ends
            data = b"" if late else self._body.read(min(size, self.left))
        except OSError:
            data = b""
        self.cut = not data
        self.left -= len(data)
        self._hash.update(data)
        return data

    def digest(self) -> bytes:
        return self._hash.digest()


def staging() -> FolderBlobs:
    """Where pieces lie until the file is whole. Never in the store of evidence: that one may keep
    what it was given for years."""
    return FolderBlobs(env().upload_folder)


def take(upload_id: UUID, key: bytes, incoming: Incoming, start: int) -> Piece | None:
    """Seal the next piece of what comes in; `None` at the end. When this returns it is on the
    disk."""
    chunk, size = incoming.read(READ_BYTES), 0
    if not chunk:
        return None
    with writing(staging()) as sink:
        context = piece_context(upload_id, start)
        with EncryptingWriter(key, _Bytes(sink), context=context) as writer:
            while chunk:
                size += writer.write(chunk)
                chunk = incoming.read(min(READ_BYTES, PIECE_BYTES - size))
        return Piece(start, size, sink.finish())


class _Bytes:
    """A blob takes bytes; the cipher hands on views of a buffer that it uses again."""

    def __init__(self, sink: BlobSink) -> None:
        self._sink = sink

    def write(self, data: bytes | memoryview, /) -> int:
        return self._sink.write(bytes(data))


def plain(upload_id: UUID, key: bytes, pieces: Iterable[Piece | UploadPiece]) -> Iterator[bytes]:
    """The bytes of pieces in their order. Raises `CannotOpen` when one was changed."""
    store = staging()
    for piece in pieces:
        source = store.open(piece.blob)
        with decrypting_reader(key, source, context=piece_context(upload_id, piece.start)) as read:
            while chunk := read.read(READ_BYTES):
                yield chunk


def forget(pieces: Iterable[Piece | UploadPiece]) -> None:
    """Delete the bytes of pieces."""
    store = staging()
    for piece in pieces:
        store.delete(piece.blob)
