# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blobs in the memory of this process: for tests, and the measure of the others."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import BinaryIO

from amana.evidence.blobs import BlobSink, checked


class _MemorySink:
    def __init__(self, store: MemoryBlobs) -> None:
        self._store, self._bytes = store, bytearray()

    def write(self, data: bytes | memoryview) -> int:
        self._bytes += data
        return len(data)

    def finish(self) -> str:
        content = bytes(self._bytes)
        address = sha256(content).hexdigest()
        if self._store.kept.setdefault(address, (datetime.now(UTC), content))[1] is not content:
            raise FileExistsError(address)
        return address

    def abandon(self) -> None:
        self._bytes.clear()


class MemoryBlobs:
    """A `BlobStore` that ends with its process."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[datetime, bytes]] = {}

    def create(self) -> BlobSink:
        return _MemorySink(self)

    def open(self, address: str) -> BinaryIO:
        try:
            return io.BytesIO(self.kept[checked(address)][1])
        except KeyError:
            raise FileNotFoundError(address) from None

    def delete(self, address: str) -> None:
        self.kept.pop(checked(address), None)

    def addresses(self, before: datetime | None = None) -> Iterator[str]:
        for address, (at, _content) in list(self.kept.items()):
            if before is None or at < before:
                yield address
