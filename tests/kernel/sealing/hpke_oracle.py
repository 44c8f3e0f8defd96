# SPDX-License-Identifier: AGPL-3.0-or-later
"""RFC 9180 base mode once more, from HMAC and X25519 alone: a second opinion for the tests."""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

AEAD_AES_128_GCM: Final = 1
AEAD_AES_256_GCM: Final = 2
AEAD_CHACHA20_POLY1305: Final = 3

_KEM_ID: Final = b"KEM\x00\x20"


def open_base(
    private: bytes, enc: bytes, sealed: bytes, *, info: bytes, aad: bytes = b"", aead: int
) -> bytes:
    """The plaintext of the first message of a base-mode context."""
    key, nonce = key_schedule(shared_secret(private, enc), info, aead)
    if aead == AEAD_CHACHA20_POLY1305:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, aad)
    return AESGCM(key).decrypt(nonce, sealed, aad)


def shared_secret(private: bytes, enc: bytes) -> bytes:
    """Decap, section 4.1."""
    own = X25519PrivateKey.from_private_bytes(private)
    dh = own.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + own.public_key().public_bytes_raw()
    prk = _extract(b"", b"eae_prk", dh, _KEM_ID)
    return _expand(prk, b"shared_secret", context, 32, _KEM_ID)


def key_schedule(secret: bytes, info: bytes, aead: int) -> tuple[bytes, bytes]:
    """Key and base nonce, section 5.1, HKDF-SHA256."""
    suite = b"HPKE" + bytes.fromhex("00200001") + aead.to_bytes(2, "big")
    context = (
        b"\x00"
        + _extract(b"", b"psk_id_hash", b"", suite)
        + _extract(b"", b"info_hash", info, suite)
    )
    prk = _extract(secret, b"secret", b"", suite)
    length = 16 if aead == AEAD_AES_128_GCM else 32
    return _expand(prk, b"key", context, length, suite), _expand(
        prk, b"base_nonce", context, 12, suite
    )


def _extract(salt: bytes, label: bytes, ikm: bytes, suite: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(prk: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    message = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, message + b"\x01", "sha256")[:length]
