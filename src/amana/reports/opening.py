# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer opens what was sealed. Every opening that matters is a leaf, with role and purpose,
and the reporter can see when it happened (design, Journal)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.config.clock import now
from amana.journal.events import Act, Actor
from amana.journal.models import Event
from amana.journal.services import record
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.pairs import open_from
from amana.people.policies import Action, Staff
from amana.reports import contexts
from amana.reports.errors import NoSuchPart, PurposeMissing
from amana.reports.events import Tag
from amana.reports.models import MessageKind, PartKind, Report, SealedPart
from amana.reports.policies import authorise
from amana.reports.questionnaire.types import Json
from amana.reports.services import mailbox
from amana.reports.services.parts import part_private, vault_of

ONE_LEAF_PER: Final = timedelta(minutes=10)
MAX_PURPOSE: Final = 200
MAX_NOTES: Final = 500

_ACTION: Final[Mapping[str, Action]] = {
    PartKind.ANSWERS: Action.READ_REPORT,
    PartKind.IDENTITY: Action.READ_IDENTITY,
    PartKind.ANNEX: Action.OPEN_ANNEX,
    PartKind.INTERNAL: Action.READ_REPORT,
    PartKind.NOTICE: Action.READ_NOTICE,
}
_TAG: Final[Mapping[str, Tag]] = {
    PartKind.IDENTITY: Tag.IDENTITY_READ,
    PartKind.ANNEX: Tag.ANNEX_OPEN,
}


@dataclass(frozen=True, slots=True)
class Note:
    """A note among officers. `author` is role and pseudonym, never a name."""

    id: UUID
    at: datetime
    author: str
    text: str = field(repr=False)


def open_part(*, staff: Staff, report: Report, kind: str, purpose: str = "") -> dict[str, Json]:
    """What stands in one part of the report: her answers by question.

    Identity and annex need a purpose, and each opening of them is a leaf; of the others there is
    one leaf an officer in ten minutes, so that the log stays readable.

    Raises `NotFound`, `NotAllowed`, `VaultClosed`, `NoSuchPart`, `NoKey`, `PurposeMissing`."""
    private = open_private(staff=staff, report=report, kind=kind, purpose=purpose)
    part = SealedPart.objects.only("sealed").get(report=report, kind=kind)
    plain = open_from(private, bytes(part.sealed), context=contexts.part(report.id, kind))
    opened: dict[str, Json] = json.loads(plain)
    return opened


def open_private(*, staff: Staff, report: Report, kind: str, purpose: str = "") -> bytes:
    """The private half of a part, after asking and after writing the leaf. For what hangs on a
    part (files, messages, notices); raises what `open_part` raises."""
    unit_id = authorise(staff, _ACTION[kind], report)
    purpose = purpose.strip()[:MAX_PURPOSE]
    if kind in _TAG and not purpose:
        raise PurposeMissing
    vault = vault_of(staff)
    part = SealedPart.objects.filter(report=report, kind=kind).first()
    if part is None:
        raise NoSuchPart
    private = part_private(vault, part)
    _note_opening(staff, report, kind, unit_id, purpose)
    return private


def _note_opening(staff: Staff, report: Report, kind: str, unit_id: UUID, purpose: str) -> None:
    actor = staff.actor(_ACTION[kind], unit_id)
    tag = _TAG.get(kind, Tag.READ)
    if tag is Tag.READ and _read_lately(report, actor):
        return
    facts: dict[str, str | int | bool | None] = {"part": kind}
    with transaction.atomic():
        record(
            Act(tag, actor, report.agency_id, "report", report.id, unit_id, purpose, facts=facts)
        )


def _read_lately(report: Report, actor: Actor) -> bool:
    bodies = Event.objects.filter(
        subject_id=report.id, tag=Tag.READ, at__gt=now() - ONE_LEAF_PER, body__isnull=False
    ).values_list("body", flat=True)
    return any(
        json.loads(bytes(body))["actor"]["pseudonym"] == actor.pseudonym
        for body in bodies[:100]
        if body is not None
    )


def has_part(report: Report, kind: str) -> bool:
    """Whether the report has such a part at all: says nothing of what stands in it."""
    return SealedPart.objects.filter(report=report, kind=kind).exists()


def lines(*, staff: Staff, report: Report) -> list[mailbox.Line]:
    """The mailbox as the unit reads it, oldest first; the first reading of her messages is noted.
    Raises what `open_part` raises."""
    private = open_private(staff=staff, report=report, kind=PartKind.ANSWERS)
    read = mailbox.lines_for_unit(report, private)
    unit_id = authorise(staff, Action.READ_REPORT, report)
    if any(line.unread and line.kind == MessageKind.FROM_REPORTER for line in read):
        actor = staff.actor(Action.READ_REPORT, unit_id)
        mailbox.mark_read(report=report, by_reporter=False, actor=actor)
    return read


def notes(*, staff: Staff, report: Report) -> list[Note]:
    """What officers wrote among themselves, oldest first; of very many the newest. Raises what
    `open_part` raises, except that a report without notes has an empty list."""
    if not has_part(report, PartKind.INTERNAL):
        authorise(staff, Action.READ_REPORT, report)
        return []
    private = open_private(staff=staff, report=report, kind=PartKind.INTERNAL)
    rows = report.messages.filter(kind=MessageKind.INTERNAL).order_by("-at", "-id")[:MAX_NOTES]
    return [
        Note(row.id, row.at, row.author, _text(private, row.sealed, contexts.message(row.id)))
        for row in reversed(rows)
    ]


def open_note(
    *, staff: Staff, report: Report, purpose: str, sealed: bytes, kind: str = PartKind.INTERNAL
) -> str:
    """Words that were sealed with `parts.seal_note`: the reason of a referral, a diagnosis, an
    instruction. Empty when the bytes belong elsewhere. Raises what `open_part` raises."""
    private = open_private(staff=staff, report=report, kind=kind)
    return _text(private, sealed, contexts.note(report.id, purpose))


def _text(private: bytes, sealed: bytes | memoryview[int] | None, context: bytes) -> str:
    if sealed is None:
        return ""
    try:
        return open_from(private, bytes(sealed), context=context).decode(errors="replace")
    except SealingError:
        return ""
