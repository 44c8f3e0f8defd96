# SPDX-License-Identifier: AGPL-3.0-or-later
"""Begin an upload, add to it, end it. What was acknowledged is on the disk; a file that is not
whole belongs to nothing; of two who add at the same place one wins."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from amana.config.clock import now
from amana.config.env import env
from amana.config.faults import Fault, fault_of
from amana.evidence import limits, services
from amana.evidence.ingest import Taken, take_in
from amana.evidence.ingest import forget as discard
from amana.evidence.models import EvidenceItem, Upload, UploadPiece
from amana.evidence.resumable.errors import (
    ChecksumMismatch,
    Expired,
    LengthMissing,
    NoSuchUpload,
    TooManyFiles,
    TooMuch,
    WrongOffset,
)
from amana.evidence.resumable.owners import (
    Owner,
    close_under_token,
    meta_context,
    open_under_token,
)
from amana.evidence.resumable.pieces import Incoming, Piece, forget, plain, take
from amana.journal.events import REPORTER
from amana.kernel.sealing.boxes import new_key, open_box, seal
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.tokens import new_token, token_id
from amana.reports.errors import NoSuchPart
from amana.reports.models import Draft, Report
from amana.reports.services.drafts import DraftGone, open_draft

LIFE: Final = timedelta(hours=24)
"""An upload ends this long after its last piece."""
MOST_PIECES: Final = 4096


@dataclass(frozen=True, slots=True)
class Said:
    """What the sender said of the file; `raw` as it came in `Upload-Metadata`."""

    name: str = field(repr=False)
    type: str = ""
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """An upload with the key of its pieces. `owner` is none when a token opened it."""

    row: Upload
    key: bytes = field(repr=False)
    said: Said
    owner: Owner | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A new upload. `token` opens it without the receipt, and nothing else; empty for a draft."""

    upload: OpenUpload
    token: str = field(repr=False)


def begin(*, owner: Owner, length: int | None, said: Said) -> Begun:
    """Make room for a file of `length` bytes (`None`: said later).

    Raises `TooMuch`, `TooManyFiles`, `OSError` when the disk is kept for reports."""
    if length is not None and length > limits.max_of_sending():
        raise TooMuch
    # Of a file whose length comes later, as much is counted as it may become.
    wanted = limits.max_of_sending() if length is None else length
    limits.leave_room(env().upload_folder, 2 * wanted)
    key, identity = new_key(), uuid4()
    token = new_token() if owner.report is not None else ""
    meta = json.dumps([said.name, said.type, said.raw], ensure_ascii=False).encode()
    row = Upload(
        id=identity,
        agency_id=owner.agency_id,
        draft=owner.draft,
        report=owner.report,
        length=length,
        wrapped_key=owner.close(identity, key),
        token_hash=token_id(token) if token else None,
        token_wrapped=close_under_token(token, identity, key) if token else None,
        sealed_meta=seal(key, meta, context=meta_context(identity)),
        expires_at=now() + LIFE,
    )
    with transaction.atomic():
        _check_room(owner, wanted)
        row.save(force_insert=True)
    return Begun(OpenUpload(row, key, said, owner), token)


def find(*, upload_id: UUID, owner: Owner | None, token: str = "") -> OpenUpload:
    """An upload as its owner or its token opens it. Raises `NoSuchUpload`, `Expired`."""
    row = Upload.objects.select_related("draft", "report").filter(pk=upload_id).first()
    if row is None:
        raise NoSuchUpload
    key = _key(row, owner, token)
    if row.expires_at <= now():
        raise Expired
    name, kind, raw = json.loads(
        open_box(key, bytes(row.sealed_meta), context=meta_context(row.id))
    )
    return OpenUpload(row, key, Said(name, kind, raw), owner if not token else None)


