# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an officer's hand to the person's own: a report that was taken at a desk waits under a
one-time code. With it she draws a receipt that only she has seen, and the one-time code dies."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.events import REPORTER, Act, Actor
from amana.journal.models import Event
from amana.journal.services import record
from amana.kernel.sealing.boxes import derive, new_key
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import BadKey
from amana.kernel.sealing.pairs import unwrap, wrap
from amana.kernel.sealing.receipts import (
    SECRET_DIGITS,
    ReceiptCode,
    new_receipt_code,
    receipt_keys,
    receipt_verifier,
    stored_verifier,
    verify,
)
from amana.people.policies import Action, Staff
from amana.reports import contexts
from amana.reports.errors import AlreadyDone, PurposeMissing
from amana.reports.events import Tag
from amana.reports.models import PartGrant, Receipt, Report
from amana.reports.policies import authorise
from amana.reports.services.parts import part_privates, vault_of

TICKET_BYTES: Final = 16
SHOWN_FOR: Final = timedelta(minutes=10)
_NOTHING: Final = b"\0" * 32


def draw(
    *, agency: Agency, code: ReceiptCode, pin: str | None, ticket: bytes
) -> ReceiptCode | None:
    """Exchange a one-time code for a receipt of her own; `None` for any code that draws nothing.

    `ticket` is random and belongs to the one form that was filled in: sent twice, the form gives
    the same receipt, for ten minutes; without it nobody can follow from the old code to the new.
    Raises `BadKey` for a ticket that is too short, `UnusablePassphrase`, `Busy`."""
    if len(ticket) < TICKET_BYTES:
        raise BadKey
    fresh = _following(code, ticket)
    receipt = (
        Receipt.objects.select_related("report")
        .filter(report__agency=agency, report__locator=code.locator)
        .first()
    )
    salt = bytes(receipt.salt) if receipt is not None else _NOTHING
    stored = bytes(receipt.verifier) if receipt is not None else _NOTHING
    known = verify(stored, receipt_verifier(code, salt=salt))
    again = verify(stored, receipt_verifier(fresh, salt=salt))
    if receipt is None:
        return None
    if not receipt.waiting:
        return fresh if again and _drawn_lately(receipt.report) else None
    if not known or not _exchange(receipt, code, fresh, pin or None):
        return None
    return fresh


def reissue(*, staff: Staff, report: Report, purpose: str) -> ReceiptCode:
    """The paper was lost before she drew her receipt: another one-time code, and the old one opens
    nothing any more. A receipt that was drawn is hers alone and cannot be made again.

    Raises `NotFound`, `NotAllowed`, `VaultClosed`, `NoKey`, `PurposeMissing`, `AlreadyDone`."""
    unit_id = authorise(staff, Action.REISSUE_CODE, report)
    if not purpose.strip():
        raise PurposeMissing
    code = ReceiptCode(report.locator, new_receipt_code().secret)
    salt = new_key()
    keys = receipt_keys(code, salt=salt, pin=None)
    with transaction.atomic():
        renewed = Receipt.objects.filter(report=report, waiting=True).update(
            salt=salt, verifier=stored_verifier(keys.verifier), public_key=keys.pair.public
        )
        if not renewed:
            raise AlreadyDone
        _give_anew(staff, report, keys.pair.public)
        actor = staff.actor(Action.REISSUE_CODE, unit_id)
        record(_reissued(report, actor, unit_id, purpose.strip()))
    return code


def awaits_drawing(report: Report) -> bool:
    """Whether the one-time code of this report has not been used yet."""
    return Receipt.objects.filter(report=report, waiting=True).exists()


def _give_anew(staff: Staff, report: Report, public: bytes) -> None:
    """The parts that were hers, wrapped to the new code by an officer who holds them too."""
    grants = list(
        PartGrant.objects.filter(part__report=report, to_receipt=True).select_related("part")
    )
    privates = part_privates(vault_of(staff), [grant.part for grant in grants])
    for grant in grants:
        context = contexts.grant(grant.part_id)
        grant.wrapped = wrap(public, privates[grant.part_id], context=context)
    PartGrant.objects.bulk_update(grants, ["wrapped"])


def _reissued(report: Report, actor: Actor, unit_id: UUID, purpose: str) -> Act:
    kind = "report"
    return Act(Tag.RECEIPT_REISSUE, actor, report.agency_id, kind, report.id, unit_id, purpose)


def _following(code: ReceiptCode, ticket: bytes) -> ReceiptCode:
    """The receipt that follows from a one-time code and a ticket; the locator stays the same."""
    known = join(code.locator, code.secret, ticket)
    raw = derive(known, salt=b"", info=b"amana/handover/1 secret", length=32)
    secret = int.from_bytes(raw) % 10**SECRET_DIGITS
    return ReceiptCode(code.locator, f"{secret:0{SECRET_DIGITS}d}")


def _exchange(receipt: Receipt, old: ReceiptCode, fresh: ReceiptCode, pin: str | None) -> bool:
    opened = receipt_keys(old, salt=bytes(receipt.salt), pin=None)
    if opened.pair.public != bytes(receipt.public_key):
        return False
    salt = new_key()
    # A PIN is stretched for a fifth of a second: never inside the transaction.
    keys = receipt_keys(fresh, salt=salt, pin=pin)
    with transaction.atomic():
        mine = Receipt.objects.filter(pk=receipt.pk, waiting=True).update(
            salt=salt,
            verifier=stored_verifier(keys.verifier),
            public_key=keys.pair.public,
            pin_set=pin is not None,
            waiting=False,
        )
        if not mine:  # the same form, sent twice at once: the other one has done it
            receipt.refresh_from_db()
            stored = bytes(receipt.verifier)
            return verify(stored, receipt_verifier(fresh, salt=bytes(receipt.salt)))
        _wrap_anew(receipt.report, opened.pair.private, keys.pair.public)
        record(Act(Tag.RECEIPT_DRAW, REPORTER, receipt.agency_id, "report", receipt.report_id))
    return True


def _wrap_anew(report: Report, private: bytes, public: bytes) -> None:
    grants = list(PartGrant.objects.filter(part__report=report, to_receipt=True))
    for grant in grants:
        context = contexts.grant(grant.part_id)
        grant.wrapped = wrap(
            public, unwrap(private, bytes(grant.wrapped), context=context), context=context
        )
    PartGrant.objects.bulk_update(grants, ["wrapped"])


def _drawn_lately(report: Report) -> bool:
    since = now() - SHOWN_FOR
    return Event.objects.filter(subject_id=report.id, tag=Tag.RECEIPT_DRAW, at__gt=since).exists()


def intake_act(*, report: Report, actor: Actor) -> Act:
    """The leaf that says who took the report at a desk on somebody's behalf."""
    facts: dict[str, str | int | bool | None] = {"origin": report.origin}
    return Act(Tag.INTAKE, actor, report.agency_id, "report", report.id, facts=facts)
