# SPDX-License-Identifier: AGPL-3.0-or-later
"""RFC 6962 section 2.1: the hashes of an append-only Merkle tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from .encoding import MAX_SIZE
from .errors import LedgerError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry into its leaf: SHA-256(0x00 ‖ entry), 32 bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent: SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes, in order; ``EMPTY_ROOT`` for none."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        paired = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        # An unpaired last node rises unchanged: it is the root of the shorter right subtree.
        level = paired + level[len(paired) * 2 :]
    return level[0]


def fold_peaks(peaks: Iterable[bytes]) -> bytes:
    """Root from perfect subtrees given smallest (rightmost) first; ``EMPTY_ROOT`` for none."""
    root: bytes | None = None
    for peak in peaks:
        root = peak if root is None else node_hash(peak, root)
    return EMPTY_ROOT if root is None else root


def split_point(width: int) -> int:
    """Largest power of two smaller than ``width`` (which must be at least 2): RFC 6962's k."""
    return 1 << (width - 1).bit_length() - 1


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be remembered of a tree to append to it and name its root.

    ``peaks`` are the roots of the perfect subtrees, largest (leftmost) first: one for each bit
    set in ``size``, so at most 63 hashes for any tree.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise LedgerError(f"tree size out of range: {self.size}")
        if len(self.peaks) != self.size.bit_count():
            raise LedgerError("a frontier needs one hash for each bit set in its size")
        if any(len(peak) != HASH_SIZE for peak in self.peaks):
            raise LedgerError("a hash in the frontier is not 32 bytes long")

    def append(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """The frontier after these leaf hashes, in order. The receiver stays as it was."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaf_hashes:
            node = leaf
            merges = ((size + 1) & -(size + 1)).bit_length() - 1
            for _ in range(merges):
                node = node_hash(peaks.pop(), node)
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Root of the tree of this size."""
        return fold_peaks(reversed(self.peaks))

    def to_bytes(self) -> bytes:
        """Eight bytes of size (big-endian), then the peaks, largest first."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Undo :meth:`to_bytes`. Raises ``LedgerError`` for any other length."""
        if (len(data) - 8) % HASH_SIZE:
            raise LedgerError("not a frontier: wrong length")
        hashes = [data[i : i + HASH_SIZE] for i in range(8, len(data), HASH_SIZE)]
        return cls(int.from_bytes(data[:8], "big"), tuple(hashes))
