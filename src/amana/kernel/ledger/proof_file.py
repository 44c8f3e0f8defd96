# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proof files (c2sp.org/tlog-proof@v1): that an entry stands in a log, checkable offline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .checkpoints import Checkpoint, open_checkpoint
from .encoding import MAX_SIZE, decode_base64, encode_base64, parse_decimal
from .errors import ProofFileError
from .notes import MAX_NOTE_BYTES, Vkey
from .proofs import verify_inclusion
from .tree import HASH_SIZE, leaf_hash

HEADER: Final = "c2sp.org/tlog-proof@v1"
SUFFIX: Final = ".tlog-proof"
MAX_HASHES: Final = 63
MAX_EXTRA_BYTES: Final = 65_536

_MAX_CHARS: Final = MAX_NOTE_BYTES + MAX_EXTRA_BYTES * 2


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file says; nothing of it is checked until ``verify_proof_file``.

    ``hashes`` run from the leaf's sibling to the root's child; ``checkpoint`` is the signed note
    as it came. ``extra`` is **not authenticated**: never act on it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_SIZE:
            raise ProofFileError(f"leaf index out of range: {self.index}")
        if len(self.hashes) > MAX_HASHES:
            raise ProofFileError("the proof is too long")
        if any(len(value) != HASH_SIZE for value in self.hashes):
            raise ProofFileError("a hash of the proof is not 32 bytes long")
        if self.extra is not None and not 0 < len(self.extra) <= MAX_EXTRA_BYTES:
            raise ProofFileError("the extra data is empty or too long")


def format_proof_file(proof: ProofFile) -> str:
    """The text of a proof file; store it with the suffix ``.tlog-proof``."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {encode_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines.extend(encode_base64(value) for value in proof.hashes)
    return "\n".join(lines) + "\n\n" + proof.checkpoint


def parse_proof_file(text: str) -> ProofFile:
    """Undo :func:`format_proof_file`; ``ProofFileError`` for any text it would not write."""
    if len(text) > _MAX_CHARS:
        raise ProofFileError("the proof file is too long")
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise ProofFileError(f"a proof file begins with {HEADER} and holds a blank line")
    try:
        extra = decode_base64(_take(lines, "extra")) if _next_is(lines, "extra") else None
        index = parse_decimal(_take(lines, "index"))
        hashes = tuple(decode_base64(line) for line in lines)
        return ProofFile(index, hashes, checkpoint, extra)
    except ProofFileError:
        raise
    except ValueError as error:
        raise ProofFileError(f"malformed proof file: {error}") from error


def verify_proof_file(
    text: str, entry: bytes, vkeys: Iterable[Vkey], *, origin: str | None = None
) -> Checkpoint:
    """Return the checkpoint under which ``entry`` is proven to stand.

    ``vkeys`` are the log keys the verifier trusts, never keys that came with the file. Raises a
    ``LedgerError`` (``ProofFileError``, ``NoteError``, ``CheckpointError``, ``ProofError``) with
    the reason otherwise.
    """
    proof = parse_proof_file(text)
    checkpoint = open_checkpoint(proof.checkpoint, vkeys, origin=origin)
    verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, checkpoint.root, proof.hashes)
    return checkpoint


def _next_is(lines: list[str], word: str) -> bool:
    return bool(lines) and lines[0].startswith(f"{word} ")


def _take(lines: list[str], word: str) -> str:
    if not _next_is(lines, word):
        raise ProofFileError(f"the line with the {word} is missing")
    return lines.pop(0).removeprefix(f"{word} ")
