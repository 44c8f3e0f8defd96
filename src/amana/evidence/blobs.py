# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where ciphertext lives. A blob is written once and never changed."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from amana.config.env import env


class BlobTooLarge(ValueError):
    """More bytes than a blob may have."""


class BlobSink(Protocol):
    """An open blob: write, then `finish` for its address, or `abandon`."""

    def write(self, data: bytes | memoryview, /) -> int: ...
    def finish(self) -> str: ...
    def abandon(self) -> None: ...


class BlobStore(Protocol):
    """Create-only storage, addressed by the SHA-256 of the ciphertext."""

    def create(self) -> BlobSink: ...
    def open(self, address: str) -> BinaryIO: ...
    def delete(self, address: str) -> None: ...
    def addresses(self) -> Iterator[str]: ...


class _FolderSink:
    def __init__(self, store: FolderBlobs) -> None:
        self._store = store
        store.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = store.incoming / secrets.token_hex(16)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes | memoryview, /) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def finish(self) -> str:
        """Make the blob durable under its address: file and folder are flushed to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        address = self._hash.hexdigest()
        target = self._store.path(address)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.link(self._path, target)
        self._path.unlink()
        _sync_folder(target.parent)
        return address

    def abandon(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __del__(self) -> None:
        # A connection that was cut off tells no handler; what came before must not fill the disk.
        if hasattr(self, "_file") and not self._file.closed:
            with suppress(OSError):
                self.abandon()


class FolderBlobs:
    """Blobs in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"

    def path(self, address: str) -> Path:
        if len(address) != 64 or not all(c in "0123456789abcdef" for c in address):
            raise ValueError("not the address of a blob")
        return self.folder / address[:2] / address[2:4] / address

    def create(self) -> BlobSink:
        return _FolderSink(self)

    def open(self, address: str) -> BinaryIO:
        return self.path(address).open("rb")

    def delete(self, address: str) -> None:
        self.path(address).unlink(missing_ok=True)

    def addresses(self) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            yield path.name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def blobs() -> BlobStore:
    """The store of this node."""
    return FolderBlobs(env().blob_folder)


@contextmanager
def writing(store: BlobStore) -> Iterator[BlobSink]:
    """A sink that is abandoned when the block fails, so that nothing half-kept remains."""
    sink = store.create()
    try:
        yield sink
    except BaseException:
        sink.abandon()
        raise
