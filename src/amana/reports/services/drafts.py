# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing a report: the draft is sealed on the server, and nothing of it is in the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.kernel.ids import uuid7
from amana.kernel.sealing.boxes import new_key, open_box, seal
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.pairs import unwrap, wrap
from amana.kernel.sealing.receipts import (
    ReceiptCode,
    format_code,
    new_receipt_code,
    parse_code,
    receipt_keys,
    stored_verifier,
    verify,
)
from amana.reports import contexts, sessions
from amana.reports.models import Draft, Report
from amana.reports.questionnaire.types import Json

LIFE: Final = timedelta(days=30)
SHOWN_FOR: Final = timedelta(hours=1)
"""How long the receipt page can be opened again in the browser that filed."""


class AlreadyFiled(Exception):
    """The draft became a report before: the same form was sent twice."""


class DraftGone(Exception):
    """The draft was filed, deleted or has expired."""


class DraftChanged(Exception):
    """Another window wrote to the draft in between."""


@dataclass(frozen=True, slots=True)
class DraftContent:
    """What a draft holds. `receipt` is made at the start and shown when the report is filed."""

    language: str
    answers: dict[str, Json] = field(repr=False)
    receipt: ReceiptCode = field(repr=False)
    code: ReceiptCode = field(repr=False)
    pin: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with its key, as a session or its own code has opened it."""

    row: Draft
    key: bytes = field(repr=False)
    content: DraftContent


def start(*, agency: Agency, language: str) -> str:
    """Begin a draft; returns the cookie's value. The draft's own code is in its content."""
    code, key, salt = new_receipt_code(draft=True), new_key(), new_key()
    keys = receipt_keys(code, salt=salt, pin=None)
    moment = now()
    draft = Draft(
        id=uuid7(),
        agency=agency,
        locator=code.locator,
        salt=salt,
        verifier=stored_verifier(keys.verifier),
        created_at=moment,
        expires_at=moment + LIFE,
    )
    draft.wrapped_key = wrap(keys.pair.public, key, context=contexts.draft(draft.id))
    content = DraftContent(language, {}, new_receipt_code(), code)
    draft.sealed = _seal(draft, key, content)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            return sessions.start_for_draft(draft, key)
    except IntegrityError:  # somebody else has this locator: draw again
        return start(agency=agency, language=language)


def open_draft(draft: Draft, key: bytes) -> OpenDraft:
    """Read a draft. Raises `DraftGone` once it can no longer be written to."""
    if draft.expires_at <= now():
        raise DraftGone
    try:
        plain = open_box(key, bytes(draft.sealed), context=contexts.draft(draft.id))
    except SealingError:
        raise DraftGone from None
    said = json.loads(plain)
    content = DraftContent(
        language=said["language"],
        answers=said["answers"],
        receipt=parse_code(said["receipt"]),
        code=parse_code(said["code"]),
        pin=said["pin"],
    )
    return OpenDraft(row=draft, key=key, content=content)


def read_again(opened: OpenDraft) -> OpenDraft:
    """The same draft as it stands now. Raises `DraftGone`."""
    row = Draft.objects.filter(pk=opened.row.pk).first()
    if row is None:
        raise DraftGone
    return open_draft(row, opened.key)


def resume(*, agency: Agency, code: ReceiptCode) -> str | None:
    """Open a draft by its own code on another device; `None` when the code opens nothing."""
    draft = Draft.objects.filter(agency=agency, locator=code.locator, report=None).first()
    salt = bytes(draft.salt) if draft else b"\0" * 32
    keys = receipt_keys(code, salt=salt, pin=None)
    known = verify(bytes(draft.verifier) if draft else b"\0" * 32, keys.verifier)
    if draft is None or not known or draft.expires_at <= now():
        return None
    key = unwrap(keys.pair.private, bytes(draft.wrapped_key), context=contexts.draft(draft.id))
    with transaction.atomic():
        # Asked again while the row is held: a draft that is filed at this moment opens to nobody.
        if not Draft.objects.select_for_update().filter(pk=draft.pk, report=None).exists():
            return None
        return sessions.start_for_draft(draft, key)


@transaction.atomic
def save(
    *, opened: OpenDraft, answers: Mapping[str, Json], language: str = "", pin: str | None = None
) -> OpenDraft:
    """Replace the answers of a draft. Raises `DraftGone`, or `DraftChanged` when another window
    wrote first: nothing of either is lost, the page says so and shows what is stored."""
    old = opened.content
    content = DraftContent(
        language=language or old.language,
        answers=dict(answers),
        receipt=old.receipt,
        code=old.code,
        pin=old.pin if pin is None else pin,
    )
    sealed = _seal(opened.row, opened.key, content)
    rows = Draft.objects.filter(pk=opened.row.pk, report=None)
    changed = rows.filter(version=opened.row.version).update(
        sealed=sealed, version=F("version") + 1
    )
    if not changed:
        raise DraftChanged if rows.exists() else DraftGone
    opened.row.version += 1
    return OpenDraft(row=opened.row, key=opened.key, content=content)


@transaction.atomic
def draw_again(opened: OpenDraft) -> OpenDraft:
    """A new receipt for a draft whose locator somebody else has; it was not shown yet."""
    content = replace(opened.content, receipt=new_receipt_code())
    Draft.objects.filter(pk=opened.row.pk, report=None).update(
        sealed=_seal(opened.row, opened.key, content), version=F("version") + 1
    )
    opened.row.version += 1
    return replace(opened, content=content)


def claim(opened: OpenDraft, report: Report) -> None:
    """Make a draft the draft of this report, once. Inside the transaction of filing, before the
    report is inserted, so that the second of two equal forms stops here.

    What is left of the draft is the receipt, for an hour, for the browser that sent it: the
    answers are gone from it, its own code opens nothing any more, and whoever else had opened it
    is out: the draft's code is no receipt. Raises `AlreadyFiled`."""
    emptied = replace(opened.content, answers={}, pin="")
    claimed = Draft.objects.filter(pk=opened.row.pk, report=None).update(
        report=report,
        sealed=_seal(opened.row, opened.key, emptied),
        wrapped_key=b"",
        expires_at=now() + SHOWN_FOR,
    )
    if not claimed:
        raise AlreadyFiled
    sessions.end_others(opened.row)


@transaction.atomic
def delete(*, opened: OpenDraft) -> None:
    """Delete a draft and all its sessions. Its files are dropped by the journey, which calls
    the evidence room first."""
    Draft.objects.filter(pk=opened.row.pk, report=None).delete()


def _seal(draft: Draft, key: bytes, content: DraftContent) -> bytes:
    plain = {
        "language": content.language,
        "answers": content.answers,
        "receipt": format_code(content.receipt),
        "code": format_code(content.code),
        "pin": content.pin,
    }
    raw = json.dumps(plain, ensure_ascii=False).encode()
    return seal(key, raw, context=contexts.draft(draft.id))
