# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builders for the ledger's tests, and RFC 6962 written down a second time, naively."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from amana.kernel.ledger import (
    Checkpoint,
    MemoryTileStore,
    ProofFile,
    SigningKey,
    append,
    format_proof_file,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    sign_checkpoint,
)

ORIGIN = "node.example/journal"

# The leaves and roots that every implementation of Certificate Transparency is tried on.
CT_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class UniformStore:
    """A log of any size in which all leaves are equal: each level is one hash, repeated."""

    def __init__(self) -> None:
        self.hashes = [b"\x07" * 32]
        for _ in range(32):
            self.hashes.append(node_hash(self.hashes[-1], self.hashes[-1]))

    def get(self, level: int, index: int) -> bytes | None:
        return self.hashes[level * 8] * 256

    def put_many(self, items: Mapping[tuple[int, int], bytes]) -> None:
        raise AssertionError("reading must not write")


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"entry %d" % i) for i in range(count)]


def filled(count: int) -> MemoryTileStore:
    store = MemoryTileStore()
    store.put_many(append(store, 0, leaves(count)).changed)
    return store


def flipped(data: bytes, bit: int) -> bytes:
    """``data`` with one bit changed; bits are counted around the whole."""
    index, inner = divmod(bit % (len(data) * 8), 8)
    return data[:index] + bytes([data[index] ^ (1 << inner)]) + data[index + 1 :]


def signing_key(name: str = ORIGIN, seed: int = 1) -> SigningKey:
    return SigningKey.from_private_bytes(name, bytes([seed]) * 32)


def proof_text(
    *, count: int = 5, index: int = 2, key: SigningKey | None = None, extra: bytes | None = None
) -> str:
    """A good proof file for ``entry(index)`` in a log of ``count`` entries."""
    store = filled(count)
    note = sign_checkpoint(Checkpoint(ORIGIN, count, root_at(store, count)), key or signing_key())
    hashes = tuple(inclusion_proof(store, index, count))
    return format_proof_file(ProofFile(index, hashes, note, extra))


def entry(index: int) -> bytes:
    return b"entry %d" % index


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = naive_split(len(hashes))
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = naive_split(len(hashes))
    if index < k:
        return [*naive_path(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_turns(index: int, size: int) -> str:
    """On which side the sibling stands at each step of ``naive_path``."""
    if size == 1:
        return ""
    k = naive_split(size)
    return naive_turns(index, k) + "r" if index < k else naive_turns(index - k, size - k) + "l"


def naive_consistency(old: int, hashes: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = naive_split(len(hashes))
    if old <= k:
        return [*naive_consistency(old, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_consistency(old - k, hashes[k:], False), naive_root(hashes[:k])]


def naive_split(width: int) -> int:
    k = 1
    while k * 2 < width:
        k *= 2
    return k
