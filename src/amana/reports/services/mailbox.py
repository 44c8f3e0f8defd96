# SPDX-License-Identifier: AGPL-3.0-or-later
"""Her way back in: the code opens status and mailbox, and no wrong code tells anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.config.prepared import Prepared, Slot
from amana.journal.events import REPORTER, Act, Actor
from amana.journal.services import record
from amana.kernel.ids import uuid7
from amana.kernel.sealing.errors import SealingError, UnusablePassphrase
from amana.kernel.sealing.pairs import open_from, seal_to, unwrap
from amana.kernel.sealing.receipts import (
    ReceiptCode,
    receipt_keys,
    receipt_verifier,
    verify,
)
from amana.reports import contexts
from amana.reports.errors import NoSuchPart
from amana.reports.events import Tag
from amana.reports.models import (
    Message,
    MessageKind,
    PartGrant,
    PartKind,
    Receipt,
    Report,
    SealedPart,
)

MAX_MESSAGE: Final = 8000
MAX_LINES: Final = 500
_NOBODY_SALT: Final = b"\0" * 32
_NOBODY_VERIFIER: Final = b"\0" * 32


@dataclass(frozen=True, slots=True)
class OpenReceipt:
    """A report as its code has opened it. Without `private` (a PIN is set and was not given)
    only the stage may be shown. `has_lines`: whether anything may stand in the mailbox."""

    report: Report
    receipt: Receipt
    private: bytes = field(repr=False)
    has_lines: bool = True

    @property
    def stage_only(self) -> bool:
        return not self.private


@dataclass(frozen=True, slots=True)
class Line:
    """One message as its reader sees it. `text` is empty for a coded, automatic note."""

    id: str
    kind: str
    at: str
    text: str = field(repr=False)
    code: str
    facts: dict[str, str]
    unread: bool


def _by_code() -> QuerySet[Receipt]:
    lines = Message.objects.filter(report=OuterRef("report_id")).exclude(kind=MessageKind.INTERNAL)
    return (
        Receipt.objects.select_related("report")
        .filter(
            report__agency_id=Slot("agency", models.UUIDField()),
            report__locator=Slot("locator", models.CharField()),
        )
        .annotate(has_lines=Exists(lines))
    )


_BY_CODE: Final = Prepared(_by_code)


class MessageTooLong(ValueError):
    """A message over the limit; `limit` is in characters."""

    limit = MAX_MESSAGE


def open_receipt(*, agency: Agency, code: ReceiptCode, pin: str | None) -> OpenReceipt | None:
    """Check a code, in the same time whether it is known or not. Writes nothing.

    `None` for an unknown locator, a wrong secret, a wrong PIN, and a receipt that the person has
    not drawn yet: the caller answers all of them alike. Raises `Busy` when a PIN cannot be
    stretched now."""
    receipt = _BY_CODE.first(agency=agency.pk, locator=code.locator)
    salt = bytes(receipt.salt) if receipt is not None else _NOBODY_SALT
    stored = bytes(receipt.verifier) if receipt is not None else _NOBODY_VERIFIER
    if not verify(stored, receipt_verifier(code, salt=salt)) or receipt is None or receipt.waiting:
        return None
    has_lines: bool = receipt.has_lines  # type: ignore[attr-defined]
    wanted = (pin or None) if receipt.pin_set else None
    if receipt.pin_set and not wanted:
        return OpenReceipt(receipt.report, receipt, b"", has_lines)
    try:
        keys = receipt_keys(code, salt=salt, pin=wanted)
    except UnusablePassphrase:
        return None
    if keys.pair.public != bytes(receipt.public_key):
        return None
    return OpenReceipt(receipt.report, receipt, keys.pair.private, has_lines)


def part_private(report: Report, private: bytes, kind: str) -> bytes | None:
    """The private half of one of her parts, or `None` when the report has no such part."""
    grant = PartGrant.objects.filter(part__report=report, part__kind=kind, to_receipt=True).first()
    if grant is None:
        return None
    return unwrap(private, bytes(grant.wrapped), context=contexts.grant(grant.part_id))


def write(*, report: Report, text: str) -> Message:
    """A message from the reporter. Needs no secret: the part's public half is in clear."""
    return _send(report, MessageKind.FROM_REPORTER, text, REPORTER, "")


