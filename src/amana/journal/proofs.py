# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reporter can hold in her hand: first a signed promise, then a proof of inclusion."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import Count, Q, QuerySet, Subquery

from amana.config.prepared import Prepared, Slot
from amana.journal import cosigning, state
from amana.journal.cosigning import SHORT
from amana.journal.models import Checkpoint, Event, PublicCheckpoint
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger.notes import sign_note
from amana.kernel.ledger.proof_file import ProofFile, format_proof_file
from amana.kernel.ledger.tiles import inclusion_proof

PROMISE = "amana-promise/v1"
PROMISE_ONLY = "promise"
INCLUSION = "inclusion"
HOUR_SECONDS: Final = 3600
RECENT_HOURS: Final = 48


@dataclass(frozen=True, slots=True)
class Proof:
    """`kind` is `promise` until the entry stands under a public checkpoint, then `inclusion`.

    `text` is the signed note or the tlog-proof; `salt` and `entry` (base64) open its leaf."""

    kind: str
    text: str
    salt: str
    entry: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof for a page: besides the above, when the checkpoint was shown to the world, and the
    names of the partners whose cosignatures it carries."""

    proof: Proof
    at: datetime | None
    partners: tuple[str, ...]


def promise(event: Event) -> str:
    """A signed note: this entry will stand in the log of this node (receipt at filing)."""
    key = state.current_key()
    commitment = base64.b64encode(bytes(event.commitment)).decode()
    return sign_note(f"{PROMISE}\n{key.name}\n{commitment}\n{int(event.at.timestamp())}\n", key)


def proof_of(event_id: UUID, *, promised: str, whole: bool = False) -> Proof | None:
    """The best proof there is now for an entry; `None` once it has been shredded.

    About a kilobyte; with `whole` also the lattice signatures, three kilobytes for each cosigner
    (docs/decisions/0020)."""
    shown = shown_proof(event_id, promised=promised, whole=whole)
    return shown.proof if shown is not None else None


def shown_proof(event_id: UUID, *, promised: str, whole: bool = False) -> Shown | None:
    """The same with what a page says beside it."""
    event = _ENTRY.first(event=event_id)
    if event is None or event.body is None or event.salt is None:
        return None
    public = _best(event)
    text = _inclusion(event, public.checkpoint, whole=whole) if public is not None else ""
    proof = Proof(
        kind=INCLUSION if text else PROMISE_ONLY,
        text=text or promised,
        salt=base64.b64encode(bytes(event.salt)).decode(),
        entry=base64.b64encode(bytes(event.body)).decode(),
    )
    if public is None:
        return Shown(proof, None, ())
    at = datetime.fromtimestamp(public.hour * HOUR_SECONDS, UTC)
    return Shown(proof, at, cosigning.partners_of(public.checkpoint))


def latest_public() -> PublicCheckpoint | None:
    """The newest checkpoint that the world may see."""
    return _LATEST.first()


def _entry() -> QuerySet[Event]:
    newest = PublicCheckpoint.objects.order_by("-hour").values("checkpoint_id")[:1]
    return Event.objects.filter(pk=Slot("event", models.UUIDField())).annotate(
        shown=Subquery(newest)
    )


def _latest() -> QuerySet[PublicCheckpoint]:
    return PublicCheckpoint.objects.select_related("checkpoint").order_by("-hour")[:1]


_ENTRY: Final = Prepared(_entry)
_LATEST: Final = Prepared(_latest)


def _best(event: Event) -> PublicCheckpoint | None:
    """The public checkpoint to prove an entry under: of the last two days, the newest of those
    that most partners have cosigned."""
    shown: int | None = event.shown  # type: ignore[attr-defined]
    if shown is None or event.leaf_index is None or event.leaf_index >= shown:
        return None
    latest = latest_public()
    if latest is None:
        return None
    partners = Count("checkpoint__cosignatures", filter=Q(checkpoint__cosignatures__kind__in=SHORT))
    recent = PublicCheckpoint.objects.filter(
        hour__gt=latest.hour - RECENT_HOURS, checkpoint_id__gt=event.leaf_index
    )
    best = recent.annotate(partners=partners).order_by("-partners", "-hour")
    return best.select_related("checkpoint").first()


def _inclusion(event: Event, checkpoint: Checkpoint, *, whole: bool) -> str:
    index = event.leaf_index or 0
    hashes = inclusion_proof(DatabaseTiles(), index, checkpoint.size)
    return format_proof_file(
        ProofFile(
            index=index,
            hashes=tuple(hashes),
            checkpoint=cosigning.whole_note(checkpoint, short=not whole),
            extra=bytes(event.commitment),
        )
    )