def add(
    *,
    opened: OpenUpload,
    offset: int,
    incoming: Incoming,
    length: int | None = None,
    checksum: bytes | None = None,
) -> int:
    """Take what comes in from `offset` on; returns how far the upload is now, in bytes.

    Without `checksum` (SHA-256 of the whole body) every piece counts as soon as it is on the
    disk, also when the connection breaks; with it, all of the body counts or nothing.
    Raises `WrongOffset`, `TooMuch`, `ChecksumMismatch`, `LengthMissing`, `Expired`."""
    row = opened.row
    if row.offset != offset:
        raise WrongOffset
    _settle_length(row, length)
    most = row.length if row.length is not None else limits.max_of_sending()
    if offset + incoming.left > most:
        raise TooMuch
    if row.item is not None:
        return row.offset
    limits.leave_room(env().upload_folder, 2 * incoming.left)
    held: list[Piece] = []
    try:
        _take_all(opened, incoming, held, keep=checksum is None)
        if checksum is not None and incoming.cut:
            forget(held)
            return row.offset
        if checksum is not None and incoming.digest() != checksum:
            raise ChecksumMismatch
        _keep(opened, held)
    except BaseException as error:
        if _surely_not_kept(error):
            forget(held)
        raise
    return row.offset


def end(*, opened: OpenUpload) -> None:
    """Drop an upload with all that came of it (termination). A file that became whole and is part
    of a report stays; one of a draft is taken out of it."""
    row, owner = opened.row, opened.owner
    drop(row)
    if row.item is not None and owner is not None and row.draft is not None:
        draft = open_draft(row.draft, owner.secret)
        services.drop_from_draft(opened=draft, item_id=str(row.item))


def drop(row: Upload) -> None:
    """Delete an upload and its pieces."""
    pieces = list(row.pieces.all())
    with transaction.atomic():
        Upload.objects.filter(pk=row.pk).delete()
    forget(pieces)


def drop_all_of_report(report: Report) -> None:
    """End every upload of a report that is destroyed, with its token, inside the transaction of
    destroying; the bytes go once that stands."""
    rows = Upload.objects.filter(Q(report=report) | Q(draft__report=report))
    pieces = list(UploadPiece.objects.filter(upload__in=rows))
    rows.delete()
    transaction.on_commit(lambda: forget(pieces))


def _key(row: Upload, owner: Owner | None, token: str) -> bytes:
    try:
        if token:
            if row.token_hash is None or bytes(row.token_hash) != token_id(token):
                raise NoSuchUpload
            return open_under_token(token, row)
        if owner is None or not owner.owns(row):
            raise NoSuchUpload
        return owner.open(row.id, bytes(row.wrapped_key))
    except SealingError:
        raise NoSuchUpload from None


def _check_room(owner: Owner, length: int) -> None:
    """Files and bytes that are here or on their way. Holds the owner's row, so that two who begin
    at once do not both take the last place."""
    if owner.draft is not None:
        Draft.objects.select_for_update().filter(pk=owner.draft.pk).first()
        coming = Upload.objects.filter(draft=owner.draft, item=None)
        here = EvidenceItem.objects.filter(draft=owner.draft)
        room = limits.max_files()
    elif owner.report is not None:
        Report.objects.select_for_update(of=("self",)).filter(pk=owner.report.pk).first()
        coming = Upload.objects.filter(report=owner.report, item=None)
        here = EvidenceItem.objects.filter(report=owner.report)
        room = limits.MOST_OF_A_REPORT
    else:
        raise NoSuchUpload
    coming = coming.filter(expires_at__gt=now())
    if coming.count() + here.count() >= room or coming.count() >= limits.max_files():
        raise TooManyFiles
    stored = here.aggregate(sum=Sum("stored_size"))["sum"] if owner.draft is not None else 0
    bytes_of_one = Coalesce(F("length"), Value(limits.max_of_sending()))
    announced = coming.aggregate(sum=Sum(bytes_of_one))["sum"]
    if (stored or 0) + (announced or 0) + length > limits.max_together():
        raise TooMuch


