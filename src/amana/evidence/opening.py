# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer looks at files. The list is part of reading the report; each opening of a file is a
leaf of its own, with role and purpose."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from amana.evidence.blobs import blobs
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.intake import Meta, open_meta
from amana.evidence.keys import bytes_context, item_key
from amana.evidence.models import Copy, EvidenceItem, Source
from amana.kernel.sealing.errors import CannotOpen
from amana.kernel.sealing.streams import decrypting_reader
from amana.people.policies import Action, Staff
from amana.reports.errors import NotFound, ReportError
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_private
from amana.reports.policies import authorise

MAX_LISTED = 200
_LISTED = (Copy.EVIDENTIARY, Copy.WORKING, Copy.CLEANED)


class Damaged(ReportError):
    """What is stored is not what was stored: it is shown to nobody as if it were."""

    text = _("The stored bytes of this file have changed. It is not shown. Tell your operator.")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a report; `meta` as it was when it came in, `copy` of `models.Copy`."""

    id: UUID
    part: str
    received_at: datetime
    meta: Meta
    copy: str = Copy.EVIDENTIARY
    source: str = Source.REPORTER
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open file: `stream` reads and seeks in the plaintext, and is closed by the caller."""

    meta: Meta
    stream: io.BufferedReader


def files(
    *, staff: Staff, report: Report, part: str = PartKind.ANSWERS, purpose: str = ""
) -> list[FileRow]:
    """The files whose keys hang on one part of the report, oldest first: what came in, working
    and cleaned copies, no small pictures or views, and nothing that was destroyed.

    Raises what `reports.opening.open_part` raises."""
    rows = list(
        EvidenceItem.objects.filter(report=report, part=part, copy__in=_LISTED, shredded_at=None)
        .select_related("key")
        .order_by("id")[:MAX_LISTED]
    )
    if not rows:
        authorise(staff, Action.READ_REPORT, report)
        return []
    private = open_private(staff=staff, report=report, kind=part, purpose=purpose)
    return [
        FileRow(
            row.id,
            row.part,
            row.received_at,
            _meta(row, private),
            row.copy,
            row.source,
            row.damaged_at is not None,
        )
        for row in rows
    ]


def open_file(
    *, staff: Staff, report: Report, item_id: UUID, purpose: str = "", how: str = "open"
) -> OpenFile:
    """Open one file of this report; a record of its custody names her role, the purpose, and
    `how` it was opened.

    Raises `NotFound` for an item that is not of this report or was destroyed, `Damaged` for one
    whose stored bytes have changed, `OSError` while the store is away, and what `open_part`
    raises."""
    found = unseal(staff=staff, report=report, item_id=item_id, purpose=purpose)
    stream = found.stream()
    try:
        record_custody(item=found.row, act=viewing(staff, report, purpose, how))
    except BaseException:
        stream.close()
        raise
    return OpenFile(found.meta, stream)


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An item with its key, before anybody has looked. For the services of this room, which
    record what they do."""

    row: EvidenceItem
    key: bytes = field(repr=False)

    @property
    def meta(self) -> Meta:
        return open_meta(self.row.id, self.key, bytes(self.row.sealed_meta))

    def stream(self) -> io.BufferedReader:
        """The plaintext; closed by the caller. Raises `Damaged`, `OSError`."""
        try:
            source = blobs().open(self.row.blob)
            return decrypting_reader(self.key, source, context=bytes_context(self.row.id))
        except (FileNotFoundError, CannotOpen, ValueError):
            raise Damaged from None


def unseal(*, staff: Staff, report: Report, item_id: UUID, purpose: str = "") -> Unsealed:
    """The item and its key, after asking. Raises what `open_file` raises."""
    authorise(staff, Action.READ_REPORT, report)
    rows = EvidenceItem.objects.select_related("key").filter(report=report, shredded_at=None)
    row = rows.filter(pk=item_id).first()
    if row is None:
        raise NotFound
    if row.damaged_at is not None:
        raise Damaged
    private = open_private(staff=staff, report=report, kind=row.part, purpose=purpose)
    return Unsealed(row, item_key(row, private))


def viewing(staff: Staff, report: Report, purpose: str, how: str) -> Handling:
    """The record of her looking; `how` is a code and stands in the event."""
    unit_id = authorise(staff, Action.READ_REPORT, report)
    return Handling(
        Kind.VIEW,
        staff.actor(Action.READ_REPORT, unit_id),
        purpose=how,
        said=purpose,
        unit_id=unit_id,
        shown={"how": how},
    )


def _meta(row: EvidenceItem, private: bytes) -> Meta:
    key = item_key(row, private)
    return open_meta(row.id, key, bytes(row.sealed_meta))
