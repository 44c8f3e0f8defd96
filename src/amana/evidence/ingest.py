# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a file becomes evidence, for everybody who has one: a form, an upload in pieces, a capture,
an import, a reply of a platform.

    taken = take_in(chunks, name=…, declared_type=…)     sealed in the store, belongs to nothing yet
    items = add_to_report(report=…, taken=[taken], …)     custody begins, in one transaction
    items = add_derived(parent=…, taken=[taken], …)       a copy made of an item

What is taken in and never added is dropped with `forget`, or swept after a day. While bytes are
pushed rather than pulled, `FileIntake` is the same thing in steps: `write`, `finish`, `abandon`.

One pass over the bytes: SHA-256 and SHA-512 of the plaintext, the kind of file by two detectors,
encryption under a key of its own (Tink's AES256-GCM-HKDF-1MB), SHA-256 of the ciphertext, the
store. Plaintext never touches a disk, and memory stays flat however large the file is.

Raises `BlobTooLarge` beyond `limit`, `OSError` when the store is full or away: then nothing of
the file is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from amana.evidence.blobs import BlobStore, BlobTooLarge, blobs
from amana.evidence.intake import FileIntake, Meta, Taken
from amana.evidence.limits import max_file
from amana.evidence.services import add_derived, add_to_report

__all__ = [
    "CHUNK",
    "BlobTooLarge",
    "FileIntake",
    "Meta",
    "Taken",
    "add_derived",
    "add_to_report",
    "forget",
    "take_in",
]

CHUNK: Final = 256 * 1024


def take_in(
    source: Iterable[bytes] | BinaryIO,
    *,
    name: str,
    declared_type: str = "",
    limit: int | None = None,
    store: BlobStore | None = None,
) -> Taken:
    """Seal all of `source` (chunks, or a binary file) into the store of this node. `limit` in
    bytes; without it the one of the settings holds. An empty source makes an empty file; whoever
    wants none asks before."""
    intake = FileIntake(
        store or blobs(),
        name=name,
        declared_type=declared_type,
        limit=max_file() if limit is None else limit,
    )
    try:
        for chunk in _chunks(source):
            intake.write(chunk)
        return intake.finish()
    except BaseException:
        intake.abandon()
        raise


def forget(taken: Taken, *, store: BlobStore | None = None) -> None:
    """Drop a file that nothing will keep: without its key the bytes say nothing anyway."""
    (store or blobs()).delete(taken.address)


def _chunks(source: Iterable[bytes] | BinaryIO) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while chunk := read(CHUNK):
        yield chunk