def _settle_length(row: Upload, length: int | None) -> None:
    """A length that was left open may be said once."""
    if length is None or length == row.length:
        return
    if row.length is not None or length < row.offset:
        raise LengthMissing
    if length > limits.max_of_sending():
        raise TooMuch
    Upload.objects.filter(pk=row.pk, length=None).update(length=length)
    row.length = length


def _take_all(opened: OpenUpload, incoming: Incoming, held: list[Piece], *, keep: bool) -> None:
    """Seal the body piece by piece. All but the last are kept at once, or all are held back."""
    at = opened.row.offset
    while (piece := take(opened.row.id, opened.key, incoming, at)) is not None:
        held.append(piece)
        at += piece.size
        if keep and at != opened.row.length:
            _keep(opened, held)
            held.clear()


def _keep(opened: OpenUpload, held: list[Piece]) -> None:
    """Make pieces count. The last of a file counts together with the evidence it becomes."""
    row = opened.row
    end_at = row.offset + sum(piece.size for piece in held)
    if end_at == row.length:
        _finish(opened, held)
        return
    if not held:
        return
    if row.pieces.count() + len(held) > MOST_PIECES:
        raise TooMuch
    with transaction.atomic():
        _move(row, end_at)
        UploadPiece.objects.bulk_create(
            UploadPiece(upload=row, start=p.start, size=p.size, blob=p.blob) for p in held
        )
    row.offset = end_at


def _move(row: Upload, to: int, **more: object) -> None:
    """Move the offset, for the one who knew it. Raises `WrongOffset` for every other."""
    mine = Upload.objects.filter(pk=row.pk, offset=row.offset, item=None)
    if not mine.update(offset=to, expires_at=now() + LIFE, **more):
        raise WrongOffset


def _finish(opened: OpenUpload, held: list[Piece]) -> None:
    """All is there: hash, type and seal it as evidence in one pass, and give it to its owner."""
    row = opened.row
    before = list(row.pieces.order_by("start"))
    taken = _sealed(opened, [*before, *held])
    try:
        with transaction.atomic():
            _move(row, row.length or 0, item=taken.id)
            _give(opened, taken)
            UploadPiece.objects.filter(upload=row).delete()
    except BaseException as error:
        if _surely_not_kept(error):
            discard(taken)
        raise
    row.offset, row.item = row.length or 0, taken.id
    forget([*before, *held])
    held.clear()


def _surely_not_kept(error: BaseException) -> bool:
    """A connection to the database that broke may have broken after the commit: then the bytes
    stay, and the sweeper asks later whether a row names them."""
    return fault_of(error) is not Fault.UNSURE


def _sealed(opened: OpenUpload, pieces: list[Piece | UploadPiece]) -> Taken:
    """Raises `Expired` when pieces are gone: no backup holds them."""
    said = opened.said
    try:
        return take_in(
            plain(opened.row.id, opened.key, pieces), name=said.name, declared_type=said.type
        )
    except FileNotFoundError:
        drop(opened.row)
        raise Expired from None


def _give(opened: OpenUpload, taken: Taken) -> None:
    """To the draft; to its report when it was sent meanwhile: that needs no secret (M-162)."""
    row = opened.row
    draft = None
    if row.draft_id is not None:
        draft = Draft.objects.select_for_update(of=("self",)).filter(pk=row.draft_id).first()
        if draft is None:
            raise NoSuchUpload
    report = row.report if draft is None else draft.report
    if report is not None:
        try:
            services.add_to_report(report=report, taken=[taken], actor=REPORTER)
        except NoSuchPart:  # destroyed by law while the file came in
            raise Expired from None
        return
    if opened.owner is None or draft is None:
        raise NoSuchUpload
    try:
        services.keep_with_draft(opened=open_draft(draft, opened.owner.secret), taken=[taken])
    except DraftGone:
        raise Expired from None
