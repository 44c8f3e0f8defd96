# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a checker trusts, and what follows from it: keys of logs, stamps of authorities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from cryptography.x509 import Certificate

from amana.evidence.exports.reading import Bag, BagRefused
from amana.kernel.ledger.checkpoints import Checkpoint, open_checkpoint
from amana.kernel.ledger.errors import LedgerError, ProofFileError, StampError
from amana.kernel.ledger.notes import MAX_NOTE_BYTES, Vkey
from amana.kernel.ledger.policy import Known, Policy
from amana.kernel.ledger.proof_file import parse_proof_file
from amana.kernel.ledger.proofs import verify_inclusion
from amana.kernel.ledger.schemes import TYPE_COSIGNATURE, TYPE_MLDSA_COSIGNATURE
from amana.kernel.ledger.stamps import MAX_TOKEN_BYTES, check_stamp
from amana.kernel.ledger.tree import leaf_hash

STAMPED: Final = "manifest-sha256.txt"
CHECKPOINT: Final = "stamps/checkpoint.txt"


_KINDS: Final = {TYPE_COSIGNATURE: "Ed25519", TYPE_MLDSA_COSIGNATURE: "ML-DSA-44"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint that the log signed, and whether the policy's witnesses have, too."""

    checkpoint: Checkpoint
    witnessed: bool


@dataclass(slots=True)
class Trust:
    """Keys from outside the bag. Checkpoints are checked once each, however many proofs end in
    them."""

    vkeys: list[Vkey] = field(default_factory=list)
    roots: Sequence[Certificate] = ()
    policy: Policy | None = None
    witnesses: set[str] = field(default_factory=set)
    _seen: dict[str, Opened | LedgerError] = field(default_factory=dict)

    def prove(self, text: str, entry: bytes) -> bool:
        """Return if `entry` stands in the log, and whether enough witnesses have seen that state
        of it. Raises a `LedgerError` with the reason otherwise."""
        proof = parse_proof_file(text)
        if proof.extra is not None:
            raise ProofFileError("the proof carries what nobody has signed")
        seen = self._seen.setdefault(proof.checkpoint, self._seen_now(proof.checkpoint))
        if isinstance(seen, LedgerError):
            raise seen
        log = seen.checkpoint
        verify_inclusion(leaf_hash(entry), proof.index, log.size, log.root, proof.hashes)
        return seen.witnessed

    def stamps(self, bag: Bag) -> Iterator[tuple[str, str]]:
        """Each time stamp of the bag with what was found: when it was made and by whom, or empty
        where no root is trusted. Raises `BagRefused` for one that does not hold."""
        for name in sorted(bag.sizes):
            if not name.endswith(".tsr"):
                continue
            if not self.roots:
                yield name, ""
                continue
            try:
                said = check_stamp(
                    bag.text(name, limit=MAX_TOKEN_BYTES), self._stamped(bag, name), self.roots
                )
            except StampError as error:
                raise BagRefused("stamp", name, str(error)) from error
            yield name, f"{said.at.isoformat()} by {said.authority}"

    def _stamped(self, bag: Bag, name: str) -> bytes:
        """SHA-256 of what a stamp must be of: the manifest, or a checkpoint that was checked."""
        if PurePosixPath(name).name.startswith("manifest-"):
            return bytes.fromhex(bag.digests[STAMPED]["sha256"])
        text = bag.text(CHECKPOINT, limit=MAX_NOTE_BYTES).decode("utf-8", "replace")
        opened = [each for each in self._seen.values() if isinstance(each, Opened)]
        if text not in {each.checkpoint.format() for each in opened}:
            raise BagRefused("stamp", name, "no proof of this bag ends in this checkpoint")
        return bytes.fromhex(bag.digests[CHECKPOINT]["sha256"])

    def _seen_now(self, note: str) -> Opened | LedgerError:
        try:
            return self._seen.get(note) or self._open(note)
        except LedgerError as error:
            return error

    def _open(self, note: str) -> Opened:
        checkpoint = open_checkpoint(note, self.vkeys)
        if checkpoint.extensions:
            raise ProofFileError("the checkpoint has lines that not every signature covers")
        if self.policy is None:
            return Opened(checkpoint, witnessed=True)
        rule = self.policy
        if not rule.logs:
            rule = replace(rule, logs=tuple(Known(vkey) for vkey in self.vkeys))
        found = rule.judge(note)
        self.witnesses |= {
            f"witness {name} ({_KINDS[rule.witnesses[name].vkey.kind]})" for name in found.cosigned
        }
        return Opened(checkpoint, witnessed=found.reached)
