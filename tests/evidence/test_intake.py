# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file on its way in: sealed while it streams, kept whole, or not kept at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.evidence.blobs import BlobTooLarge, FolderBlobs, writing
from amana.evidence.intake import FileIntake, Taken, open_meta, seal_meta
from amana.evidence.keys import bytes_context
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.streams import decrypting_reader

MEBIBYTE = 1024 * 1024


def take(store: FolderBlobs, content: bytes, *, chunk: int = 65536, limit: int = MEBIBYTE) -> Taken:
    intake = FileIntake(store, name="صورة.jpg", declared_type="image/jpeg", limit=limit)
    for start in range(0, len(content), chunk):
        intake.write(content[start : start + chunk])
    return intake.finish()


def read(store: FolderBlobs, taken: Taken) -> bytes:
    with decrypting_reader(
        taken.key, store.open(taken.address), context=bytes_context(taken.id)
    ) as reader:
        return reader.read()


@given(content=st.binary(min_size=1, max_size=200_000), chunk=st.integers(1, 90_000))
def test_what_comes_out_is_what_went_in(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, chunk: int
) -> None:
    store = FolderBlobs(tmp_path_factory.mktemp("blobs"))
    taken = take(store, content, chunk=max(chunk, 500))
    assert read(store, taken) == content
    assert taken.meta.size == len(content)
    assert taken.meta.sha256 == hashlib.sha256(content).hexdigest()
    assert taken.meta.sha512 == hashlib.sha512(content).hexdigest()


def test_t22_the_hash_is_ours_and_the_address_is_that_of_the_ciphertext(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    taken = take(store, b"a chat, as it was")
    stored = store.path(taken.address).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == taken.address
    assert len(stored) == taken.stored_size
    assert b"chat" not in stored


def test_t21_the_same_file_twice_has_no_address_in_common(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    assert take(store, b"same").address != take(store, b"same").address


def test_a_file_over_the_limit_leaves_nothing(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    intake = FileIntake(store, name="film", declared_type="", limit=100)
    intake.write(b"x" * 100)
    with pytest.raises(BlobTooLarge):
        intake.write(b"x")
    intake.abandon()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)

    def broken() -> None:
        with writing(store) as sink:
            sink.write(b"half of it")
            raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        broken()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_one_flipped_bit_is_noticed(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    taken = take(store, b"evidence" * 1000)
    path = store.path(taken.address)
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.write_bytes(stored)
    with pytest.raises(SealingError):
        read(store, taken)


def test_a_blob_is_written_once(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    taken = take(store, b"first")
    again = store.create()
    again.write(store.path(taken.address).read_bytes())
    with pytest.raises(FileExistsError):
        again.finish()


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/x"])
def test_only_an_address_is_an_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        FolderBlobs(tmp_path).open(address)


def test_what_is_known_of_a_file_opens_with_its_own_key_only(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    one, two = take(store, b"one"), take(store, b"two")
    assert open_meta(one.id, one.key, seal_meta(one)) == one.meta
    with pytest.raises(SealingError):
        open_meta(one.id, two.key, seal_meta(one))
    with pytest.raises(SealingError):
        open_meta(two.id, one.key, seal_meta(one))


def test_a_long_name_keeps_its_ending(tmp_path: Path) -> None:
    intake = FileIntake(
        FolderBlobs(tmp_path), name="x" * 500 + ".pdf", declared_type="", limit=MEBIBYTE
    )
    intake.write(b"1")
    name = intake.finish().meta.name
    assert len(name) == 200
    assert name.endswith(".pdf")


def test_a_reader_can_begin_anywhere(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    content = bytes(range(256)) * 8192
    taken = take(store, content, limit=4 * MEBIBYTE)
    reader = decrypting_reader(
        taken.key, store.open(taken.address), context=bytes_context(taken.id)
    )
    reader.seek(1_500_000, io.SEEK_SET)
    assert reader.read(100) == content[1_500_000:1_500_100]
