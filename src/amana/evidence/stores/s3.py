# SPDX-License-Identifier: AGPL-3.0-or-later
"""Blobs in a bucket that speaks the S3 API.

The address of a blob is the digest of its bytes, which is known at the end only: ciphertext waits
in a file of this machine and is then stored in one piece, under a condition that nothing is there
(`If-None-Match: *`), or in parts when it is large or a lock wants it so. A bucket with object lock
keeps what was stored even when it is deleted here; destroying the key is what destroys evidence
(decision 0029)."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from amana.evidence.blobs import BlobSink, Spool, checked, is_address

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore.store import S3Config

ONE_PIECE: Final = 16 * 1024 * 1024
PART: Final = 8 * 1024 * 1024
AT_ONCE: Final = 2
READ_AHEAD: Final = 256 * 1024
PATIENCE: Final = timedelta(seconds=60)
CONNECT: Final = timedelta(seconds=5)
RETRY_FOR: Final = timedelta(seconds=20)
NOT_THERE: Final = (NotFoundError, FileNotFoundError)
"""The library raises its own error for some calls and Python's for others."""


class StoreAway(OSError):
    """The bucket does not answer, or refuses. Nothing was kept; the same again may work."""

    def __init__(self, said: BaseError) -> None:
        # The texts of the library name bucket and address and no secret; still, only the kind.
        super().__init__(errno.EHOSTDOWN, f"the store of sealed files: {type(said).__name__}")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where it is and how to get in. Empty values are taken from the usual AWS variables."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = ""

    def __repr__(self) -> str:
        return f"Bucket({self.name})"


@contextmanager
def _spoken() -> Iterator[None]:
    """Errors of the library as those of a folder."""
    try:
        yield
    except NOT_THERE:
        raise FileNotFoundError(errno.ENOENT, "no such blob") from None
    except AlreadyExistsError:
        raise FileExistsError(errno.EEXIST, "this blob is there") from None
    except BaseError as error:
        raise StoreAway(error) from None


class S3Blobs:
    """A `BlobStore` in a bucket. `spool` is a folder of this machine for ciphertext on its way."""

    def __init__(self, bucket: Bucket, *, spool: Path, retry_for: timedelta = RETRY_FOR) -> None:
        self.incoming = spool
        self._store = _store(bucket, retry_for)

    def create(self) -> BlobSink:
        return _S3Sink(self._store, self.incoming)

    def open(self, address: str) -> BinaryIO:
        with _spoken():
            size = obstore.head(self._store, _key(address))["size"]
        reader = io.BufferedReader(_Ranges(self._store, _key(address), size), READ_AHEAD)
        return cast("BinaryIO", reader)

    def delete(self, address: str) -> None:
        with _spoken():
            try:
                obstore.delete(self._store, _key(address))
            except NOT_THERE:
                return

    def addresses(self, before: datetime | None = None) -> Iterator[str]:
        with _spoken():
            for page in obstore.list(self._store):
                for found in page:
                    name = found["path"].rpartition("/")[2]
                    if is_address(name) and (before is None or found["last_modified"] < before):
                        yield name


class _S3Sink(Spool):
    def __init__(self, store: S3Store, folder: Path) -> None:
        super().__init__(folder)
        self._store = store

    def finish(self) -> str:
        """Store what was spooled under its address. Raises `StoreAway`, `FileExistsError`."""
        address = self.close()
        key, size = _key(address), self.path.stat().st_size
        try:
            with _spoken():
                if size > ONE_PIECE or not self._in_one_piece(key):
                    self._in_parts(key)
        finally:
            self.path.unlink(missing_ok=True)
        return address

    def _in_one_piece(self, key: str) -> bool:
        """False when a lock asks for headers that this library sends with parts only."""
        try:
            obstore.put(self._store, key, self.path, mode="create", use_multipart=False)
        except AlreadyExistsError:
            raise
        except BaseError as error:
            if "Object Lock" not in str(error):
                raise
            return False
        return True

    def _in_parts(self, key: str) -> None:
        # Parts cannot be stored under a condition; the same address has the same bytes anyway.
        try:
            obstore.head(self._store, key)
        except NOT_THERE:
            obstore.put(
                self._store,
                key,
                self.path,
                use_multipart=True,
                chunk_size=PART,
                max_concurrency=AT_ONCE,
            )
        else:
            raise FileExistsError(errno.EEXIST, "this blob is there")


class _Ranges(io.RawIOBase):
    """Reads what is asked for and no more: one request a read."""

    def __init__(self, store: S3Store, key: str, size: int) -> None:
        super().__init__()
        self._store, self._key, self._size, self._at = store, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        end = min(self._at + len(target), self._size)
        if end <= self._at:
            return 0
        with _spoken():
            found = bytes(obstore.get_range(self._store, self._key, start=self._at, end=end))
        target[: len(found)] = found
        self._at += len(found)
        return len(found)


def _key(address: str) -> str:
    return f"{checked(address)[:2]}/{address[2:4]}/{address}"


def _store(bucket: Bucket, retry_for: timedelta) -> S3Store:
    config = {
        "endpoint": bucket.endpoint,
        "region": bucket.region,
        "access_key_id": bucket.access_key,
        "secret_access_key": bucket.secret_key,
        # A bucket with object lock takes nothing without one.
        "checksum_algorithm": "SHA256",
    }
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config=cast("S3Config", {name: value for name, value in config.items() if value}),
        client_options={
            "timeout": PATIENCE,
            "connect_timeout": CONNECT,
            "allow_http": bucket.endpoint.startswith("http://"),
        },
        retry_config={
            "max_retries": 3,
            "retry_timeout": retry_for,
            "backoff": {
                "init_backoff": timedelta(milliseconds=100),
                "max_backoff": timedelta(seconds=2),
                "base": 2,
            },
        },
    )
