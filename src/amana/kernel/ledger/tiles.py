# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree kept as C2SP tlog-tiles: 256 hashes a tile, read and written at the right edge only.

The tile at level L, index N holds the hashes of the subtrees of 256**L leaves from number
N * 256 on. A store keeps one value per (level, index): while the tree grows, the rightmost tile
of a level is replaced by a longer one that begins with the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from .encoding import MAX_SIZE
from .errors import LedgerError, TileError
from .tree import HASH_SIZE, fold_peaks, split_point

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_WIDTH * HASH_SIZE

TileKey = tuple[int, int]


class TileStore(Protocol):
    """Where tiles are kept. Keys are (level, index)."""

    def get(self, level: int, index: int) -> bytes | None:
        """The tile's hashes end to end (32 to 8,192 bytes), or ``None`` where there is none."""
        ...

    def put_many(self, items: Mapping[TileKey, bytes]) -> None:
        """Store these tiles, replacing shorter ones; all or none of them."""
        ...


class MemoryTileStore:
    """A ``TileStore`` in a dictionary: for tests, and for recomputing a log from its entries."""

    def __init__(self, tiles: Mapping[TileKey, bytes] | None = None) -> None:
        self.tiles: dict[TileKey, bytes] = dict(tiles or {})

    def get(self, level: int, index: int) -> bytes | None:
        """See :class:`TileStore`."""
        return self.tiles.get((level, index))

    def put_many(self, items: Mapping[TileKey, bytes]) -> None:
        """See :class:`TileStore`."""
        self.tiles.update(items)


@dataclass(frozen=True, slots=True)
class Appended:
    """The tree after an append: its size, its root, and every tile that is new or longer."""

    size: int
    root: bytes
    changed: Mapping[TileKey, bytes]


def append(store: TileStore, size: int, leaf_hashes: Sequence[bytes]) -> Appended:
    """Append leaf hashes to the tree of ``size`` leaves in ``store``, which is only read.

    The caller stores ``changed`` (``store.put_many``) in the transaction that also records the
    new size. At most one tile a level is read. Hashes left in the store beyond ``size`` by a
    writer that died are ignored and written over. Raises ``TileError`` for a damaged store and
    ``LedgerError`` for a hash that is not 32 bytes or a tree grown too large.
    """
    _check_size(size)
    _check_size(size + len(leaf_hashes))
    if any(len(leaf) != HASH_SIZE for leaf in leaf_hashes):
        raise LedgerError("a leaf hash is not 32 bytes long")
    changed: dict[TileKey, bytes] = {}
    peaks: list[bytes] = []
    added, position, level = b"".join(leaf_hashes), size, 0
    while added or position:
        edge = _edge_tile(store, level, position) + added
        parents: list[bytes] = []
        index = position >> TILE_HEIGHT
        for start in range(0, len(edge), TILE_BYTES):
            tile = edge[start : start + TILE_BYTES]
            if added:
                changed[level, index] = tile
            if len(tile) == TILE_BYTES:
                parents.append(_perfect_root(tile))
            else:
                peaks.extend(_tile_peaks(tile))
            index += 1
        added, position, level = b"".join(parents), position >> TILE_HEIGHT, level + 1
    return Appended(size + len(leaf_hashes), fold_peaks(peaks), changed)


def root_at(store: TileStore, size: int) -> bytes:
    """Root of the first ``size`` leaves; the store may hold more. One tile read a level."""
    _check_size(size)
    return fold_peaks(_edge_peaks(store, size))


def inclusion_proof(store: TileStore, index: int, size: int) -> list[bytes]:
    """Proof that leaf ``index`` is in the tree of ``size`` leaves, leaf's sibling first.

    RFC 6962 section 2.1.1. Raises ``LedgerError`` unless 0 <= index < size, ``TileError`` for a
    damaged store.
    """
    _check_size(size)
    if not 0 <= index < size:
        raise LedgerError(f"no leaf {index} in a tree of {size}")
    tree = _Reader(store)
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split_point(end - start)
        if index < middle:
            proof.append(tree.root(middle, end))
            end = middle
        else:
            proof.append(tree.root(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(store: TileStore, old: int, new: int) -> list[bytes]:
    """Proof that the tree of ``new`` leaves continues the tree of ``old`` leaves.

    RFC 6962 section 2.1.2; empty when the sizes are equal. Raises ``LedgerError`` unless
    1 <= old <= new: any tree continues the empty one, so a proof from size 0 would prove nothing.
    """
    _check_size(new)
    if not 1 <= old <= new:
        raise LedgerError(f"no consistency proof from size {old} to size {new}")
    tree = _Reader(store)
    proof: list[bytes] = []
    start, end = 0, new
    while end != old:
        middle = start + split_point(end - start)
        if old <= middle:
            proof.append(tree.root(middle, end))
            end = middle
        else:
            proof.append(tree.root(start, middle))
            start = middle
    if start:
        # The old tree is no subtree on its own here, so the verifier needs this node too.
        proof.append(tree.root(start, end))
    return proof[::-1]


class _Reader:
    """Nodes of the tree by their range, reading each tile at most once."""

    def __init__(self, store: TileStore) -> None:
        self._store = store
        self._tiles: dict[TileKey, bytes] = {}

    def root(self, start: int, end: int) -> bytes:
        """Root over leaves start..end, where ``start`` is aligned as RFC 6962's splits are."""
        peaks: list[bytes] = []
        while end > start:
            height = ((end - start) & -(end - start)).bit_length() - 1
            end -= 1 << height
            peaks.append(self._perfect(height, end >> height))
        return fold_peaks(peaks)

    def _perfect(self, height: int, number: int) -> bytes:
        level, inner = divmod(height, TILE_HEIGHT)
        index, offset = divmod(number << inner, TILE_WIDTH)
        key = (level, index)
        if key not in self._tiles:
            self._tiles[key] = self._store.get(level, index) or b""
        first, last = offset * HASH_SIZE, (offset + (1 << inner)) * HASH_SIZE
        if len(self._tiles[key]) < last:
            raise TileError(f"tile {level}/{index} is missing or too short")
        return _perfect_root(self._tiles[key][first:last])


def _perfect_root(hashes: bytes) -> bytes:
    """Root of a power of two of hashes, end to end. The hot loop: no calls but the hash."""
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            [sha256(b"\x01" + hashes[i : i + 64]).digest() for i in range(0, len(hashes), 64)]
        )
    return hashes


def _tile_peaks(tile: bytes) -> Iterator[bytes]:
    """Perfect subtrees of a partial tile, smallest (rightmost) first."""
    end = len(tile)
    while end:
        width = end & -end
        yield _perfect_root(tile[end - width : end])
        end -= width


def _edge_peaks(store: TileStore, size: int) -> Iterator[bytes]:
    position, level = size, 0
    while position:
        yield from _tile_peaks(_edge_tile(store, level, position))
        position, level = position >> TILE_HEIGHT, level + 1


def _edge_tile(store: TileStore, level: int, position: int) -> bytes:
    """The partial tile in which a level with ``position`` hashes ends; empty at a boundary."""
    index, width = divmod(position, TILE_WIDTH)
    if not width:
        return b""
    tile = store.get(level, index) or b""
    if len(tile) < width * HASH_SIZE:
        raise TileError(f"tile {level}/{index} is missing or too short")
    return tile[: width * HASH_SIZE]


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise LedgerError(f"tree size out of range: {size}")
