# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two keys with which a node cosigns the checkpoints of logs, made from one secret.

Apart from the signing key: a cosigner's Ed25519 key may serve for nothing else, since what it signs
does not hold its name (c2sp.org/tlog-cosignature)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from amana.kernel.sealing import boxes

ED25519_PUBLIC_BYTES: Final = 32
PUBLIC_BYTES: Final = ED25519_PUBLIC_BYTES + 1312

_INFO: Final = b"amana/cosigner/1\x00"


@dataclass(frozen=True, slots=True)
class CosignerSeeds:
    """The secret halves: an Ed25519 seed (RFC 8032) and an ML-DSA-44 seed (FIPS 204), 32 bytes
    each."""

    ed25519: bytes = field(repr=False)
    mldsa: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Both seeds of the 32 bytes in the key file; the same at each call."""
        return cls(
            ed25519=boxes.derive(secret, salt=b"", info=_INFO + b"ed25519"),
            mldsa=boxes.derive(secret, salt=b"", info=_INFO + b"ml-dsa-44"),
        )

    def public(self) -> bytes:
        """The public halves, end to end: 32 and 1,312 bytes."""
        first = Ed25519PrivateKey.from_private_bytes(self.ed25519).public_key()
        second = MLDSA44PrivateKey.from_seed_bytes(self.mldsa).public_key()
        return first.public_bytes_raw() + second.public_bytes_raw()
