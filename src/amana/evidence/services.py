# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from amana.config.clock import now
from amana.evidence.blobs import blobs
from amana.evidence.events import Tag
from amana.evidence.intake import Taken, key_context, open_meta, seal_meta
from amana.evidence.models import EvidenceItem
from amana.journal.events import REPORTER, Act, Actor
from amana.journal.models import Event
from amana.journal.services import prepare, store
from amana.kernel.sealing.boxes import open_box, seal
from amana.kernel.sealing.pairs import wrap
from amana.reports.intake import Received
from amana.reports.models import Draft, PartKind, Report, SealedPart
from amana.reports.services.drafts import OpenDraft


def keep_with_draft(*, opened: OpenDraft, taken: Sequence[Taken]) -> list[EvidenceItem]:
    """Attach sealed files to a draft; their keys are closed under the draft's key."""
    items = [
        EvidenceItem(
            id=file.id,
            agency_id=opened.row.agency_id,
            draft=opened.row,
            blob=file.address,
            stored_size=file.stored_size,
            wrapped_key=seal(opened.key, file.key, context=key_context(file.id)),
            sealed_meta=seal_meta(file),
            received_at=now(),
        )
        for file in taken
    ]
    return EvidenceItem.objects.bulk_create(items)


def drop_from_draft(*, opened: OpenDraft, item_id: str) -> None:
    """Take a file out of a draft again, bytes and key. Unknown ids are no error."""
    item = EvidenceItem.objects.filter(pk=item_id, draft=opened.row, report=None).first()
    if item is not None:
        item.delete()
        blobs().delete(item.blob)


def drop_all_of_draft(draft: Draft) -> None:
    """Before a draft is deleted: its files go too."""
    items = list(EvidenceItem.objects.filter(draft=draft, report=None))
    EvidenceItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    for item in items:
        blobs().delete(item.blob)


def preserve(
    received: Received, opened: OpenDraft | None
) -> tuple[list[EvidenceItem], list[Event]]:
    """Re-wrap the keys of a draft's files to the report, and prepare their leaves. Writes
    nothing; `store_items` does, in the transaction of filing."""
    if opened is None:
        return [], []
    part = received.parts[PartKind.ANSWERS].row
    items = list(EvidenceItem.objects.filter(draft=opened.row, report=None).order_by("id"))
    events = []
    for item in items:
        key = open_box(opened.key, bytes(item.wrapped_key), context=key_context(item.id))
        item.wrapped_key = wrap(bytes(part.public_key), key, context=key_context(item.id))
        item.report = received.report
        item.draft = None
        events.append(_received(item, REPORTER))
    return items, events


def store_items(items: Sequence[EvidenceItem]) -> None:
    """Move the files of a draft to its report. Inside the transaction of filing."""
    if items:
        EvidenceItem.objects.bulk_update(items, ["wrapped_key", "report", "draft"])


@transaction.atomic
def add_to_report(*, report: Report, taken: Sequence[Taken], actor: Actor) -> list[EvidenceItem]:
    """Add files to a filed report: by its reporter, or by an officer. Needs no secret (M-162)."""
    part = SealedPart.objects.only("public_key").get(report=report, kind=PartKind.ANSWERS)
    items = [
        EvidenceItem(
            id=file.id,
            agency_id=report.agency_id,
            report=report,
            blob=file.address,
            stored_size=file.stored_size,
            wrapped_key=wrap(bytes(part.public_key), file.key, context=key_context(file.id)),
            sealed_meta=seal_meta(file),
            received_at=now(),
        )
        for file in taken
    ]
    EvidenceItem.objects.bulk_create(items)
    store([_received(item, actor) for item in items])
    return items


def names_in_draft(opened: OpenDraft) -> list[tuple[str, str, int]]:
    """The files of a draft as (id, name, size in bytes), for the person who is writing it."""
    rows = EvidenceItem.objects.filter(draft=opened.row, report=None).order_by("id")
    found = []
    for item in rows:
        key = open_box(opened.key, bytes(item.wrapped_key), context=key_context(item.id))
        meta = open_meta(item.id, key, bytes(item.sealed_meta))
        found.append((str(item.id), meta.name, meta.size))
    return found


def _received(item: EvidenceItem, actor: Actor) -> Event:
    """The leaf names the digest of the ciphertext, so that the proof covers the file."""
    facts: dict[str, str | int | bool | None] = {
        "item": str(item.id),
        "ciphertext_sha256": item.blob,
        "stored_size": item.stored_size,
    }
    return prepare(Act(Tag.RECEIVE, actor, item.agency_id, "report", item.report_id, facts=facts))
