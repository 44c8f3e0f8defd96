# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kinds of signature that can stand under a note, and how each is checked.

    0x01  Ed25519 over the text (c2sp.org/signed-note): a log's own signature
    0x04  Ed25519 cosignature, with a time (c2sp.org/tlog-cosignature)
    0x06  ML-DSA-44 cosignature, with a time; holds against a quantum computer too

A key of any other type can be carried, but not checked: its signatures count as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from . import ed25519, mldsa
from .checkpoint_text import Checkpoint
from .encoding import MAX_SIZE
from .errors import CheckpointError

TYPE_ED25519: Final = 0x01
TYPE_COSIGNATURE: Final = 0x04
TYPE_MLDSA_COSIGNATURE: Final = 0x06
COSIGNATURES: Final = frozenset({TYPE_COSIGNATURE, TYPE_MLDSA_COSIGNATURE})

TIME_BYTES: Final = 8
_SUBTREE_LABEL: Final = b"subtree/v1\n\x00"
_MAX_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Scheme:
    """``holds(name, public key, text, signature)``; never raises, whatever the bytes are."""

    check_public: Callable[[bytes], None]
    holds: Callable[[str, bytes, bytes, bytes], bool]


def cosigned_text(text: bytes, at: int) -> bytes:
    """What an Ed25519 cosigner signs: a header, the time, the whole text of the checkpoint."""
    return b"cosignature/v1\ntime %d\n" % at + text


def cosigned_subtree(cosigner: str, text: bytes, at: int) -> bytes:
    """What an ML-DSA-44 cosigner signs: its name, the time, and origin, size and root.

    Extension lines are not covered. Raises ``CheckpointError`` for a text that is no checkpoint,
    or names too long for this form (255 bytes)."""
    try:
        said = Checkpoint.parse(text.decode())
    except UnicodeDecodeError as error:
        raise CheckpointError("a checkpoint is valid Unicode") from error
    return b"".join(
        (
            _SUBTREE_LABEL,
            _name(cosigner),
            at.to_bytes(8, "big"),
            _name(said.origin),
            (0).to_bytes(8, "big"),
            said.size.to_bytes(8, "big"),
            said.root,
        )
    )


def time_of(signature: bytes) -> int:
    """The time a cosignature claims, in seconds since 1970. Raises ``ValueError``."""
    at = int.from_bytes(signature[:TIME_BYTES], "big")
    if len(signature) <= TIME_BYTES or at > MAX_SIZE:
        raise ValueError("a cosignature begins with a time")
    return at


def _plain_holds(_name: str, public: bytes, text: bytes, signature: bytes) -> bool:
    return ed25519.signature_holds(public, text, signature)


def _cosignature_holds(_name: str, public: bytes, text: bytes, signature: bytes) -> bool:
    try:
        Checkpoint.parse(text.decode())
        message = cosigned_text(text, time_of(signature))
    except ValueError:
        return False
    return ed25519.signature_holds(public, message, signature[TIME_BYTES:])


def _mldsa_holds(name: str, public: bytes, text: bytes, signature: bytes) -> bool:
    try:
        message = cosigned_subtree(name, text, time_of(signature))
    except ValueError:
        return False
    return mldsa.signature_holds(public, message, signature[TIME_BYTES:])


def _name(text: str) -> bytes:
    raw = text.encode()
    if not 1 <= len(raw) <= _MAX_NAME:
        raise CheckpointError("a name in a cosignature has 1 to 255 bytes")
    return bytes([len(raw)]) + raw


SCHEMES: Final[Mapping[int, Scheme]] = MappingProxyType(
    {
        TYPE_ED25519: Scheme(ed25519.check_public_key, _plain_holds),
        TYPE_COSIGNATURE: Scheme(ed25519.check_public_key, _cosignature_holds),
        TYPE_MLDSA_COSIGNATURE: Scheme(mldsa.check_public_key, _mldsa_holds),
    }
)
