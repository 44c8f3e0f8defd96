# SPDX-License-Identifier: AGPL-3.0-or-later
"""Key pairs, and wrapping to somebody's public half (HPKE base mode, RFC 9180).

Suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Base mode authenticates no sender:
whoever holds a public half can add, only the private half can read. Who added what is the
journal's business.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from amana.kernel.sealing import boxes
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import BadKey, CannotOpen

KEY_BYTES: Final = 32

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_VERSION: Final = b"\x01"
_LABEL: Final = b"amana/wrap/1\x00"
_OVERHEAD: Final = 1 + 32 + 16
_WRAPPED_KEY_BYTES: Final = _OVERHEAD + boxes.KEY_BYTES
_KEM_SUITE_ID: Final = b"KEM\x00\x20"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 pair: two raw halves of 32 bytes each (RFC 7748)."""

    public: bytes
    private: bytes = field(repr=False)


def new_pair() -> KeyPair:
    """A fresh random pair."""
    key = X25519PrivateKey.generate()
    return KeyPair(public=key.public_key().public_bytes_raw(), private=key.private_bytes_raw())


def pair_from_seed(seed: bytes) -> KeyPair:
    """The pair that belongs to 32 secret bytes (DeriveKeyPair, RFC 9180 section 7.1.3)."""
    if len(seed) != KEY_BYTES:
        raise BadKey
    extracted = hmac.digest(b"", b"HPKE-v1" + _KEM_SUITE_ID + b"dkp_prk" + seed, "sha256")
    labelled = KEY_BYTES.to_bytes(2, "big") + b"HPKE-v1" + _KEM_SUITE_ID + b"sk"
    return pair_from_private(hmac.digest(extracted, labelled + b"\x01", "sha256"))


def pair_from_private(private: bytes) -> KeyPair:
    """The pair of a raw private half, e.g. one that was unwrapped. Raises `BadKey`."""
    return KeyPair(public=_private(private).public_key().public_bytes_raw(), private=private)


def wrap(public: bytes, secret: bytes, *, context: bytes) -> bytes:
    """Encrypt a short secret (a key) to `public`: `version | enc (32) | ciphertext and tag`.

    The length is not hidden; texts go through `seal_to`. Raises `BadKey`.
    """
    recipient = _public(public)
    try:
        return _VERSION + _SUITE.encrypt(secret, recipient, _info(context))
    except ValueError:
        # A low-order point: the shared secret would be zero and known to everyone.
        raise BadKey from None


def unwrap(private: bytes, wrapped: bytes, *, context: bytes) -> bytes:
    """The secret inside `wrapped`. Raises `BadKey`, `CannotOpen`."""
    key = _private(private)
    if len(wrapped) < _OVERHEAD or wrapped[:1] != _VERSION:
        raise CannotOpen
    try:
        return _SUITE.decrypt(wrapped[1:], key, _info(context))
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def seal_to(public: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Seal a text of any length under a fresh key, and that key to `public`.

    So anyone with the public half can add a part that only the private half reads.
    Raises `BadKey`, `TooLarge`.
    """
    key, bound = boxes.new_key(), join("part", context)
    return wrap(public, key, context=bound) + boxes.seal(key, plaintext, context=bound)


def open_from(private: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """The text inside what `seal_to` made. Raises `BadKey`, `CannotOpen`."""
    bound = join("part", context)
    wrapped, box = sealed[:_WRAPPED_KEY_BYTES], sealed[_WRAPPED_KEY_BYTES:]
    key = unwrap(private, wrapped, context=bound)
    if len(key) != boxes.KEY_BYTES:
        raise CannotOpen
    return boxes.open_box(key, box, context=bound)


def _info(context: bytes) -> bytes:
    # The one-shot API of `cryptography` takes no AAD; `info` binds the context just as firmly.
    return _LABEL + hashlib.sha256(context).digest()


def _public(raw: bytes) -> X25519PublicKey:
    # Loading costs 3 us of the 60-110 us of a wrap: a cache would not pay for itself.
    if len(raw) != KEY_BYTES:
        raise BadKey
    return X25519PublicKey.from_public_bytes(raw)


def _private(raw: bytes) -> X25519PrivateKey:
    if len(raw) != KEY_BYTES:
        raise BadKey
    return X25519PrivateKey.from_private_bytes(raw)
