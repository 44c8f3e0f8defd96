# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking Merkle proofs without the tree (RFC 9162 sections 2.1.3.2 and 2.1.4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

from .encoding import MAX_SIZE
from .errors import ProofError
from .tree import HASH_SIZE, node_hash


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if ``leaf_hash`` is leaf ``index`` of the tree of ``size`` leaves under ``root``.

    ``proof`` runs from the leaf's sibling to the root's child. Raises ``ProofError`` with the
    reason otherwise.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    _check_hashes(leaf_hash, root, *proof)
    position, last = index, size - 1
    node = leaf_hash
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    _check_root(node, root, "the proof does not lead to this root")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the tree under ``new_root`` continues the one under ``old_root`` unchanged.

    Raises ``ProofError`` with the reason otherwise, also for an old size of 0: every tree
    continues the empty one, so there is nothing to prove and nothing proven.
    """
    if not 1 <= old_size <= new_size <= MAX_SIZE:
        raise ProofError(f"no consistency can be proven from size {old_size} to {new_size}")
    if old_size == new_size:
        if proof:
            raise ProofError("the proof is too long")
        _check_root(old_root, new_root, "two different roots for one size")
        return
    _check_hashes(old_root, new_root, *proof)
    old_node, new_node = _walk_consistency(old_size, new_size, old_root, proof)
    _check_root(old_node, old_root, "the proof does not lead to the old root")
    _check_root(new_node, new_root, "the proof does not lead to the new root")


def _walk_consistency(
    old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    # An old tree of 2**k leaves is itself the first node, so the proof leaves it out.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise ProofError("the proof is too short")
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if position & 1 or position == last:
            old_node = node_hash(sibling, old_node)
            new_node = node_hash(sibling, new_node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old_node, new_node


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofError("a hash is not 32 bytes long")


def _check_root(computed: bytes, expected: bytes, reason: str) -> None:
    if not compare_digest(computed, expected):
        raise ProofError(reason)
