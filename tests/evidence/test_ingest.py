# SPDX-License-Identifier: AGPL-3.0-or-later
"""One call for a file that is at hand: kept whole, or not at all, in little memory."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from amana.evidence.blobs import BlobTooLarge, FolderBlobs
from amana.evidence.ingest import CHUNK, forget, take_in
from amana.evidence.keys import bytes_context
from amana.kernel.sealing.streams import decrypting_reader

MEBIBYTE = 1024 * 1024


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_chunks_and_files_are_the_same_to_it(tmp_path: Path) -> None:
    content = os.urandom(700_000)
    store = FolderBlobs(tmp_path)
    one = take_in([content[:5], content[5:]], name="a", store=store)
    two = take_in(io.BytesIO(content), name="a", store=store)
    assert one.meta == two.meta
    for taken in (one, two):
        stored = store.open(taken.address)
        with decrypting_reader(taken.key, stored, context=bytes_context(taken.id)) as plain:
            assert plain.read() == content


def test_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BlobTooLarge):
        take_in([b"x" * 10, b"y"], name="a", limit=10, store=FolderBlobs(tmp_path))
    assert files(tmp_path) == []


def test_a_source_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def source() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        take_in(source(), name="a", store=FolderBlobs(tmp_path))
    assert files(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("amana.evidence.blobs.os.fsync", full)
    with pytest.raises(OSError, match="space"):
        take_in([b"x" * 100_000], name="a", store=FolderBlobs(tmp_path))
    assert files(tmp_path) == []


def test_what_nothing_keeps_is_forgotten(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    taken = take_in([b"x"], name="a", store=store)
    forget(taken, store=store)
    assert files(tmp_path) == []


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Forty mebibytes pass through less than twelve."""
    chunk = os.urandom(CHUNK)
    tracemalloc.start()
    try:
        taken = take_in(
            (chunk for _ in range(160)),
            name="film",
            limit=64 * MEBIBYTE,
            store=FolderBlobs(tmp_path),
        )
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken.meta.size == 40 * MEBIBYTE
    assert most < 12 * MEBIBYTE


def test_many_at_once_keep_apart(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)

    def one(number: int) -> bool:
        content = bytes([number]) * (CHUNK + number)
        taken = take_in(io.BytesIO(content), name=f"{number}", store=store)
        return taken.meta.sha256 == sha256(content).hexdigest()

    with ThreadPoolExecutor(24) as pool:
        assert all(pool.map(one, range(48)))
    assert len(files(tmp_path)) == 48
