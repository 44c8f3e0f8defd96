# SPDX-License-Identifier: AGPL-3.0-or-later
"""ML-DSA-44 (FIPS 204): signatures that a quantum computer does not forge."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from .errors import VkeyError

PUBLIC_SIZE: Final = 1312
SIGNATURE_SIZE: Final = 2420


def check_public_key(public: bytes) -> None:
    """Refuse, with ``VkeyError``, what is no public key. Every string of 1,312 bytes encodes one
    and only one (FIPS 204, algorithm 23)."""
    if len(public) != PUBLIC_SIZE:
        raise VkeyError("an ML-DSA-44 public key has 1,312 bytes")
    try:
        MLDSA44PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise VkeyError("the ML-DSA-44 public key cannot be read") from error


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (2,420 bytes, no context) over ``message`` was made with this key."""
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
