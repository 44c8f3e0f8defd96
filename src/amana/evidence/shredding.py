# SPDX-License-Identifier: AGPL-3.0-or-later
"""Destroying evidence by law: one officer asks on a ground of law, another one decides.

What is destroyed are the keys; without them nobody ever reads the bytes again, wherever a copy of
them lies. The row stays as a tombstone, the chain of custody and the log stay whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from amana.config.clock import now
from amana.evidence import tombstones
from amana.evidence.acting import Acting, acting, item_of, lock
from amana.evidence.blobs import blobs
from amana.evidence.custody import Handling, Kind, record_custodies
from amana.evidence.erasing import erase_traces
from amana.evidence.holding import live_holds
from amana.evidence.models import Basis, EvidenceItem, Shred
from amana.kernel.ids import uuid7
from amana.people.policies import Action, Staff
from amana.reports.errors import AlreadyDone, NotFound, Unusable
from amana.reports.models import Report
from amana.reports.opening import open_note
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note

MAX_REASON: Final = 1000
MAX_ARTICLE: Final = 120
BATCH: Final = 100
log = structlog.get_logger("amana.evidence")


def ask(
    *,
    staff: Staff,
    report: Report,
    basis: str,
    article: str,
    reason: str,
    item_id: UUID | None = None,
) -> Shred:
    """Ask that an item, or without `item_id` all of the report, be destroyed. `article` names the
    law in the open record: write nothing of a person into it.

    Refused and counted: `legal_basis`, `reason`, `hold`, and `open_report` when all of an open
    report is meant. Raises `NotFound`, `NotAllowed`, `VaultClosed`, `Unusable`, `AlreadyDone`
    when it was asked before."""
    by = acting(staff, Action.ASK_SHRED, report)
    if basis not in Basis.values:
        raise Unusable("basis")
    item = item_of(report, item_id) if item_id is not None else None
    _require(by, item, article=article, reason=reason)
    row = Shred(
        id=uuid7(),
        agency_id=report.agency_id,
        report=report,
        item=item,
        basis=basis,
        article=article.strip()[:MAX_ARTICLE],
        asked_by=staff.officer_id,
        asked_at=now(),
    )
    try:
        with transaction.atomic():
            lock(report)
            row.sealed_reason = seal_note(report, f"shred/{row.id}", reason.strip()[:MAX_REASON])
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadyDone from None
    return row


def waiting(report: Report) -> list[Shred]:
    """What was asked and nobody has decided yet."""
    return list(Shred.objects.filter(report=report, outcome=Shred.Outcome.OPEN).order_by("id"))


def reason_of(*, staff: Staff, row: Shred) -> str:
    """Why it was asked. Raises what `open_part` raises."""
    if row.sealed_reason is None:
        return ""
    return open_note(
        staff=staff, report=row.report, purpose=f"shred/{row.id}", sealed=bytes(row.sealed_reason)
    )


def decline(*, staff: Staff, report: Report, shred_id: UUID) -> Shred:
    """Let it be. Raises `NotFound`, `NotAllowed`, `VaultClosed`, `AlreadyDone`."""
    by = acting(staff, Action.SHRED, report)
    with transaction.atomic():
        lock(report)
        return _decide(by, _open(report, shred_id), Shred.Outcome.DECLINED)


def shred(
    *,
    staff: Staff,
    report: Report,
    shred_id: UUID,
    alongside: Callable[[Report], None] | None = None,
) -> Shred:
    """Destroy what was asked for. `alongside` deletes, in the same transaction, what rooms above
    this one keep of a whole report.

    Refused and counted: `second_person` for whoever asked, `hold`, `open_report`. Raises
    `NotFound`, `NotAllowed`, `VaultClosed`, `AlreadyDone`. Afterwards `finish` runs at once, and
    by the worker again until no trace is left."""
    by = acting(staff, Action.SHRED, report)
    asked = _open(report, shred_id)
    if asked.asked_by == staff.officer_id:
        refuse(report=report, actor=by.actor, action="shred", missing="second_person")
    _require(by, asked.item)
    missing = ""
    with transaction.atomic():
        locked = lock(report)
        row = _open(report, shred_id)
        if live_holds(report, row.item).exists():
            missing = "hold"
        elif row.item_id is None and locked.closed_at is None:
            missing = "open_report"
        else:
            _destroy(by, row, alongside)
    if missing:  # laid, or reopened, while we were asked
        refuse(report=report, actor=by.actor, action="shred", missing=missing)
    finish()
    row.refresh_from_db()
    return row


def finish() -> int:
    """Delete the bytes of what was shredded and the traces of its keys; returns how many requests
    are done with. A store that is away, or a database that is being read, is tried again."""
    rows = list(Shred.objects.filter(outcome=Shred.Outcome.DONE, erased_at=None)[:BATCH])
    gone = [row.pk for row in rows if _bytes_gone(row)]
    if not gone or not erase_traces():
        return 0
    return Shred.objects.filter(pk__in=gone).update(erased_at=now())


def _bytes_gone(row: Shred) -> bool:
    """Without their keys the bytes say nothing; they go all the same, as soon as the store can."""
    try:
        for address in _of(row).values_list("blob", flat=True):
            blobs().delete(address)
    except OSError as error:
        log.warning("shredded bytes are still stored", error=type(error).__name__)
        return False
    return True


def _require(by: Acting, item: EvidenceItem | None, **said: str) -> None:
    missing = next((name for name, words in said.items() if not words.strip()), "")
    if not missing and live_holds(by.report, item).exists():
        missing = "hold"
    if not missing and item is None and by.report.closed_at is None:
        missing = "open_report"
    if missing:
        missing = {"article": "legal_basis"}.get(missing, missing)
        refuse(report=by.report, actor=by.actor, action="shred", missing=missing)


def _open(report: Report, shred_id: UUID) -> Shred:
    row = Shred.objects.select_related("item").filter(pk=shred_id, report=report).first()
    if row is None:
        raise NotFound
    if row.outcome != Shred.Outcome.OPEN:
        raise AlreadyDone
    return row


def _decide(by: Acting, row: Shred, outcome: str) -> Shred:
    row.outcome, row.decided_by, row.decided_at = outcome, by.staff.officer_id, now()
    row.save(update_fields=["outcome", "decided_by", "decided_at"])
    return row


def _of(row: Shred) -> QuerySet[EvidenceItem]:
    """The items that a request is about: one with everything made of it, or all of the report."""
    items = EvidenceItem.objects.filter(report=row.report)
    return items if row.item_id is None else items.filter(Q(pk=row.item_id) | Q(parent=row.item_id))


def _destroy(by: Acting, row: Shred, alongside: Callable[[Report], None] | None) -> None:
    _decide(by, row, Shred.Outcome.DONE)
    items = list(_of(row).filter(shredded_at=None).order_by("id"))
    act = Handling(
        Kind.SHRED,
        by.actor,
        purpose=row.basis,
        authority=row.article,
        facts={"shred": str(row.id), "whole_report": row.item_id is None},
        shown={"basis": row.basis},
        unit_id=by.unit_id,
    )
    record_custodies(items=items, act=act)
    ids = [item.id for item in items]
    whole = row.item_id is None
    tombstones.destroy_items(ids, row.basis)
    if whole:
        tombstones.destroy_parts(row.report)
        # What nobody can open any more is kept by nobody.
        Shred.objects.filter(report=row.report).update(sealed_reason=None)
        if alongside is not None:
            alongside(row.report)
    tombstones.remember(ids, row.basis, report_id=row.report_id if whole else None)
