# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes a file in while it streams: hashed and sealed chunk by chunk, never on disk in clear."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from amana.evidence.blobs import BlobSink, BlobStore, BlobTooLarge
from amana.evidence.keys import (
    Digests,
    bytes_context,
    commitment,
    commitment_salt,
    meta_context,
)
from amana.kernel.ids import uuid7
from amana.kernel.sealing.boxes import new_key, open_box, seal
from amana.kernel.sealing.streams import EncryptingWriter

MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of a file; sealed under the item key. Sizes in bytes, hashes in hex."""

    name: str = field(repr=False)
    declared_type: str
    size: int
    sha256: str
    sha512: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A sealed file before it belongs to anything."""

    id: UUID
    address: str
    stored_size: int
    key: bytes = field(repr=False)
    meta: Meta


class FileIntake:
    """One file on its way in. `write` chunks, then `finish`; or `abandon`."""

    def __init__(self, store: BlobStore, *, name: str, declared_type: str, limit: int) -> None:
        self.id = uuid7()
        self._key = new_key()
        self._sink: BlobSink = store.create()
        self._counted = _Counting(self._sink)
        self._writer = EncryptingWriter(self._key, self._counted, context=bytes_context(self.id))
        self._sha256, self._sha512 = hashlib.sha256(), hashlib.sha512()
        self._size, self._limit = 0, limit
        self._name = name[-MAX_NAME:]
        self._type = declared_type[:100]

    def write(self, chunk: bytes) -> None:
        """Seal a chunk. Raises `BlobTooLarge` beyond the limit; the caller abandons."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise BlobTooLarge
        self._sha256.update(chunk)
        self._sha512.update(chunk)
        self._writer.write(chunk)

    def finish(self) -> Taken:
        """Flush the file to the disk and give it its address."""
        self._writer.close()
        meta = Meta(
            name=self._name,
            declared_type=self._type,
            size=self._size,
            sha256=self._sha256.hexdigest(),
            sha512=self._sha512.hexdigest(),
        )
        address = self._sink.finish()
        return Taken(self.id, address, self._counted.total, self._key, meta)

    def abandon(self) -> None:
        """Nothing of the file remains."""
        self._sink.abandon()


class _Counting:
    def __init__(self, sink: BlobSink) -> None:
        self._sink, self.total = sink, 0

    def write(self, data: bytes | memoryview, /) -> int:
        self.total += len(data)
        return self._sink.write(bytes(data))


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
    }
    plain = json.dumps(said, ensure_ascii=False).encode()
    return seal(taken.key, plain, context=meta_context(taken.id))


def open_meta(item_id: UUID, key: bytes, sealed: bytes) -> Meta:
    """The facts about a file. Raises a `SealingError` when the key is not the item's."""
    said = json.loads(open_box(key, sealed, context=meta_context(item_id)))
    return Meta(said["name"], said["type"], said["size"], said["sha256"], said["sha512"])
