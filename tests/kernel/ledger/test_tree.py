# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import EMPTY_ROOT, Frontier, LedgerError, leaf_hash, node_hash, root_of
from tests.kernel.ledger.builders import CT_ENTRIES, CT_ROOTS, leaves, naive_root

sizes = st.integers(0, 300)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    hashes = [leaf_hash(entry) for entry in CT_ENTRIES[:size]]
    assert root_of(hashes).hex() == CT_ROOTS[size - 1]
    assert Frontier().append(hashes).root().hex() == CT_ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == Frontier().root() == sha256(b"").digest()


def test_leaves_and_nodes_are_hashed_apart() -> None:
    """Without the prefixes an inner node could be passed off as an entry."""
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert leaf_hash(b"x") == sha256(b"\x00x").digest()


@given(sizes)
def test_root_follows_the_rfc_for_any_size(size: int) -> None:
    assert root_of(leaves(size)) == naive_root(leaves(size))


@given(st.lists(st.integers(0, 40), max_size=12))
def test_a_frontier_grown_in_steps_has_the_root_of_the_whole(steps: list[int]) -> None:
    hashes, frontier = leaves(sum(steps)), Frontier()
    for step in steps:
        frontier = frontier.append(hashes[frontier.size : frontier.size + step])
    assert frontier.size == len(hashes)
    assert frontier.root() == naive_root(hashes)


def test_appending_leaves_the_old_frontier_alone() -> None:
    old = Frontier().append(leaves(5))
    root = old.root()
    old.append(leaves(9))
    assert (old.size, old.root()) == (5, root)


@given(sizes)
def test_a_frontier_survives_the_way_through_bytes(size: int) -> None:
    frontier = Frontier().append(leaves(size))
    data = frontier.to_bytes()
    assert Frontier.from_bytes(data) == frontier
    assert len(data) == 8 + 32 * size.bit_count()


@given(st.integers(0, 60), st.integers(-40, 40).filter(bool))
def test_a_frontier_of_another_length_is_refused(size: int, change: int) -> None:
    data = Frontier().append(leaves(size)).to_bytes()
    damaged = data + b"\x00" * change if change > 0 else data[:change]
    with pytest.raises(LedgerError):
        Frontier.from_bytes(damaged)


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(1, ()), (0, (b"\x00" * 32,)), (1, (b"\x00" * 31,)), (-1, ()), (2**63, (b"\x00" * 32,))],
)
def test_an_impossible_frontier_cannot_be_made(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(LedgerError):
        Frontier(size, peaks)
