# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import ProofError, verify_consistency, verify_inclusion
from tests.kernel.ledger.builders import (
    flipped,
    leaves,
    naive_consistency,
    naive_path,
    naive_root,
    naive_turns,
)


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    """(index, size) with a bias to sizes around powers of two, where trees change shape."""
    power = 1 << draw(st.integers(0, 7))
    size = max(1, draw(st.integers(1, 130) | st.sampled_from([power - 1, power, power + 1])))
    return draw(st.integers(0, size - 1)), size


@st.composite
def growths(draw: st.DrawFn) -> tuple[int, int]:
    """(old, new) with 1 <= old <= new."""
    index, size = draw(places())
    return index + 1, size


@given(places())
def test_every_leaf_is_proven(place: tuple[int, int]) -> None:
    index, size = place
    hashes = leaves(size)
    verify_inclusion(hashes[index], index, size, naive_root(hashes), naive_path(index, hashes))


@given(places(), st.integers(0, 255), st.data())
def test_one_flipped_bit_anywhere_breaks_an_inclusion(
    place: tuple[int, int], bit: int, data: st.DataObject
) -> None:
    index, size = place
    hashes = leaves(size)
    parts = [hashes[index], naive_root(hashes), *naive_path(index, hashes)]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], bit)
    with pytest.raises(ProofError):
        verify_inclusion(parts[0], index, size, parts[1], parts[2:])


@given(places(), st.integers(-2, 2**64))
def test_another_index_breaks_an_inclusion(place: tuple[int, int], wrong: int) -> None:
    index, size = place
    hashes = leaves(size)
    for other in {wrong, index ^ 1, index ^ 2, index + 1, index - 1, size - 1 - index} - {index}:
        with pytest.raises(ProofError):
            verify_inclusion(
                hashes[index], other, size, naive_root(hashes), naive_path(index, hashes)
            )


@given(places(), st.integers(1, 300))
def test_another_size_breaks_an_inclusion_unless_the_path_is_the_same(
    place: tuple[int, int], wrong: int
) -> None:
    """Where the path runs alike only the signed checkpoint holds the size: RFC 6962's shape."""
    index, size = place
    hashes, root = leaves(size), naive_root(leaves(size))
    proof = naive_path(index, hashes)
    for other in {wrong, size * 2, size // 2, size + 1, size - 1} - {size}:
        same = index < other and naive_turns(index, other) == naive_turns(index, size)
        if same:
            verify_inclusion(hashes[index], index, other, root, proof)
        else:
            with pytest.raises(ProofError):
                verify_inclusion(hashes[index], index, other, root, proof)


@given(places(), st.integers(0, 8))
def test_a_hash_too_many_or_too_few_breaks_an_inclusion(place: tuple[int, int], at: int) -> None:
    index, size = place
    hashes = leaves(size)
    proof, root = naive_path(index, hashes), naive_root(hashes)
    at %= len(proof) + 1
    for garbage in (b"\x00" * 32, root, b""):
        with pytest.raises(ProofError):
            verify_inclusion(hashes[index], index, size, root, [*proof[:at], garbage, *proof[at:]])
    if proof:
        at %= len(proof)
        with pytest.raises(ProofError):
            verify_inclusion(hashes[index], index, size, root, proof[:at] + proof[at + 1 :])


@given(growths())
def test_every_earlier_tree_is_proven(growth: tuple[int, int]) -> None:
    old, new = growth
    hashes = leaves(new)
    verify_consistency(
        old, new, naive_root(hashes[:old]), naive_root(hashes), naive_consistency(old, hashes)
    )


@given(growths(), st.integers(0, 255), st.data())
def test_one_flipped_bit_anywhere_breaks_a_consistency(
    growth: tuple[int, int], bit: int, data: st.DataObject
) -> None:
    old, new = growth
    hashes = leaves(new)
    parts = [naive_root(hashes[:old]), naive_root(hashes), *naive_consistency(old, hashes)]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], bit)
    with pytest.raises(ProofError):
        verify_consistency(old, new, parts[0], parts[1], parts[2:])


@given(growths(), st.integers(-2, 300))
def test_another_old_size_breaks_a_consistency(growth: tuple[int, int], wrong: int) -> None:
    old, new = growth
    hashes = leaves(new)
    proof = naive_consistency(old, hashes)
    for other in {wrong, old ^ 2, old + 1, old - 1} - {old}:
        with pytest.raises(ProofError):
            verify_consistency(other, new, naive_root(hashes[:old]), naive_root(hashes), proof)


@given(growths(), st.integers(0, 8))
def test_a_hash_too_many_or_too_few_breaks_a_consistency(growth: tuple[int, int], at: int) -> None:
    old, new = growth
    hashes = leaves(new)
    proof = naive_consistency(old, hashes)
    old_root, new_root = naive_root(hashes[:old]), naive_root(hashes)
    at %= len(proof) + 1
    for garbage in (b"\x00" * 32, old_root, new_root, b""):
        longer = [*proof[:at], garbage, *proof[at:]]
        with pytest.raises(ProofError):
            verify_consistency(old, new, old_root, new_root, longer)
    if proof:
        at %= len(proof)
        with pytest.raises(ProofError):
            verify_consistency(old, new, old_root, new_root, proof[:at] + proof[at + 1 :])


@given(growths())
def test_swapped_roots_break_a_consistency(growth: tuple[int, int]) -> None:
    old, new = growth
    hashes = leaves(new + 1)
    with pytest.raises(ProofError):
        verify_consistency(
            old,
            new + 1,
            naive_root(hashes),
            naive_root(hashes[:old]),
            naive_consistency(old, hashes),
        )


def test_a_rewritten_history_is_found() -> None:
    """A log that changed one old leaf cannot make its new tree follow from its old one."""
    hashes = leaves(9)
    rewritten = [*hashes[:2], leaves(20)[-1], *hashes[3:]]
    with pytest.raises(ProofError, match="old root"):
        verify_consistency(
            5, 9, naive_root(hashes[:5]), naive_root(rewritten), naive_consistency(5, rewritten)
        )


def test_the_border_between_two_hashes_cannot_be_moved() -> None:
    """Hashes of 33 and 31 bytes feed the same bytes into the parent as two of 32."""
    left, right = leaves(2)
    root = naive_root([left, right])
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(left + right[:1], 0, 2, root, [right[1:]])
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 2, left + right[:1], root, [right[1:]])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (0, 5), (-1, 5), (5, 4), (1, 2**63)])
def test_sizes_between_which_nothing_can_be_proven_are_refused(old: int, new: int) -> None:
    root = naive_root(leaves(1))
    with pytest.raises(ProofError, match="no consistency can be proven"):
        verify_consistency(old, new, root, root, [])


def test_reasons_are_named() -> None:
    hashes = leaves(5)
    root, proof = naive_root(hashes), naive_path(1, hashes)
    for reason, arguments in {
        "no leaf 5 in a tree of 5": (5, 5, root, proof),
        "no leaf 0 in a tree of 0": (0, 0, root, proof),
        "too short": (1, 5, root, proof[:-1]),
        "too long": (1, 5, root, [*proof, root]),
        "not 32 bytes": (1, 5, root, [*proof[:-1], b"short"]),
        "does not lead to this root": (1, 5, hashes[0], proof),
    }.items():
        with pytest.raises(ProofError, match=reason):
            verify_inclusion(hashes[1], *arguments)
    with pytest.raises(ProofError, match="two different roots for one size"):
        verify_consistency(5, 5, root, hashes[0], [])
