# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where ciphertext lives. A blob is written once and never changed."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
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
    """Create-only storage, addressed by the SHA-256 of the ciphertext.

    `open` gives a seekable file that reads no more than it is asked for, and raises
    `FileNotFoundError`; `create().finish()` raises `FileExistsError` for what is there. A store
    that is full or away raises another `OSError`, and then nothing was kept. `delete` of what is
    not there is no error. `addresses(before)` are those stored before a moment."""

    def create(self) -> BlobSink: ...
    def open(self, address: str) -> BinaryIO: ...
    def delete(self, address: str) -> None: ...
    def addresses(self, before: datetime | None = None) -> Iterator[str]: ...


class Spool:
    """Ciphertext on its way, in a file of this machine that nobody else reads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = folder / secrets.token_hex(16)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()

    def write(self, data: bytes | memoryview, /) -> int:
        self._hash.update(data)
        return self._file.write(data)

    def close(self, *, durable: bool = False) -> str:
        """End writing; returns the address that these bytes have."""
        self._file.flush()
        if durable:
            os.fsync(self._file.fileno())
        self._file.close()
        return self._hash.hexdigest()

    def abandon(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __del__(self) -> None:
        # A connection that was cut off tells no handler; what came before must not fill the disk.
        if hasattr(self, "_file") and not self._file.closed:
            with suppress(OSError):
                self.abandon()


class _FolderSink(Spool):
    def __init__(self, store: FolderBlobs) -> None:
        super().__init__(store.incoming)
        self._store = store

    def finish(self) -> str:
        """Make the blob durable under its address: file and folder are flushed to the disk."""
        address = self.close(durable=True)
        target = self._store.path(address)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.link(self.path, target)
        self.path.unlink()
        _sync_folder(target.parent)
        return address


class FolderBlobs:
    """Blobs in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"

    def path(self, address: str) -> Path:
        return self.folder / checked(address)[:2] / address[2:4] / address

    def create(self) -> BlobSink:
        return _FolderSink(self)

    def open(self, address: str) -> BinaryIO:
        return self.path(address).open("rb")

    def delete(self, address: str) -> None:
        self.path(address).unlink(missing_ok=True)

    def addresses(self, before: datetime | None = None) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            with suppress(FileNotFoundError):  # deleted meanwhile
                if is_address(path.name) and (
                    before is None or path.stat().st_mtime < before.timestamp()
                ):
                    yield path.name


def is_address(name: str) -> bool:
    """Whether a name is one of ours: what else lies in a folder or bucket is somebody else's."""
    return len(name) == 64 and all(c in "0123456789abcdef" for c in name)


def checked(address: str) -> str:
    """The address itself. Raises `ValueError` for anything else, such as a path."""
    if not is_address(address):
        raise ValueError("not the address of a blob")
    return address


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def blobs() -> BlobStore:
    """The store of this node: a folder, or the bucket that the settings name."""
    if env().blob_bucket is None:
        return FolderBlobs(env().blob_folder)
    return _bucket()


@cache
def _bucket() -> BlobStore:
    """One client a process: it keeps its connections."""
    from amana.evidence.stores.s3 import Bucket, S3Blobs

    said = env()
    name, prefix = said.blob_bucket or ("", "")
    secret = said.s3_secret_file.read_text("utf-8").strip() if said.s3_secret_file else ""
    found = Bucket(
        name=name,
        prefix=prefix,
        endpoint=said.s3_endpoint,
        region=said.s3_region,
        access_key=said.s3_access_key,
        secret_key=secret,
    )
    return S3Blobs(found, spool=said.blob_folder / "incoming")


@contextmanager
def writing(store: BlobStore) -> Iterator[BlobSink]:
    """A sink that is abandoned when the block fails, so that nothing half-kept remains."""
    sink = store.create()
    try:
        yield sink
    except BaseException:
        sink.abandon()
        raise
