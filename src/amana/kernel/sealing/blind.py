# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keyed tokens: equal values give equal tokens, and without the key a token says nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from amana.kernel.sealing.encoding import encode, join
from amana.kernel.sealing.errors import BadKey, KeyMissing

TOKEN_BYTES: Final = 16
MIN_KEY_BYTES: Final = 32

_LABEL: Final = "amana/blind/1"
_BLOCK_BYTES: Final = 64


class _Keyed:
    """HMAC-SHA256 (RFC 2104) under one key, whose two blocks are hashed once for all messages: a
    report has some hundred and fifty tokens, and beginning anew costs four times the rest."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = key if len(key) <= _BLOCK_BYTES else hashlib.sha256(key).digest()
        block = block.ljust(_BLOCK_BYTES, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digests(self, front: bytes, rests: Iterable[bytes]) -> list[bytes]:
        """32 bytes for `front` with each of `rests` behind it."""
        begun = self._inner.copy()
        begun.update(front)
        found = []
        for rest in rests:
            inner, outer = begun.copy(), self._outer.copy()
            inner.update(rest)
            outer.update(inner.digest())
            found.append(outer.digest())
        return found


class BlindIndex:
    """Makes the search and linking tokens of one node under versioned keys.

    `keys` maps version to key (32 bytes or more); `current` is the version of new tokens.
    Values must be normalised by the caller: one letter of difference is another token.
    Raises `BadKey`, `KeyMissing`.
    """

    __slots__ = ("_keys", "current")

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        if any(len(key) < MIN_KEY_BYTES or version < 1 for version, key in keys.items()):
            raise BadKey
        if current not in keys:
            raise KeyMissing
        self._keys = {version: _Keyed(key) for version, key in keys.items()}
        self.current = current

    def __repr__(self) -> str:
        return f"BlindIndex(versions={self.versions}, current={self.current})"

    @property
    def versions(self) -> tuple[int, ...]:
        """The key versions held, oldest first."""
        return tuple(sorted(self._keys))

    def token(self, field: str, kind: str, value: str, *, version: int | None = None) -> bytes:
        """16 bytes for this value of this kind in this field; under `current` unless told."""
        used = self.current if version is None else version
        try:
            key = self._keys[used]
        except KeyError:
            raise KeyMissing from None
        message = join(_LABEL, used.to_bytes(4, "big"), field, kind, value)
        return key.digests(message, (b"",))[0][:TOKEN_BYTES]

    def tokens(self, field: str, kind: str, values: Iterable[str]) -> list[bytes]:
        """The tokens of many values of one kind under `current`, in their order."""
        key, used = self._keys[self.current], self.current.to_bytes(4, "big")
        front = join(_LABEL, used, field, kind)
        # By hand what `join` does: a report has hundreds of words.
        rests = [len(raw).to_bytes(4, "big") + raw for raw in map(encode, values)]
        return [digest[:TOKEN_BYTES] for digest in key.digests(front, rests)]

    def tokens_all_versions(self, field: str, kind: str, value: str) -> dict[int, bytes]:
        """Version to token: what a search must look for while a rotation is under way."""
        return {v: self.token(field, kind, value, version=v) for v in self.versions}
