# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which Ed25519 public keys may be trusted at all; signatures themselves are the library's."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .errors import VkeyError

KEY_SIZE: Final = 32

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P


def check_public_key(public: bytes) -> None:
    """Refuse, with ``VkeyError``, a public key that the signature check alone would let pass.

    The library accepts points of small order (one signature then fits many messages) and points
    written in a second, non-canonical way (RFC 8032 section 5.1.3 forbids them).
    """
    if len(public) != KEY_SIZE:
        raise VkeyError("an Ed25519 public key has 32 bytes")
    encoded = int.from_bytes(public, "little")
    y, x_is_odd = encoded & (2**255 - 1), encoded >> 255
    if y >= _P:
        raise VkeyError("the Ed25519 public key is not canonically encoded")
    x_squared = _x_squared(y)
    if x_squared and pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise VkeyError("the Ed25519 public key is not a point of the curve")
    if x_squared == 0 and x_is_odd:
        raise VkeyError("the Ed25519 public key is not canonically encoded")
    if _has_small_order(y):
        raise VkeyError("the Ed25519 public key has a small order")


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) over ``message`` was made with this key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _x_squared(y: int) -> int:
    return (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P


def _has_small_order(y: int) -> bool:
    """Whether the points with this y have an order dividing 8.

    Eight times a point is the neutral element exactly when three doublings reach y = 1 (only
    the neutral element has it). Doubling needs no x: on the curve y' = (y² + x²) / (1 - dx²y²)
    depends on x² alone.
    """
    for _ in range(3):
        x_squared = _x_squared(y)
        y = (y * y + x_squared) * pow(1 - _D * x_squared * y * y, -1, _P) % _P
    return y == 1
