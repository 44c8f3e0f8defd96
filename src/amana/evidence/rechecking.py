# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads stored bytes again and compares them with the address they were stored under.

Everybody who opens an item notices a changed byte, since each mebibyte is authenticated; this
notices it before anybody needs the item. What does not match is never served again, and the leaf
of the check says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F, Q

from amana.config.clock import now
from amana.evidence.blobs import BlobStore, blobs
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.models import EvidenceItem
from amana.journal.events import NODE

AGAIN_AFTER: Final = timedelta(days=30)
"""Each item is read again about once a month."""
SECONDS_AT_ONCE: Final = 10.0
BATCH: Final = 50
CHUNK: Final = 1024 * 1024
log = structlog.get_logger("amana.evidence")


def recheck(
    *, seconds: float = SECONDS_AT_ONCE, found: Callable[[EvidenceItem], None] | None = None
) -> int:
    """Check the items that were not looked at for longest, for at most so many seconds; returns
    how many. `found` is called, in the transaction that marks it, for each damaged item.

    A store that is away is no damage: raises `OSError`, and nothing is marked."""
    store, ends, done = blobs(), time.monotonic() + seconds, 0
    due = EvidenceItem.objects.filter(
        Q(verified_at=None) | Q(verified_at__lt=now() - AGAIN_AFTER),
        report__isnull=False,
        shredded_at=None,
        damaged_at=None,
    ).order_by(F("verified_at").asc(nulls_first=True), "id")
    for item in due[:BATCH]:
        check(item, store=store, found=found)
        done += 1
        if time.monotonic() > ends:
            break
    return done


def check(
    item: EvidenceItem,
    *,
    store: BlobStore | None = None,
    found: Callable[[EvidenceItem], None] | None = None,
) -> bool:
    """Whether the stored bytes of an item are those that were stored; a `verify` record says."""
    problem = _compare(store or blobs(), item)
    with transaction.atomic():
        # Who destroyed it meanwhile was right.
        rows = EvidenceItem.objects.filter(pk=item.pk, shredded_at=None)
        if not rows.update(verified_at=now()):
            return True
        if problem:
            rows.filter(damaged_at=None).update(damaged_at=now())
        else:  # put back from a backup: the address says that it is the same
            rows.update(damaged_at=None)
        record_custody(
            item=item,
            act=Handling(
                Kind.VERIFY,
                NODE,
                purpose="sample",
                facts={"result": problem or "same"},
                shown={"result": problem or "same"},
            ),
        )
        if problem and found is not None:
            found(item)
    if problem:
        log.error("stored evidence is damaged", item=str(item.id), blob=item.blob, what=problem)
    return not problem


def recheck_everything(*, found: Callable[[EvidenceItem], None] | None = None) -> tuple[int, int]:
    """Check every item, also those known to be damaged; returns how many, and how many are
    damaged now. For an operator; may take long."""
    done = wrong = 0
    rows = EvidenceItem.objects.filter(report__isnull=False, shredded_at=None).order_by("id")
    for item in rows.iterator(chunk_size=200):
        done += 1
        wrong += not check(item, found=found)
    return done, wrong


def damaged() -> int:
    """How many items do not match what was stored, for the doctor."""
    return EvidenceItem.objects.filter(damaged_at__isnull=False, shredded_at=None).count()


def _compare(store: BlobStore, item: EvidenceItem) -> str:
    digest, size = sha256(), 0
    try:
        with store.open(item.blob) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except (FileNotFoundError, ValueError):  # the latter: no address any more
        return "missing"
    if size != item.stored_size:
        return "size"
    return "" if digest.hexdigest() == item.blob else "bytes"
