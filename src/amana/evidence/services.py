# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import models, transaction
from django.db.models import QuerySet

from amana.config.clock import now
from amana.evidence.blobs import blobs
from amana.evidence.custody import Fact, Handling, Kind, prepare_custody, record_custody
from amana.evidence.intake import Taken, commitment_of, open_meta, seal_meta
from amana.evidence.keys import key_context, wrapped_to
from amana.evidence.models import Copy, EvidenceItem, ItemKey, Source, Upload, UploadPiece
from amana.evidence.resumable.pieces import forget
from amana.journal.events import REPORTER, Actor
from amana.kernel.sealing.boxes import open_box, seal
from amana.reports.errors import NoSuchPart, NotFound
from amana.reports.intake import Received
from amana.reports.models import Draft, PartKind, Report, SealedPart
from amana.reports.services.drafts import OpenDraft


def keep_with_draft(*, opened: OpenDraft, taken: Sequence[Taken]) -> list[EvidenceItem]:
    """Attach sealed files to a draft; their keys are closed under the draft's key."""
    keys = [
        ItemKey(item_id=file.id, wrapped=seal(opened.key, file.key, context=key_context(file.id)))
        for file in taken
    ]
    items = [_row(file, agency_id=opened.row.agency_id, draft=opened.row) for file in taken]
    with transaction.atomic():
        EvidenceItem.objects.bulk_create(items)
        ItemKey.objects.bulk_create(keys)
    return items


def drop_from_draft(*, opened: OpenDraft, item_id: str) -> None:
    """Take a file out of a draft again, bytes and key. Unknown ids are no error."""
    item = EvidenceItem.objects.filter(pk=item_id, draft=opened.row, report=None).first()
    if item is not None:
        item.delete()
        blobs().delete(item.blob)


def drop_all_of_draft(draft: Draft) -> None:
    """Before a draft is deleted: its files go too."""
    pieces = list(UploadPiece.objects.filter(upload__draft=draft))
    Upload.objects.filter(draft=draft).delete()
    forget(pieces)
    items = list(EvidenceItem.objects.filter(draft=draft, report=None))
    EvidenceItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    for item in items:
        blobs().delete(item.blob)


def preserve(
    received: Received, opened: OpenDraft | None
) -> tuple[list[EvidenceItem], list[models.Model]]:
    """Re-wrap the keys of a draft's files to the report, and prepare the first record of their
    custody with its leaf. Writes nothing; `store_items` and the journey do, in the transaction
    of filing."""
    if opened is None:
        return [], []
    public = bytes(received.parts[PartKind.ANSWERS].row.public_key)
    items = list(_of_draft(opened.row))
    events: list[models.Model] = []
    records: list[models.Model] = []
    for item in items:
        key = open_box(opened.key, bytes(item.key.wrapped), context=key_context(item.id))
        item.key = wrapped_to(public, item.id, key)
        item.report = received.report
        item.draft = None
        act = _arriving(Handling(Kind.INGEST, REPORTER, purpose="report"), item)
        row, event = prepare_custody(item=item, act=act, public=public)
        events.append(event)
        records.append(row)
    return items, [*events, *records]


def fingerprints(opened: OpenDraft | None) -> list[bytes]:
    """SHA-256 of each file of a draft, 32 bytes each, for keyed tokens alone: two reports with the
    very same file are linked, and nobody learns of which."""
    if opened is None:
        return []
    found = []
    for item in _of_draft(opened.row):
        key = open_box(opened.key, bytes(item.key.wrapped), context=key_context(item.id))
        found.append(bytes.fromhex(open_meta(item.id, key, bytes(item.sealed_meta)).sha256))
    return found


class LateFile(Exception):
    """A file became whole while the report was being filed: file again, with it."""


def store_items(items: Sequence[EvidenceItem], draft: Draft | None) -> None:
    """Move the files of a draft to its report. Inside the transaction of filing, after the draft
    was claimed: whatever becomes whole later finds the report. Raises `LateFile`."""
    if items:
        EvidenceItem.objects.bulk_update(items, ["report", "draft"])
        ItemKey.objects.bulk_update([item.key for item in items], ["wrapped"])
    if draft is not None and EvidenceItem.objects.filter(draft=draft, report=None).exists():
        raise LateFile