def answer(*, report: Report, text: str, actor: Actor) -> Message:
    """A message from the unit to the reporter; it ends the silence that is counted."""
    message = _send(report, MessageKind.TO_REPORTER, text, actor, actor.role)
    Report.objects.filter(pk=report.pk).update(last_news_at=message.at)
    return message


@transaction.atomic
def _send(report: Report, kind: str, text: str, actor: Actor, author: str) -> Message:
    if len(text) > MAX_MESSAGE:
        raise MessageTooLong
    part = (
        SealedPart.objects.only("public_key").filter(report=report, kind=PartKind.ANSWERS).first()
    )
    if part is None:  # destroyed by law: nobody could read it
        raise NoSuchPart
    identity = uuid7()
    message = Message.objects.create(
        id=identity,
        agency_id=report.agency_id,
        report=report,
        kind=kind,
        at=now(),
        sealed=seal_to(bytes(part.public_key), text.encode(), context=contexts.message(identity)),
        author=author,
    )
    facts = leaf_facts(message)
    record(Act(Tag.MESSAGE_SEND, actor, report.agency_id, "report", report.id, facts=facts))
    return message


def leaf_facts(message: Message) -> dict[str, str | int | bool | None]:
    """What the leaf of a sealed message says of it: which one, and the digest of its bytes, so
    that one which was exchanged or slipped in past the services has no leaf (T-06)."""
    digest = hashlib.sha256(bytes(message.sealed or b"")).hexdigest()
    return {"message": str(message.id), "sealed_sha256": digest}


def note_automatically(*, report: Report, code: str, facts: dict[str, str]) -> Message:
    """A coded note of the node, written out in her language when she reads it. It is no news of
    a person's making and does not end the silence (M-062). Inside the caller's transaction."""
    return Message.objects.create(
        agency_id=report.agency_id,
        report=report,
        kind=MessageKind.AUTOMATIC,
        at=now(),
        code=code,
        facts=facts,
        author="node",
    )


def lines_for_reporter(opened: OpenReceipt) -> list[Line]:
    """Her mailbox, oldest first. Empty while only the stage may be shown."""
    if opened.stage_only or not opened.has_lines:
        return []
    rows = _lines(opened.report)
    if not rows:
        return []
    # Once everything was destroyed by law, what is left are notes in codes: she still reads that.
    private = part_private(opened.report, opened.private, PartKind.ANSWERS) or b""
    return [
        _line(row, private, mine=MessageKind.FROM_REPORTER)
        for row in rows
        if private or row.sealed is None
    ]


def lines_for_unit(report: Report, private: bytes) -> list[Line]:
    """The same mailbox as the unit reads it, with the private half of the answers part."""
    return [_line(row, private, mine=MessageKind.TO_REPORTER) for row in _lines(report)]


def _lines(report: Report) -> list[Message]:
    """The newest ones, in the order in which they were written."""
    rows = report.messages.exclude(kind=MessageKind.INTERNAL).order_by("-at", "-id")[:MAX_LINES]
    return list(reversed(rows))


def _line(row: Message, private: bytes, *, mine: str) -> Line:
    text = ""
    if row.sealed is not None:
        try:
            plain = open_from(private, bytes(row.sealed), context=contexts.message(row.id))
            text = plain.decode(errors="replace")
        except SealingError:
            text = ""
    return Line(
        id=str(row.id),
        kind=row.kind,
        at=row.at.isoformat(timespec="seconds"),
        text=text,
        code=row.code,
        facts=row.facts,
        unread=row.read_at is None and row.kind != mine,
    )


def mark_read(*, report: Report, by_reporter: bool, actor: Actor) -> int:
    """Note the first reading of messages by the other side; a second reading writes nothing."""
    kinds = (
        [MessageKind.TO_REPORTER, MessageKind.AUTOMATIC]
        if by_reporter
        else [MessageKind.FROM_REPORTER]
    )
    unread = Message.objects.filter(report=report, kind__in=kinds, read_at=None)
    if not unread.exists():
        return 0
    with transaction.atomic():
        read = unread.update(read_at=now())
        facts = {"messages": read}
        record(Act(Tag.MESSAGE_READ, actor, report.agency_id, "report", report.id, facts={**facts}))
    return read
