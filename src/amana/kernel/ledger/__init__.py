# SPDX-License-Identifier: AGPL-3.0-or-later
"""A transparency log: tree, tiles, proofs, signed notes, checkpoints, proof files, commitments.

Pure functions and values after RFC 6962 and the C2SP family (tlog-tiles, signed-note,
tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy), and time stamps (RFC 3161); storage
is behind ``TileStore``. Usable without the rest of Amana.
"""

from __future__ import annotations

from .checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from .commitments import commit, new_salt, opens
from .cosignatures import (
    Cosigner,
    Ed25519Cosigner,
    MldsaCosigner,
    answered,
    cosignatures_in,
)
from .errors import (
    CheckpointError,
    LedgerError,
    NoteError,
    PolicyError,
    ProofError,
    ProofFileError,
    StampError,
    TileError,
    VkeyError,
)
from .notes import Note, Signature, Signer, SigningKey, Vkey, open_note, sign_note
from .policy import Policy, Quorum, parse_policy
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
    "Cosigner",
    "Ed25519Cosigner",
    "Frontier",
    "LedgerError",
    "MemoryTileStore",
    "MldsaCosigner",
    "Note",
    "NoteError",
    "Policy",
    "PolicyError",
    "ProofError",
    "ProofFile",
    "ProofFileError",
    "Quorum",
    "Signature",
    "Signer",
    "SigningKey",
    "StampError",
    "TileError",
    "TileStore",
    "Vkey",
    "VkeyError",
    "answered",
    "append",
    "commit",
    "consistency_proof",
    "cosignatures_in",
    "format_proof_file",
    "inclusion_proof",
    "leaf_hash",
    "new_salt",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "opens",
    "parse_policy",
    "parse_proof_file",
    "root_at",
    "root_of",
    "sign_checkpoint",
    "sign_note",
    "verify_consistency",
    "verify_inclusion",
    "verify_proof_file",
]
