# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cosignatures (c2sp.org/tlog-cosignature): a witness's word that it saw a log only grow.

A cosignature says: at this time, the largest tree that I have seen of this log has this root, and
it continues every one that I signed before. Keeping that true is the caller's duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from .checkpoint_text import Checkpoint
from .encoding import MAX_SIZE
from .errors import CheckpointError, NoteError
from .notes import Signature, Vkey, open_note, parse_signatures
from .schemes import (
    COSIGNATURES,
    TIME_BYTES,
    TYPE_COSIGNATURE,
    TYPE_MLDSA_COSIGNATURE,
    cosigned_subtree,
    cosigned_text,
)


class Cosigner(Protocol):
    """A key that cosigns checkpoints under a name."""

    @property
    def vkey(self) -> Vkey:
        """The key with which others check it."""
        ...

    def cosign(self, text: str, at: int) -> Signature:
        """Cosign a checkpoint's text at a time (seconds since 1970)."""
        ...


class Ed25519Cosigner:
    """Type 0x04. The message does not hold the cosigner's name: a key for this and nothing else."""

    __slots__ = ("_private", "vkey")

    def __init__(self, name: str, seed: bytes) -> None:
        """``seed``: the 32 secret bytes; ``ValueError`` for another length."""
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.vkey = Vkey.of(name, public, kind=TYPE_COSIGNATURE)

    def cosign(self, text: str, at: int) -> Signature:
        """See :class:`Cosigner`; raises ``CheckpointError`` for a text that is no checkpoint."""
        Checkpoint.parse(text)
        time = _time(at)
        return _signature(self.vkey, time + self._private.sign(cosigned_text(text.encode(), at)))

    def __repr__(self) -> str:
        return f"<Ed25519Cosigner {self.vkey.name}+{self.vkey.key_id.hex()}>"

    def __reduce__(self) -> str:
        raise TypeError("a cosigner is not to be pickled or copied")


class MldsaCosigner:
    """Type 0x06, ML-DSA-44, as new cosigners should have it. Does not cover extension lines."""

    __slots__ = ("_private", "vkey")

    def __init__(self, name: str, seed: bytes) -> None:
        """``seed``: the 32 secret bytes of FIPS 204; ``ValueError`` for another length."""
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.vkey = Vkey.of(name, public, kind=TYPE_MLDSA_COSIGNATURE)

    def cosign(self, text: str, at: int) -> Signature:
        """See :class:`Cosigner`; raises ``CheckpointError`` for a text that is no checkpoint, or
        that has extension lines, since this signature would not cover them."""
        if Checkpoint.parse(text).extensions:
            raise CheckpointError("an ML-DSA-44 cosignature does not cover extension lines")
        time, message = _time(at), cosigned_subtree(self.vkey.name, text.encode(), at)
        return _signature(self.vkey, time + self._private.sign(message))

    def __repr__(self) -> str:
        return f"<MldsaCosigner {self.vkey.name}+{self.vkey.key_id.hex()}>"

    def __reduce__(self) -> str:
        raise TypeError("a cosigner is not to be pickled or copied")


def cosignatures_in(note: str, vkeys: Iterable[Vkey]) -> tuple[Signature, ...]:
    """The good cosignatures of these witnesses under a checkpoint; none is an answer too.

    Raises ``NoteError`` when the note is malformed or a cosignature of one of them is wrong."""
    trusted = [vkey for vkey in vkeys if vkey.kind in COSIGNATURES]
    if not any(_by_one_of(each, trusted) for each in parse_signatures(note)):
        return ()
    return open_note(note, trusted).verified


def answered(text: str, lines: str, vkeys: Sequence[Vkey]) -> tuple[Signature, ...]:
    """The cosignatures of known witnesses in a witness's answer (signature lines alone).

    Lines of unknown keys are ignored. Raises ``NoteError`` when none of a known key is there, or
    one is wrong."""
    found = cosignatures_in(f"{text}\n{lines}", vkeys)
    if not found:
        raise NoteError("the answer holds no cosignature of a known witness")
    return found


def _by_one_of(signature: Signature, vkeys: Iterable[Vkey]) -> bool:
    return any((signature.name, signature.key_id) == (v.name, v.key_id) for v in vkeys)


def _time(at: int) -> bytes:
    if not 0 <= at <= MAX_SIZE:
        raise CheckpointError(f"a cosignature cannot say this time: {at}")
    return at.to_bytes(TIME_BYTES, "big")


def _signature(vkey: Vkey, value: bytes) -> Signature:
    return Signature(vkey.name, vkey.key_id, value)
