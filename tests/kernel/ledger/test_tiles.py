# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.ledger import (
    EMPTY_ROOT,
    Frontier,
    LedgerError,
    MemoryTileStore,
    TileError,
    append,
    consistency_proof,
    inclusion_proof,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from tests.kernel.ledger.builders import (
    UniformStore,
    filled,
    leaves,
    naive_consistency,
    naive_path,
    naive_root,
)

TEN_MILLION = 10_000_000


class CountingStore:
    """Counts reads; refuses writes."""

    def __init__(self, inner: MemoryTileStore | UniformStore) -> None:
        self.inner = inner
        self.reads: list[tuple[int, int]] = []

    def get(self, level: int, index: int) -> bytes | None:
        self.reads.append((level, index))
        return self.inner.get(level, index)

    def put_many(self, items: Mapping[tuple[int, int], bytes]) -> None:
        raise AssertionError("reading must not write")


def grown(steps: list[int]) -> tuple[MemoryTileStore, int, bytes]:
    store, size, root = MemoryTileStore(), 0, EMPTY_ROOT
    hashes = leaves(sum(steps))
    for step in steps:
        result = append(store, size, hashes[size : size + step])
        store.put_many(result.changed)
        size, root = result.size, result.root
    return store, size, root


@given(st.lists(st.integers(0, 300), max_size=6))
def test_any_split_into_batches_gives_the_same_tiles(steps: list[int]) -> None:
    store, size, root = grown(steps)
    assert store.tiles == filled(sum(steps)).tiles
    assert (size, root) == (sum(steps), naive_root(leaves(sum(steps))))


@given(st.integers(0, 1100))
def test_tiles_are_those_of_the_specification(size: int) -> None:
    """The n-th tile at level l is MTH(D[(n * 256 + i) * 256**l : ...]) for i from 0 to 255."""
    hashes, expected = leaves(size), {}
    for level, span in enumerate((1, 256)):
        row = [naive_root(hashes[i * span : (i + 1) * span]) for i in range(size // span)]
        for n in range(0, len(row), 256):
            expected[level, n // 256] = b"".join(row[n : n + 256])
    assert filled(size).tiles == expected


def test_seventy_thousand_leaves_fill_the_tiles_the_specification_counts() -> None:
    store, hashes = filled(70_000), leaves(70_000)
    widths = {key: len(tile) // 32 for key, tile in store.tiles.items()}
    assert len(widths) == 277
    assert [widths[0, n] for n in (0, 272, 273)] == [256, 256, 112]
    assert (widths[1, 0], widths[1, 1], widths[2, 0]) == (256, 17, 1)
    root = Frontier().append(hashes).root()
    assert root_at(store, 70_000) == root
    for index in (0, 255, 65_535, 65_536, 69_999):
        proof = inclusion_proof(store, index, 70_000)
        verify_inclusion(hashes[index], index, 70_000, root, proof)
    old_root = Frontier().append(hashes[:65_537]).root()
    proof = consistency_proof(store, 65_537, 70_000)
    verify_consistency(65_537, 70_000, old_root, root, proof)


def test_an_append_that_completes_a_level_one_tile_opens_level_two() -> None:
    store, hashes = filled(65_500), leaves(65_800)
    result = append(store, 65_500, hashes[65_500:])
    assert set(result.changed) == {(0, 255), (0, 256), (0, 257), (1, 0), (1, 1), (2, 0)}
    assert result.root == Frontier().append(hashes).root()
    store.put_many(result.changed)
    assert root_at(store, 65_800) == result.root


@given(st.integers(0, 700), st.integers(0, 700))
def test_the_root_of_any_earlier_size_stays_known(size: int, older: int) -> None:
    size, older = max(size, older), min(size, older)
    assert root_at(filled(size), older) == naive_root(leaves(older))


@given(st.integers(1, 700), st.data())
def test_inclusion_proofs_are_those_of_the_rfc(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    assert inclusion_proof(filled(size + 3), index, size) == naive_path(index, leaves(size))


@given(st.integers(1, 700), st.data())
def test_consistency_proofs_are_those_of_the_rfc(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    assert consistency_proof(filled(new + 3), old, new) == naive_consistency(old, leaves(new))


@settings(max_examples=50)
@given(st.integers(1, TEN_MILLION), st.integers(0, TEN_MILLION - 1))
def test_ten_million_leaves_need_few_tile_reads(size: int, index: int) -> None:
    index %= size
    store = CountingStore(UniformStore())
    root = root_at(store, size)
    assert len(store.reads) <= 3
    store.reads.clear()
    verify_inclusion(b"\x07" * 32, index, size, root, inclusion_proof(store, index, size))
    assert len(store.reads) <= 6
    assert len(set(store.reads)) == len(store.reads)
    store.reads.clear()
    proof = consistency_proof(store, index + 1, size)
    assert len(store.reads) <= 6
    verify_consistency(index + 1, size, root_at(store, index + 1), root, proof)


@given(st.integers(0, 600), st.integers(0, 300))
def test_an_append_reads_the_right_edge_alone_and_writes_nothing(size: int, more: int) -> None:
    store = CountingStore(filled(size))
    append(store, size, leaves(more))
    edge = {(level, size >> 8 * (level + 1)) for level in range(2) if (size >> 8 * level) & 255}
    assert set(store.reads) == edge
    assert len(store.reads) == len(edge)


def test_appending_nothing_changes_nothing() -> None:
    result = append(filled(300), 300, [])
    assert (result.size, result.changed) == (300, {})
    assert result.root == naive_root(leaves(300))


@given(st.integers(1, 600), st.integers(0, 300))
def test_what_a_dead_writer_left_behind_is_written_over(size: int, stray: int) -> None:
    """Tiles may be ahead of the recorded size when a process died between the two writes."""
    store = filled(size)
    store.put_many(append(store, size, [b"\xff" * 32] * stray).changed)
    assert root_at(store, size) == naive_root(leaves(size))
    result = append(store, size, leaves(size + 301)[size:])
    store.put_many(result.changed)
    assert store.tiles == filled(size + 301).tiles


@pytest.mark.parametrize("key", [(0, 1), (1, 0)])
@pytest.mark.parametrize("damage", ["missing", "short"])
def test_a_damaged_store_is_named(key: tuple[int, int], damage: str) -> None:
    store = filled(300)
    if damage == "missing":
        del store.tiles[key]
    else:
        store.tiles[key] = store.tiles[key][:-1]
    for act in (
        lambda: append(store, 300, leaves(1)),
        lambda: root_at(store, 300),
        lambda: inclusion_proof(store, 298, 300),
        lambda: consistency_proof(store, 257, 300),
    ):
        with pytest.raises(TileError, match=f"tile {key[0]}/{key[1]} is missing or too short"):
            act()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (0, -1), (0, 2**63)])
def test_no_inclusion_proof_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(LedgerError):
        inclusion_proof(filled(5), index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (0, 0), (6, 5), (-1, 5), (1, 2**63)])
def test_no_consistency_proof_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(LedgerError):
        consistency_proof(filled(5), old, new)


def test_a_hash_of_another_length_never_enters_the_tree() -> None:
    with pytest.raises(LedgerError, match="32 bytes"):
        append(MemoryTileStore(), 0, [b"\x00" * 32, b"\x00" * 31])


def test_a_proof_beyond_the_store_is_refused() -> None:
    with pytest.raises(TileError):
        inclusion_proof(filled(5), 2, 9)
