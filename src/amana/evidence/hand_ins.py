# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices that a person hands in: what, to whom, for what, and when it comes back. She reads it
with her code as the officers do, and has it on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.config.clock import now
from amana.evidence.acting import acting, lock
from amana.evidence.events import Tag
from amana.evidence.models import HandIn
from amana.journal.events import Act
from amana.journal.services import record
from amana.kernel.ids import uuid7
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.pairs import open_from, seal_to
from amana.people.policies import Action, Staff
from amana.reports.errors import AlreadyDone, NoSuchPart, NotFound
from amana.reports.models import PartKind, Report, SealedPart
from amana.reports.opening import open_private
from amana.reports.refusals import refuse
from amana.reports.services import mailbox
from amana.reports.services.mailbox import OpenReceipt

MAX_WORDS: Final = 1000
MAX_LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class Device:
    """What was handed in, to whom, and what she agreed may be done with it."""

    what: str = field(repr=False)
    to_whom: str = field(repr=False)
    scope: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandInRow:
    """A receipt as its reader sees it."""

    id: UUID
    at: datetime
    return_by: date | None
    returned_at: datetime | None
    device: Device


def take(*, staff: Staff, report: Report, device: Device, return_by: date | None) -> HandIn:
    """Take a device in. Refused and counted without her consent in words (`consent`) or without a
    day of return (`expiry`). Raises `NotFound`, `NotAllowed`, `VaultClosed`, `NoSuchPart`."""
    by = acting(staff, Action.HANDLE_EVIDENCE, report)
    missing = "consent" if not device.scope.strip() else ""
    if not missing and (return_by is None or return_by < now().date()):
        missing = "expiry"
    if missing:
        refuse(report=report, actor=by.actor, action="hand_in", missing=missing)
    part = SealedPart.objects.filter(report=report, kind=PartKind.ANSWERS).first()
    if part is None:
        raise NoSuchPart
    said = {
        "what": device.what.strip()[:MAX_WORDS],
        "to_whom": device.to_whom.strip()[:MAX_WORDS],
        "scope": device.scope.strip()[:MAX_WORDS],
    }
    row = HandIn(
        id=uuid7(),
        agency_id=report.agency_id,
        report=report,
        at=now(),
        officer_id=staff.officer_id,
        return_by=return_by,
    )
    plain = json.dumps(said, ensure_ascii=False).encode()
    row.sealed = seal_to(bytes(part.public_key), plain, context=_context(row.id))
    with transaction.atomic():
        row.save(force_insert=True)
        _leaf(Tag.DEVICE_TAKE, row, staff, by.unit_id)
    return row


def give_back(*, staff: Staff, report: Report, hand_in_id: UUID) -> HandIn:
    """The device is with her again. Raises `NotFound`, `NotAllowed`, `VaultClosed`,
    `AlreadyDone`."""
    by = acting(staff, Action.HANDLE_EVIDENCE, report)
    with transaction.atomic():
        lock(report)
        row = HandIn.objects.filter(pk=hand_in_id, report=report).first()
        if row is None:
            raise NotFound
        if row.returned_at is not None:
            raise AlreadyDone
        row.returned_at, row.returned_by = now(), staff.officer_id
        row.save(update_fields=["returned_at", "returned_by"])
        _leaf(Tag.DEVICE_RETURN, row, staff, by.unit_id)
    return row


def for_unit(*, staff: Staff, report: Report) -> list[HandInRow]:
    """Receipts of a report, the newest first. Raises what `open_part` raises."""
    if not HandIn.objects.filter(report=report).exists():
        return []
    return _opened(report, open_private(staff=staff, report=report, kind=PartKind.ANSWERS))


def for_reporter(opened: OpenReceipt) -> list[HandInRow]:
    """Her own receipts; nothing while only the stage may be shown."""
    if opened.stage_only or not HandIn.objects.filter(report=opened.report).exists():
        return []
    private = mailbox.part_private(opened.report, opened.private, PartKind.ANSWERS)
    return _opened(opened.report, private) if private is not None else []


def _opened(report: Report, private: bytes) -> list[HandInRow]:
    rows = HandIn.objects.filter(report=report).order_by("-id")[:MAX_LISTED]
    found = []
    for row in rows:
        try:
            plain = open_from(private, bytes(row.sealed), context=_context(row.id))
        except SealingError:  # bytes that belong elsewhere: the leaf tells that one was made
            continue
        device = Device(**json.loads(plain))
        found.append(HandInRow(row.id, row.at, row.return_by, row.returned_at, device))
    return found


def _leaf(tag: Tag, row: HandIn, staff: Staff, unit_id: UUID) -> None:
    record(
        Act(
            tag,
            staff.actor(Action.HANDLE_EVIDENCE, unit_id),
            row.agency_id,
            "report",
            row.report_id,
            unit_id,
            facts={"hand_in": str(row.id)},
        )
    )


def _context(hand_in_id: UUID) -> bytes:
    return f"amana/hand-in/{hand_in_id}".encode()
