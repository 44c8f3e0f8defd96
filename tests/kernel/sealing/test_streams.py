# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.sealing.errors import BadKey, CannotOpen, SealingError
from amana.kernel.sealing.stream_format import HEADER_BYTES, SEGMENT_BYTES, segment_capacity
from amana.kernel.sealing.streams import (
    EncryptingWriter,
    decrypting_reader,
    encrypt_stream,
    sealed_size,
)
from tests.kernel.sealing.builders import (
    CONTEXT,
    KEY,
    OTHER_CONTEXT,
    OTHER_KEY,
    encrypted,
    flipped,
)

FIRST, LATER = segment_capacity(0), segment_capacity(1)
EDGES = [
    0,
    1,
    FIRST - 1,
    FIRST,
    FIRST + 1,
    FIRST + LATER - 1,
    FIRST + LATER,
    FIRST + LATER + 1,
    3_000_000,
]
PLAIN = os.urandom(2_500_000)
SEALED = encrypted(PLAIN)


def opened(sealed: bytes, *, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    with decrypting_reader(key, io.BytesIO(sealed), context=context) as reader:
        return reader.read()


@pytest.mark.parametrize("size", EDGES)
def test_files_of_every_edge_length_come_back_whole(size: int) -> None:
    plain = os.urandom(size)
    sealed = encrypted(plain)
    assert len(sealed) == sealed_size(size)
    assert opened(sealed) == plain


@given(cuts=st.lists(st.integers(0, len(PLAIN)), max_size=6).map(sorted))
@settings(max_examples=25, deadline=None)
def test_the_size_of_the_chunks_does_not_matter(cuts: list[int]) -> None:
    sink = io.BytesIO()
    with EncryptingWriter(KEY, sink, context=CONTEXT) as writer:
        for start, end in zip([0, *cuts], [*cuts, len(PLAIN)], strict=True):
            assert writer.write(memoryview(PLAIN)[start:end]) == end - start
    assert opened(sink.getvalue()) == PLAIN


def test_a_binary_file_is_read_as_a_source(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(PLAIN)
    with (tmp_path / "in").open("rb") as source, (tmp_path / "out").open("wb") as sink:
        assert encrypt_stream(KEY, source, sink, context=CONTEXT) == len(PLAIN)
    with decrypting_reader(KEY, (tmp_path / "out").open("rb"), context=CONTEXT) as reader:
        assert reader.read() == PLAIN


@given(
    places=st.lists(
        st.tuples(st.integers(0, len(PLAIN) + 10), st.integers(0, 1_200_000)), max_size=5
    )
)
@settings(max_examples=25, deadline=None)
def test_any_part_can_be_read_without_the_rest(places: list[tuple[int, int]]) -> None:
    reader = decrypting_reader(KEY, io.BytesIO(SEALED), context=CONTEXT)
    for start, length in places:
        assert reader.seek(start) == start
        assert reader.read(length) == PLAIN[start : start + length]


def test_seeking_from_the_end_tells_the_plaintext_length() -> None:
    reader = decrypting_reader(KEY, io.BytesIO(SEALED), context=CONTEXT)
    assert reader.seek(0, os.SEEK_END) == len(PLAIN)
    assert reader.read() == b""
    assert reader.seek(-5, os.SEEK_END) == len(PLAIN) - 5
    assert reader.read() == PLAIN[-5:]
    assert reader.seek(-5, os.SEEK_CUR) == reader.tell() == len(PLAIN) - 5
    with pytest.raises(ValueError, match="negative"):
        reader.seek(-1)


def test_reading_a_part_reads_little_of_the_file() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            out = super().read(size)
            self.taken += len(out)
            return out

    sealed = encrypted(bytes(12 * SEGMENT_BYTES))
    source = Counting(sealed)
    reader = decrypting_reader(KEY, source, context=CONTEXT)
    reader.seek(6 * SEGMENT_BYTES + 100)
    reader.read(1000)
    assert source.taken < 3 * SEGMENT_BYTES


def test_closing_the_reader_closes_the_source() -> None:
    source = io.BytesIO(SEALED)
    decrypting_reader(KEY, source, context=CONTEXT).close()
    assert source.closed


@pytest.mark.parametrize("length", [0, 1, HEADER_BYTES, HEADER_BYTES + 15, SEGMENT_BYTES - 1])
def test_a_cut_file_is_refused_at_once(length: int) -> None:
    with pytest.raises(CannotOpen):
        decrypting_reader(KEY, io.BytesIO(SEALED[:length]), context=CONTEXT)


@given(length=st.integers(0, len(SEALED) - 1))
@settings(max_examples=40, deadline=None)
def test_a_cut_anywhere_is_refused_before_a_byte_is_given_out(length: int) -> None:
    with pytest.raises(CannotOpen):
        decrypting_reader(KEY, io.BytesIO(SEALED[:length]), context=CONTEXT)


def test_a_cut_between_segments_is_refused() -> None:
    """The cut that a plain chain of encrypted blocks does not notice."""
    for segments in (1, 2):
        with pytest.raises(CannotOpen):
            decrypting_reader(KEY, io.BytesIO(SEALED[: segments * SEGMENT_BYTES]), context=CONTEXT)


@given(position=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_anywhere_is_noticed(position: int, bit: int) -> None:
    with pytest.raises(CannotOpen):
        opened(flipped(SEALED, position, bit))


def test_what_lies_before_a_changed_segment_is_still_readable() -> None:
    reader = decrypting_reader(KEY, io.BytesIO(flipped(SEALED, SEGMENT_BYTES + 5)), context=CONTEXT)
    assert reader.read(1000) == PLAIN[:1000]
    reader.seek(FIRST)
    with pytest.raises(CannotOpen):
        reader.read(1)


def test_segments_in_another_order_or_from_another_file_are_noticed() -> None:
    def segments(sealed: bytes) -> list[bytes]:
        return [sealed[i : i + SEGMENT_BYTES] for i in range(0, len(sealed), SEGMENT_BYTES)]

    plain = bytes(4 * SEGMENT_BYTES)
    own, other = segments(encrypted(plain)), segments(encrypted(plain))
    for mixed in (
        [own[0], own[2], own[1], *own[3:]],
        [own[0], other[1], *own[2:]],
        [own[0], *own[2:]],
        [own[0], own[1], *own[1:]],
        [other[0], *own[1:]],
    ):
        with pytest.raises(CannotOpen):
            opened(b"".join(mixed))


def test_another_key_or_report_is_refused_at_once() -> None:
    with pytest.raises(CannotOpen):
        decrypting_reader(OTHER_KEY, io.BytesIO(SEALED), context=CONTEXT)
    with pytest.raises(CannotOpen):
        decrypting_reader(KEY, io.BytesIO(SEALED), context=OTHER_CONTEXT)
    with pytest.raises(BadKey):
        decrypting_reader(b"short", io.BytesIO(SEALED), context=CONTEXT)
    with pytest.raises(BadKey):
        EncryptingWriter(b"short", io.BytesIO(), context=CONTEXT)


def test_an_interrupted_upload_never_passes_for_a_whole_file() -> None:
    def source() -> Iterator[bytes]:
        yield PLAIN
        raise ConnectionResetError

    sink = io.BytesIO()
    with pytest.raises(ConnectionResetError):
        encrypt_stream(KEY, source(), sink, context=CONTEXT)
    with pytest.raises(CannotOpen):
        opened(sink.getvalue())


def test_a_closed_writer_takes_nothing_more_and_closes_once() -> None:
    sink = io.BytesIO()
    writer = EncryptingWriter(KEY, sink, context=CONTEXT)
    writer.write(b"abc")
    writer.close()
    writer.close()
    assert opened(sink.getvalue()) == b"abc"
    with pytest.raises(SealingError):
        writer.write(b"d")
    assert not sink.closed


def test_an_aborted_writer_adds_nothing() -> None:
    sink = io.BytesIO()
    writer = EncryptingWriter(KEY, sink, context=CONTEXT)
    writer.write(b"abc")
    writer.abort()
    writer.close()
    assert len(sink.getvalue()) == HEADER_BYTES


def test_a_sink_that_takes_little_at_a_time_gets_everything() -> None:
    class Narrow(io.RawIOBase):
        def __init__(self) -> None:
            super().__init__()
            self.got = bytearray()

        def write(self, data: object, /) -> int:
            part = bytes(memoryview(data))[:100_000]  # type: ignore[arg-type]
            self.got += part
            return len(part)

    sink = Narrow()
    encrypt_stream(KEY, [PLAIN], sink, context=CONTEXT)
    assert opened(bytes(sink.got)) == PLAIN


def test_a_large_file_needs_little_memory() -> None:
    class Counting:
        size = 0

        def write(self, data: bytes | memoryview, /) -> int:
            self.size += len(data)
            return len(data)

    chunk, sink = bytes(64 * 1024), Counting()
    tracemalloc.start()
    try:
        encrypt_stream(KEY, (chunk for _ in range(1024)), sink, context=CONTEXT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sink.size == sealed_size(64 * 1024 * 1024)
    assert peak < 3 * SEGMENT_BYTES


def test_no_plaintext_stands_in_the_sealed_file() -> None:
    canary = b"canary-7c1e"
    assert canary not in encrypted(canary * 1000)
