# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hashes and proofs for auditors out of a log of three levels of tiles, against the same tree
computed from its leaves alone."""

from __future__ import annotations

import os
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.journal import reading
from amana.journal.models import Checkpoint, PublicCheckpoint, Tile
from amana.journal.reading import CannotProve
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger import append, inclusion_proof, root_of, verify_consistency
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.proofs import verify_inclusion
from amana.kernel.ledger.tiles import TILE_WIDTH

pytestmark = pytest.mark.db
LEAVES = 66_000
PUBLISHED = 65_984
often = settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)


@cache
def leaves() -> list[bytes]:
    return [os.urandom(32) for _ in range(LEAVES)]


@cache
def root(size: int) -> bytes:
    return root_of(leaves()[:size])


@pytest.fixture(autouse=True)
def log() -> DatabaseTiles:
    """A tree larger than what was published of it."""
    tiles = DatabaseTiles()
    tiles.put_many(append(tiles, 0, leaves()).changed)
    row = Checkpoint.objects.create(size=PUBLISHED, root=bytes(32), note="")
    PublicCheckpoint.objects.create(hour=500_000, checkpoint=row)
    return tiles


def path(index: int, width: int) -> str:
    """As c2sp.org/tlog-tiles writes it."""
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03d}")
    return "/".join(parts) + ("" if width == TILE_WIDTH else f".p/{width}")


def expected(level: int, index: int, width: int) -> bytes:
    span = TILE_WIDTH**level
    first = index * TILE_WIDTH * span
    return b"".join(
        root_of(leaves()[at : at + span]) for at in range(first, first + width * span, span)
    )


def test_every_tile_is_what_its_leaves_give_and_nothing_unpublished_is_one() -> None:
    assert Tile.objects.filter(level=2).count() == 1

    @often
    @given(
        level=st.integers(0, 2),
        index=st.integers(0, 260),
        width=st.one_of(st.just(TILE_WIDTH), st.integers(1, TILE_WIDTH - 1)),
    )
    def holds(level: int, index: int, width: int) -> None:
        found = reading.tile(str(level), path(index, width))
        there = PUBLISHED // TILE_WIDTH**level
        if index * TILE_WIDTH + width > there:
            assert found is None
        else:
            assert found == expected(level, index, width)

    holds()
    assert reading.tile("2", path(0, 1)) == expected(2, 0, 1)
    assert reading.tile("1", path(1, 1)) == expected(1, 1, 1)


def test_what_is_no_path_is_no_tile() -> None:
    @often
    @given(level=st.text(max_size=3), said=st.text(alphabet="x0123456789/.p", max_size=14))
    def holds(level: str, said: str) -> None:
        found = reading.tile(level, said)
        assert found is None or len(found) % 32 == 0

    holds()
    for said in ("000 ", "٠٠٠", "000.p/٣", "x000/001", "-01", "000/000", "1", ""):
        assert reading.tile("0", said) is None


def test_any_two_published_sizes_are_proven_to_continue_each_other() -> None:
    @often
    @given(st.tuples(st.integers(1, PUBLISHED), st.integers(1, PUBLISHED)).map(sorted))
    def holds(sizes: list[int]) -> None:
        old, new = sizes
        proof = reading.consistency(str(old), str(new))
        verify_consistency(old, new, root(old), root(new), proof)
        if old < new:
            with pytest.raises(LedgerError):
                verify_consistency(old, new, bytes(32), root(new), proof)

    holds()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0", "64"),
        ("1", str(PUBLISHED + 1)),
        ("64", "1"),
        ("", "1"),
        ("1", ""),
        ("01", "64"),
        ("+1", "64"),
        ("1", "٦٤"),
        ("1", str(2**64)),
    ],
)
def test_other_sizes_are_refused_in_words(old: str, new: str) -> None:
    with pytest.raises(CannotProve) as refused:
        reading.consistency(old, new)
    assert str(refused.value)


def test_any_entry_is_proven_under_any_size_that_covers_it(log: DatabaseTiles) -> None:
    @often
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        size = data.draw(st.integers(1, LEAVES))
        index = data.draw(st.integers(0, size - 1))
        proof = inclusion_proof(log, index, size)
        verify_inclusion(leaves()[index], index, size, root(size), proof)

    holds()


def test_a_tile_that_is_gone_is_named(log: DatabaseTiles) -> None:
    Tile.objects.filter(level=0, index=77).delete()
    with pytest.raises(LedgerError, match="tile 0/77 is missing or too short"):
        inclusion_proof(DatabaseTiles(), 77 * TILE_WIDTH + 5, LEAVES)
    assert reading.tile("0", path(77, TILE_WIDTH)) is None
