# SPDX-License-Identifier: AGPL-3.0-or-later
"""Legal hold: while one lies on an item, or on its report, nothing of it is destroyed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from amana.config.clock import now
from amana.evidence.acting import Acting, acting, item_of, lock
from amana.evidence.custody import Handling, Kind, record_custodies
from amana.evidence.models import EvidenceItem, Hold
from amana.kernel.ids import uuid7
from amana.people.policies import Action, Staff
from amana.reports.errors import AlreadyDone, NotFound
from amana.reports.models import Report
from amana.reports.opening import open_note
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note

MAX_REASON: Final = 1000
MAX_AUTHORITY: Final = 120


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as an officer reads it."""

    id: UUID
    item_id: UUID | None
    since: datetime
    until: datetime | None
    reason: str = field(repr=False)
    authority: str = field(repr=False)


def live_holds(report: Report, item: EvidenceItem | None = None) -> QuerySet[Hold]:
    """Holds that forbid destroying this item; without an item: anything of the report."""
    rows = Hold.objects.filter(report=report, until=None)
    if item is None:
        return rows
    # A hold on what was made of an item holds the item too: destroying it would take both.
    related = [item.id, *EvidenceItem.objects.filter(parent=item).values_list("id", flat=True)]
    return rows.filter(Q(item=None) | Q(item__in=[*related, *filter(None, [item.parent_id])]))


def lay(
    *, staff: Staff, report: Report, reason: str, authority: str, item_id: UUID | None = None
) -> Hold:
    """Lay a hold on an item, or without `item_id` on everything of the report.

    Refused and counted without `reason` or `authority`. Raises `NotFound`, `NotAllowed`,
    `VaultClosed`."""
    by = acting(staff, Action.HANDLE_EVIDENCE, report)
    _require(by, "hold", reason=reason, authority=authority)
    item = item_of(report, item_id) if item_id is not None else None
    row = Hold(
        id=uuid7(),
        agency_id=report.agency_id,
        report=report,
        item=item,
        officer_id=staff.officer_id,
        since=now(),
    )
    said = {"reason": reason.strip()[:MAX_REASON], "authority": authority.strip()[:MAX_AUTHORITY]}
    with transaction.atomic():
        lock(report)
        row.sealed_reason = seal_note(report, _purpose(row), json.dumps(said, ensure_ascii=False))
        row.save(force_insert=True)
        _record(by, row, "lay", authority)
    return row


def lift(*, staff: Staff, report: Report, hold_id: UUID, reason: str) -> Hold:
    """End a hold; a supervisor does. Refused and counted without a reason.

    Raises `NotFound`, `NotAllowed`, `VaultClosed`, `AlreadyDone`."""
    by = acting(staff, Action.LIFT_HOLD, report)
    _require(by, "lift_hold", reason=reason)
    with transaction.atomic():
        lock(report)
        row = Hold.objects.filter(pk=hold_id, report=report).first()
        if row is None:
            raise NotFound
        if row.until is not None:
            raise AlreadyDone
        row.until, row.lifted_by = now(), staff.officer_id
        row.sealed_lifting = seal_note(report, f"{_purpose(row)}/lift", reason.strip()[:MAX_REASON])
        row.save(update_fields=["until", "lifted_by", "sealed_lifting"])
        _record(by, row, "lift", "")
    return row


def holds(*, staff: Staff, report: Report) -> list[HoldRow]:
    """All holds of a report with their words, the newest first. Raises what `open_part` raises."""
    found = []
    for row in Hold.objects.filter(report=report).order_by("-since")[:100]:
        text = open_note(
            staff=staff, report=report, purpose=_purpose(row), sealed=bytes(row.sealed_reason)
        )
        said = json.loads(text or "{}")
        found.append(
            HoldRow(
                row.id,
                row.item_id,
                row.since,
                row.until,
                said.get("reason", ""),
                said.get("authority", ""),
            )
        )
    return found


def _purpose(row: Hold) -> str:
    return f"hold/{row.id}"


def _require(by: Acting, action: str, **said: str) -> None:
    for missing, words in said.items():
        if not words.strip():
            refuse(report=by.report, actor=by.actor, action=action, missing=missing)


def _record(by: Acting, row: Hold, what: str, authority: str) -> None:
    """On the chain of each item that the hold lies on."""
    items = EvidenceItem.objects.filter(report=by.report, shredded_at=None)
    chosen = items.filter(pk=row.item_id) if row.item_id else items.order_by("id")
    act = Handling(
        Kind.HOLD,
        by.actor,
        purpose=what,
        authority=authority.strip(),
        facts={"hold": str(row.id), "whole_report": row.item_id is None},
        unit_id=by.unit_id,
    )
    record_custodies(items=list(chosen), act=act)
