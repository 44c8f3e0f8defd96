# SPDX-License-Identifier: AGPL-3.0-or-later
"""Symmetric envelopes for texts, and the key derivation used everywhere in this package.

A box is `version (1) | nonce (12) | AES-256-GCM(padded plaintext) | tag (16)`. The context is
authenticated and not stored: a box moved to another report, field or purpose does not open.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amana.kernel.sealing.errors import BadKey, CannotOpen, TooLarge

KEY_BYTES: Final = 32
MAX_PLAINTEXT: Final = 16 * 1024 * 1024

_VERSION: Final = b"\x01"
_LABEL: Final = b"amana/box/1\x00"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SMALL_CLASSES: Final = (256, 1024, 4096, 16384, 65536)
_LARGE_STEP: Final = 65536


def new_key() -> bytes:
    """A fresh random key of 32 bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Encrypt `plaintext` so that only `key` with the same `context` opens it.

    The length is padded to a class (256 B, 1, 4, 16, 64 KiB, then steps of 64 KiB) so that
    sizes tell little (T-30). One key is good for 2^32 boxes (NIST SP 800-38D, random nonces).
    Raises `BadKey`, `TooLarge`.
    """
    if len(plaintext) > MAX_PLAINTEXT:
        raise TooLarge
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(key).encrypt(nonce, _pad(plaintext), _LABEL + context)
    return _VERSION + nonce + sealed


def open_box(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """The plaintext of a box made by `seal`. Raises `BadKey`, `CannotOpen`."""
    cipher = _cipher(key)
    start = len(_VERSION) + _NONCE_BYTES
    if len(sealed) < start + _TAG_BYTES or sealed[:1] != _VERSION:
        raise CannotOpen
    try:
        padded = cipher.decrypt(sealed[1:start], sealed[start:], _LABEL + context)
    except InvalidTag:
        raise CannotOpen from None
    return _unpad(padded)


def derive(secret: bytes, *, salt: bytes, info: bytes, length: int = KEY_BYTES) -> bytes:
    """`length` bytes of HKDF-SHA256 (RFC 5869). `info` separates purposes."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def padded_length(length: int) -> int:
    """The size class into which `length` bytes of plaintext fall (one byte marks the end)."""
    for size in _SMALL_CLASSES:
        if length < size:
            return size
    return (length // _LARGE_STEP + 1) * _LARGE_STEP


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise BadKey
    return AESGCM(key)


def _pad(plaintext: bytes) -> bytes:
    # ISO/IEC 7816-4: one 0x80, then zeros.
    return (plaintext + b"\x80").ljust(padded_length(len(plaintext)), b"\x00")


def _unpad(padded: bytes) -> bytes:
    stripped = padded.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise CannotOpen
    return stripped[:-1]