@transaction.atomic
def add_to_report(
    *,
    report: Report,
    taken: Sequence[Taken],
    actor: Actor,
    source: str = "",
    act: Handling | None = None,
) -> list[EvidenceItem]:
    """Add files to a filed report: by its reporter, by an officer, by a capture. Needs no secret
    (M-162). `source` says who captured them; without it the reporter or an officer did. `act`
    says more than that they came in (a capture, an authority, a tool)."""
    part = (
        SealedPart.objects.only("public_key").filter(report=report, kind=PartKind.ANSWERS).first()
    )
    if part is None:  # destroyed by law
        raise NoSuchPart
    given = source or (Source.REPORTER if actor == REPORTER else Source.OFFICER)
    items = _store_new(report, PartKind.ANSWERS, bytes(part.public_key), taken, source=given)
    for item in items:
        done = act or Handling(Kind.INGEST, actor, purpose="report")
        record_custody(item=item, act=_arriving(done, item))
    return items


@transaction.atomic
def add_derived(
    *, parent: EvidenceItem, taken: Sequence[Taken], copy: str, act: Handling
) -> list[EvidenceItem]:
    """Keep what was made of an item beside it: same report, same part, its own key and chain. The
    original stays as it is; both chains name the other. A copy of a copy hangs on what came in, so
    that it is held, withheld and destroyed with it. `act` is of kind `derive`, its `by` the tool
    with its version. Raises `NotFound` when the original was destroyed meanwhile: no copy outlives
    it; `ValueError` for an item of a draft, or another kind."""
    if act.kind is not Kind.DERIVE or parent.report is None:
        raise ValueError("a copy is derived of a filed item")
    origin = parent.parent or parent
    # Destroying holds the report too: either it finds this copy, or this finds it done.
    Report.objects.select_for_update().get(pk=parent.report.pk)
    living = EvidenceItem.objects.filter(pk__in={parent.pk, origin.pk}, shredded_at=None)
    if living.count() < len({parent.pk, origin.pk}):
        raise NotFound
    part = SealedPart.objects.only("public_key").get(report=parent.report, kind=parent.part)
    items = _store_new(
        parent.report,
        parent.part,
        bytes(part.public_key),
        taken,
        source=parent.source,
        copy=copy,
        parent=origin,
    )
    for item in items:
        of_copy = {**act.facts, "copy": copy, "parent": str(parent.id)}
        of_original = {**act.facts, "copy": copy, "derived": str(item.id)}
        record_custody(item=item, act=_arriving(replace(act, facts=of_copy), item))
        record_custody(item=parent, act=replace(act, facts=of_original))
    return items


def _store_new(
    report: Report,
    part: str,
    public: bytes,
    taken: Sequence[Taken],
    *,
    source: str,
    copy: str = Copy.EVIDENTIARY,
    parent: EvidenceItem | None = None,
) -> list[EvidenceItem]:
    items = [
        _row(
            file,
            agency_id=report.agency_id,
            report=report,
            part=part,
            source=source,
            copy=copy,
            parent=parent,
        )
        for file in taken
    ]
    EvidenceItem.objects.bulk_create(items)
    ItemKey.objects.bulk_create([wrapped_to(public, file.id, file.key) for file in taken])
    return items


def _row(file: Taken, **belongs: object) -> EvidenceItem:
    """The row of a sealed file; `belongs` says to whom and what it is a copy of."""
    return EvidenceItem(
        id=file.id,
        blob=file.address,
        stored_size=file.stored_size,
        commitment=commitment_of(file),
        sealed_meta=seal_meta(file),
        received_at=now(),
        **belongs,
    )


def names_in_draft(opened: OpenDraft) -> list[tuple[str, str, int]]:
    """The files of a draft as (id, name, size in bytes), for the person who is writing it."""
    found = []
    for item in _of_draft(opened.row):
        key = open_box(opened.key, bytes(item.key.wrapped), context=key_context(item.id))
        meta = open_meta(item.id, key, bytes(item.sealed_meta))
        found.append((str(item.id), meta.name, meta.size))
    return found


def _of_draft(draft: Draft) -> QuerySet[EvidenceItem]:
    rows = EvidenceItem.objects.filter(draft=draft, report=None)
    return rows.select_related("key").order_by("id")


def _arriving(act: Handling, item: EvidenceItem) -> Handling:
    """The act with what is known at arrival. The event names the digest of the ciphertext, so
    that the proof covers the stored file."""
    known: dict[str, Fact] = {
        "source": str(item.source),
        "received_at": item.received_at.isoformat(timespec="seconds"),
    }
    shown: dict[str, Fact] = {"ciphertext_sha256": item.blob, "stored_size": item.stored_size}
    return replace(act, facts={**known, **act.facts}, shown={**act.shown, **shown})
