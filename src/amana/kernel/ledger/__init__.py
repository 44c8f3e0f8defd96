# SPDX-License-Identifier: AGPL-3.0-or-later
"""A transparency log: tree, tiles, proofs, signed notes, checkpoints, proof files, commitments.

Pure functions and values after RFC 6962 and the C2SP family (tlog-tiles, signed-note,
tlog-checkpoint, tlog-proof); storage is behind ``TileStore``. Usable without the rest of Amana.
"""

from __future__ import annotations

from .checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from .commitments import commit, new_salt, opens
from .errors import (
    CheckpointError,
    LedgerError,
    NoteError,
    ProofError,
    ProofFileError,
    TileError,
    VkeyError,
)
from .notes import Note, Signature, Signer, SigningKey, Vkey, open_note, sign_note
from .proof_file import ProofFile, format_proof_file, parse_proof_file, verify_proof_file
from .proofs import verify_consistency, verify_inclusion
from .tiles import (
    Appended,
    MemoryTileStore,
    TileStore,
    append,
    consistency_proof,
    inclusion_proof,
    root_at,
)
from .tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of

__all__ = [
    "EMPTY_ROOT",
    "Appended",
    "Checkpoint",
    "CheckpointError",
    "Frontier",
    "LedgerError",
    "MemoryTileStore",
    "Note",
    "NoteError",
    "ProofError",
    "ProofFile",
    "ProofFileError",
    "Signature",
    "Signer",
    "SigningKey",
    "TileError",
    "TileStore",
    "Vkey",
    "VkeyError",
    "append",
    "commit",
    "consistency_proof",
    "format_proof_file",
    "inclusion_proof",
    "leaf_hash",
    "new_salt",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "opens",
    "parse_proof_file",
    "root_at",
    "root_of",
    "sign_checkpoint",
    "sign_note",
    "verify_consistency",
    "verify_inclusion",
    "verify_proof_file",
]
