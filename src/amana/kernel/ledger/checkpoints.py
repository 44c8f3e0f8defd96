# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checkpoints (c2sp.org/tlog-checkpoint): a log's signed word on its size and root."""

from __future__ import annotations

from collections.abc import Iterable

from .checkpoint_text import Checkpoint
from .errors import CheckpointError
from .notes import Signer, Vkey, open_note, sign_note
from .schemes import COSIGNATURES

__all__ = ["Checkpoint", "open_checkpoint", "sign_checkpoint"]


def sign_checkpoint(checkpoint: Checkpoint, *keys: Signer) -> str:
    """The checkpoint as a signed note.

    A log must never sign two checkpoints of which one does not continue the other; holding to
    that is the caller's duty. Raises ``CheckpointError`` unless each key is named as the origin
    (other names are for cosigners) and there are no extensions.
    """
    if checkpoint.extensions:
        raise CheckpointError("our own checkpoints carry no extension lines")
    if any(key.vkey.name != checkpoint.origin for key in keys):
        raise CheckpointError("a log's key is named as its origin")
    return sign_note(checkpoint.format(), *keys)


def open_checkpoint(note: str, vkeys: Iterable[Vkey], *, origin: str | None = None) -> Checkpoint:
    """Check a signed checkpoint against trusted log keys and return what it says.

    A good signature must come from a key named as the checkpoint's origin, so that neither a
    cosigner nor another trusted log can speak for it; with ``origin`` it must also be that log.
    Raises ``NoteError`` or ``CheckpointError``.
    """
    # A cosignature says that a log grew, not that this is its word: whoever cosigns cannot sign.
    opened = open_note(note, [vkey for vkey in vkeys if vkey.kind not in COSIGNATURES])
    checkpoint = Checkpoint.parse(opened.text)
    if origin is not None and checkpoint.origin != origin:
        raise CheckpointError(f"this checkpoint is of another log: {checkpoint.origin}")
    if all(signature.name != checkpoint.origin for signature in opened.verified):
        raise CheckpointError("no trusted key of the log itself signed this checkpoint")
    return checkpoint
