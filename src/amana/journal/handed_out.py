# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proofs for somebody who is handed entries themselves: a court, a partner, with evidence."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from amana.journal import cosigning
from amana.journal.models import Checkpoint, Event
from amana.journal.proofs import latest_public
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger.proof_file import ProofFile, format_proof_file
from amana.kernel.ledger.tiles import inclusion_proof


def inclusions(events: Iterable[Event]) -> dict[UUID, str]:
    """The tlog-proofs of entries by id of the event, with every cosignature there is.

    Each is a proof to the newest public checkpoint where that covers the entry, else to the
    newest one this node has signed: that is seconds old and has no witnesses, and it tells
    nothing to anybody but the person who is handed the entry itself. Entries without a place have
    no proof. Unlike a reporter's proof it carries no `extra`: nobody signs that line."""
    public, newest = latest_public(), Checkpoint.objects.order_by("-size").first()
    heads = [public.checkpoint] if public is not None else []
    heads += [newest] if newest is not None else []
    notes = {head.size: cosigning.whole_note(head) for head in heads}
    tiles, found = DatabaseTiles(), {}
    for event in events:
        size = next((size for size in notes if _covers(size, event)), None)
        if size is not None and event.leaf_index is not None:
            hashes = tuple(inclusion_proof(tiles, event.leaf_index, size))
            proof = ProofFile(index=event.leaf_index, hashes=hashes, checkpoint=notes[size])
            found[event.id] = format_proof_file(proof)
    return found


def _covers(size: int, event: Event) -> bool:
    return event.leaf_index is not None and event.leaf_index < size
