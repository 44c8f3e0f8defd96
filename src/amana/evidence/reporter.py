# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reporter may know of the files she handed in: all but their bytes (M-049). Whoever takes
her receipt from her must not get what it would be a crime to pass on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from amana.evidence.intake import open_meta
from amana.evidence.keys import item_key
from amana.evidence.models import Copy, CustodyRecord, EvidenceItem, ItemKey, Source
from amana.journal.proofs import Proof, proof_of
from amana.kernel.sealing.errors import SealingError
from amana.reports.models import PartKind
from amana.reports.services.mailbox import OpenReceipt, part_private

MOST: Final = 200
SPOKEN_LETTERS: Final = 16
"""Of a SHA-256: 64 bits are more than two files of one person will ever share."""


@dataclass(frozen=True, slots=True)
class HerFile:
    """A file as she handed it in. `size` in bytes, `sha256` in hex; `logged`: its arrival has its
    place in the log."""

    name: str = field(repr=False)
    size: int
    sha256: str
    received_at: datetime
    logged: bool
    event_id: UUID | None

    @property
    def groups(self) -> list[str]:
        """The beginning of the fingerprint in groups of four, for reading aloud."""
        return [self.sha256[at : at + 4] for at in range(0, SPOKEN_LETTERS, 4)]


def files_for_reporter(opened: OpenReceipt) -> list[HerFile]:
    """The files that came from her, oldest first. Empty while only the stage may be shown; a file
    whose key was destroyed is no longer known."""
    if opened.stage_only:
        return []
    rows = list(
        EvidenceItem.objects.filter(
            report=opened.report,
            part=PartKind.ANSWERS,
            source=Source.REPORTER,
            copy=Copy.EVIDENTIARY,
            shredded_at=None,
        )
        .select_related("key")
        .order_by("id")[:MOST]
    )
    private = part_private(opened.report, opened.private, PartKind.ANSWERS) if rows else None
    if private is None:
        return []
    arrivals = {
        record.item_id: record.event
        for record in CustodyRecord.objects.filter(item__in=rows, number=1).select_related("event")
    }
    found = []
    for row in rows:
        try:
            meta = open_meta(row.id, item_key(row, private), bytes(row.sealed_meta))
        except (ItemKey.DoesNotExist, SealingError):
            continue
        event = arrivals.get(row.id)
        found.append(
            HerFile(
                name=meta.name,
                size=meta.size,
                sha256=meta.sha256,
                received_at=row.received_at,
                logged=event is not None and event.leaf_index is not None,
                event_id=event.pk if event is not None else None,
            )
        )
    return found


def proofs_for_reporter(opened: OpenReceipt) -> list[tuple[HerFile, Proof]]:
    """For each of her files the proof that its arrival stands in the log; without those that no
    public checkpoint covers yet."""
    found = []
    for file in files_for_reporter(opened):
        proof = proof_of(file.event_id, promised="") if file.event_id is not None else None
        if proof is not None and proof.text:
            found.append((file, proof))
    return found
