# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes a file in while it streams: hashed and sealed chunk by chunk, never on disk in clear."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final, cast
from uuid import UUID

from amana.evidence.blobs import BlobSink, BlobStore, BlobTooLarge
from amana.evidence.formats import HEAD, UNKNOWN, Flag, detect
from amana.evidence.hashing import SideHashes
from amana.evidence.keys import (
    Digests,
    bytes_context,
    commitment,
    commitment_salt,
    meta_context,
)
from amana.evidence.pictures import Details, details
from amana.kernel.ids import uuid7
from amana.kernel.sealing.boxes import new_key, open_box, seal
from amana.kernel.sealing.streams import EncryptingWriter, decrypting_reader

MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of a file; sealed under the item key. Sizes in bytes, hashes in hex.

    `declared_type` is what the sender said, `media_type` what the bytes say; `flags` are values
    of `formats.Flag`; `details` is what a picture says of itself (`pictures.details`)."""

    name: str = field(repr=False)
    declared_type: str
    size: int
    sha256: str
    sha512: str
    media_type: str = UNKNOWN
    flags: tuple[str, ...] = ()
    details: Mapping[str, str | int | float] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A sealed file before it belongs to anything."""

    id: UUID
    address: str
    stored_size: int
    key: bytes = field(repr=False)
    meta: Meta


class FileIntake:
    """One file on its way in. `write` chunks, then `finish`; or `abandon`.

    In one pass: both hashes of the plaintext on another thread, encryption, the hash of the
    ciphertext and writing on this one. A few chunks are in memory, however large the file is."""

    def __init__(self, store: BlobStore, *, name: str, declared_type: str, limit: int) -> None:
        self.id = uuid7()
        self._key = new_key()
        self._store = store
        self._sink: BlobSink = store.create()
        self._counted = _Counting(self._sink)
        self._writer = EncryptingWriter(self._key, self._counted, context=bytes_context(self.id))
        self._hashes = SideHashes()
        self._edges = _Edges()
        self._size, self._limit = 0, limit
        self._name = name[-MAX_NAME:]
        self._type = declared_type[:100]

    def write(self, chunk: bytes) -> None:
        """Seal a chunk. Raises `BlobTooLarge` beyond the limit; the caller abandons."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise BlobTooLarge
        chunk = bytes(chunk)
        self._hashes.update(chunk)
        self._edges.see(chunk)
        self._writer.write(chunk)

    def finish(self) -> Taken:
        """Flush the file to the disk and give it its address."""
        self._writer.close()
        sha256, sha512 = self._hashes.digests()
        media, odd = detect(self._edges.head, self._edges.tail(), self._name)
        address = self._sink.finish()
        said, odder = self._details(media, address)
        meta = Meta(
            name=self._name,
            declared_type=self._type,
            size=self._size,
            sha256=sha256.hex(),
            sha512=sha512.hex(),
            media_type=media,
            flags=tuple(str(flag) for flag in (*odd, *odder)),
            details=said,
        )
        return Taken(self.id, address, self._counted.total, self._key, meta)

    def abandon(self) -> None:
        """Nothing of the file remains."""
        self._sink.abandon()

    def _details(self, media: str, address: str) -> tuple[Details, tuple[Flag, ...]]:
        """Headers lie at both ends of a picture, so they are read from where it is stored now."""
        if not media.startswith("image/"):
            return {}, ()
        stored = self._store.open(address)
        with decrypting_reader(self._key, stored, context=bytes_context(self.id)) as plain:
            return details(media, cast("BinaryIO", plain))


class _Edges:
    """The first and the last bytes of a stream, without copying what lies between."""

    def __init__(self) -> None:
        self.head = b""
        self._last: deque[bytes] = deque()
        self._held = 0

    def see(self, chunk: bytes) -> None:
        if len(self.head) < HEAD:
            self.head += chunk[: HEAD - len(self.head)]
        self._last.append(chunk[-HEAD:])
        self._held += len(self._last[-1])
        while self._held - len(self._last[0]) >= HEAD:
            self._held -= len(self._last.popleft())

    def tail(self) -> bytes:
        return b"".join(self._last)[-HEAD:]


class _Counting:
    def __init__(self, sink: BlobSink) -> None:
        self._sink, self.total = sink, 0

    def write(self, data: bytes | memoryview, /) -> int:
        self.total += len(data)
        return self._sink.write(data)


def commitment_of(taken: Taken) -> bytes:
    """What every record of this file's custody binds: both hashes, the ciphertext, the size."""
    digests = Digests(
        sha256=bytes.fromhex(taken.meta.sha256),
        sha512=bytes.fromhex(taken.meta.sha512),
        cipher_sha256=bytes.fromhex(taken.address),
        size=taken.meta.size,
    )
    return commitment(commitment_salt(taken.key, taken.id), digests)


def seal_meta(taken: Taken) -> bytes:
    """The file's name, size and hashes, readable with the item key alone."""
    said = {
        "name": taken.meta.name,
        "type": taken.meta.declared_type,
        "size": taken.meta.size,
        "sha256": taken.meta.sha256,
        "sha512": taken.meta.sha512,
        "media": taken.meta.media_type,
        "flags": list(taken.meta.flags),
        "details": dict(taken.meta.details),
    }
    plain = json.dumps(said, ensure_ascii=False).encode()
    return seal(taken.key, plain, context=meta_context(taken.id))


def open_meta(item_id: UUID, key: bytes, sealed: bytes) -> Meta:
    """The facts about a file. Raises a `SealingError` when the key is not the item's."""
    said = json.loads(open_box(key, sealed, context=meta_context(item_id)))
    return Meta(
        name=said["name"],
        declared_type=said["type"],
        size=said["size"],
        sha256=said["sha256"],
        sha512=said["sha512"],
        media_type=said.get("media", UNKNOWN),
        flags=tuple(said.get("flags", ())),
        details=said.get("details", {}),
    )
