# SPDX-License-Identifier: AGPL-3.0-or-later
"""Generated proofs that must not pass: every small tree, each kind of damage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amana.kernel.ledger import (
    EMPTY_ROOT,
    ProofError,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.kernel.ledger.builders import filled, flipped, leaves, naive_root

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33]
STRANGER = b"\x5a" * 32


def damaged(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Proofs near a good one, none of them equal to it."""
    yield [*proof, STRANGER]
    yield [STRANGER, *proof]
    yield [*proof, EMPTY_ROOT]
    for at, value in enumerate(proof):
        yield proof[:at] + proof[at + 1 :]
        yield [*proof[:at], flipped(value, at * 37 + 5), *proof[at + 1 :]]
        yield [*proof[:at], value[:-1], *proof[at + 1 :]]
        yield [*proof[:at], value + b"\x00", *proof[at + 1 :]]
        yield [*proof[:at], value, value, *proof[at + 1 :]]
    if len(proof) > 1 and proof[0] != proof[-1]:
        yield proof[::-1]


@pytest.mark.parametrize("size", SIZES)
def test_no_damaged_proof_of_inclusion_passes(size: int) -> None:
    store, hashes = filled(size), leaves(size)
    root = naive_root(hashes)
    for index in range(size):
        proof = inclusion_proof(store, index, size)
        verify_inclusion(hashes[index], index, size, root, proof)
        for bad in damaged(proof):
            with pytest.raises(ProofError):
                verify_inclusion(hashes[index], index, size, root, bad)


@pytest.mark.parametrize("size", SIZES)
def test_a_good_proof_of_inclusion_passes_for_nothing_else(size: int) -> None:
    store, hashes = filled(size), leaves(size)
    root = naive_root(hashes)
    for index in range(size):
        proof = inclusion_proof(store, index, size)
        wrong = [
            (STRANGER, index, size, root),
            (hashes[index], index, size, STRANGER),
            (root, index, size, hashes[index]),
            (hashes[index], -1, size, root),
            (hashes[index], size, size, root),
            (hashes[index], index, 0, root),
            (hashes[index], index, -size, root),
        ]
        wrong += [(hashes[index], other, size, root) for other in range(size) if other != index]
        for leaf, place, width, under in wrong:
            if (leaf, place, width, under) != (hashes[index], index, size, root):
                with pytest.raises(ProofError):
                    verify_inclusion(leaf, place, width, under, proof)


@pytest.mark.parametrize("new", SIZES)
def test_no_damaged_proof_of_consistency_passes(new: int) -> None:
    store, hashes = filled(new), leaves(new)
    for old in range(1, new + 1):
        old_root, new_root = root_of(hashes[:old]), root_of(hashes)
        proof = consistency_proof(store, old, new)
        verify_consistency(old, new, old_root, new_root, proof)
        for bad in damaged(proof):
            with pytest.raises(ProofError):
                verify_consistency(old, new, old_root, new_root, bad)
        for first, second in ((STRANGER, new_root), (old_root, STRANGER), (new_root, old_root)):
            if (first, second) != (old_root, new_root):
                with pytest.raises(ProofError):
                    verify_consistency(old, new, first, second, proof)


@pytest.mark.parametrize("new", SIZES)
def test_pitfall_3_nothing_is_consistent_with_size_0(new: int) -> None:
    for proof in ([], [STRANGER], consistency_proof(filled(new), 1, new)):
        with pytest.raises(ProofError):
            verify_consistency(0, new, EMPTY_ROOT, root_of(leaves(new)), proof)


@pytest.mark.parametrize("size", [8, 13, 33])
def test_a_fork_is_consistent_with_nothing(size: int) -> None:
    """The same first leaves and another one after them."""
    for at in range(size - 1):
        forked = [*leaves(size)[:at], STRANGER, *leaves(size)[at + 1 :]]
        with pytest.raises(ProofError):
            verify_consistency(
                at + 1,
                size,
                root_of(forked[: at + 1]),
                root_of(leaves(size)),
                consistency_proof(filled(size), at + 1, size),
            )
