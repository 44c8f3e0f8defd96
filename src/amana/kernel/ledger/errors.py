# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with a log, a note or a proof. Every message names the reason."""

from __future__ import annotations


class LedgerError(ValueError):
    """Base of all refusals of this package; catch it to mean "this does not verify"."""


class TileError(LedgerError):
    """A tile is missing, too short or not a whole number of hashes: the store is damaged."""


class ProofError(LedgerError):
    """A Merkle proof does not hold."""


class VkeyError(LedgerError):
    """A verifier key is malformed, weak, or clashes with another trusted key."""


class NoteError(LedgerError):
    """A signed note is malformed, or no trusted key signed it."""


class CheckpointError(LedgerError):
    """A checkpoint's text is malformed, or it speaks for another log."""


class EmptyRootError(CheckpointError):
    """A checkpoint of size 0 names another root than that of the empty tree."""


class ProofFileError(LedgerError):
    """A proof file's text is malformed."""


class PolicyError(LedgerError):
    """A policy file is malformed or contradicts itself."""


class StampError(LedgerError):
    """A time stamp is malformed, of another message, or of an authority that is not trusted."""
