# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cosignatures under this node's public checkpoints, and the note with all of them.

The node's own ML-DSA-44 cosignature is made with the checkpoint (docs/decisions/0020); partners'
come later. Each is a row with a leaf, so that none can vanish."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import IntegrityError, transaction

from amana.config.clock import now
from amana.config.node import cosigner_vkeys, cosigners
from amana.journal import enrolling
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Cosignature
from amana.journal.vouching import vouch
from amana.kernel.ledger.notes import Signature, Vkey
from amana.kernel.ledger.schemes import TYPE_COSIGNATURE, TYPE_MLDSA_COSIGNATURE, time_of

SHORT: Final = frozenset({TYPE_COSIGNATURE})
"""Kinds whose signatures are small enough for a reporter's proof."""


def cosign_own(checkpoint: Checkpoint) -> None:
    """Put the node's own lattice signature beside its Ed25519 one, in the transaction that
    publishes the checkpoint."""
    for each in cosigners():
        if each.vkey.kind == TYPE_MLDSA_COSIGNATURE:
            signature = each.cosign(text_of(checkpoint), int(now().timestamp()))
            keep(checkpoint, [signature], [each.vkey])


def keep(checkpoint: Checkpoint, signatures: Iterable[Signature], vkeys: Iterable[Vkey]) -> int:
    """Store cosignatures that were checked, each with its leaf; returns how many were new."""
    kinds = {(vkey.name, vkey.key_id): vkey.kind for vkey in vkeys}
    new = 0
    for signature in signatures:
        row = Cosignature(
            checkpoint=checkpoint,
            name=signature.name,
            key_id=signature.key_id.hex(),
            kind=kinds[signature.name, signature.key_id],
            signed_at=time_of(signature.value),
            value=signature.value,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                vouch(row, Tag.COSIGNATURE_RECEIVE)
        except IntegrityError:  # another worker asked too
            continue
        new += 1
    return new


def text_of(checkpoint: Checkpoint) -> str:
    """What cosigners sign: the checkpoint without its signatures."""
    return checkpoint.note.partition("\n\n")[0] + "\n"


def whole_note(checkpoint: Checkpoint, *, short: bool = False) -> str:
    """The checkpoint with every cosignature there is; `short` leaves out the large ones."""
    rows = checkpoint.cosignatures.order_by("name", "kind")
    if short:
        rows = rows.filter(kind__in=SHORT)
    return checkpoint.note + "".join(f"{_line(row)}\n" for row in rows)


def partners_of(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The names of those who cosigned, without this node itself, by name."""
    own = {vkey.name for vkey in cosigner_vkeys()}
    names = checkpoint.cosignatures.exclude(name__in=own).order_by("name")
    return tuple(dict.fromkeys(names.values_list("name", flat=True)))


def problems() -> Iterable[str]:
    """Cosignatures that do not hold under a key that is or was enrolled."""
    known = {(v.name, v.key_id.hex()): v for v in enrolling.witness_keys(ever=True)}
    rows = Cosignature.objects.select_related("checkpoint").order_by("id")
    for row in rows.iterator(chunk_size=500):
        vkey = known.get((row.name, row.key_id))
        if vkey is None:
            yield f"cosignature {row.pk} is of nobody who was enrolled"
        elif not vkey.holds(text_of(row.checkpoint).encode(), bytes(row.value)):
            yield f"cosignature {row.pk} of {row.name} does not hold"


def _line(row: Cosignature) -> str:
    return Signature(row.name, bytes.fromhex(row.key_id), bytes(row.value)).format()
