# SPDX-License-Identifier: AGPL-3.0-or-later
"""Going on after the page was loaded again. What is half here is remembered here, sealed, and told
to whoever holds the secret of the draft or the receipt; her browser remembers nothing. A list of
names in the storage of a browser would stay on a telephone that others take into their hands, and
would outlive "exit this page"."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from amana.config.clock import now
from amana.evidence.limits import max_files
from amana.evidence.models import Upload
from amana.evidence.resumable.owners import Owner, meta_context
from amana.evidence.resumable.pieces import plain
from amana.evidence.resumable.services import OpenUpload
from amana.kernel.sealing.boxes import open_box
from amana.kernel.sealing.errors import SealingError

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file of which a part is here; `size` and `offset` in bytes."""

    id: UUID
    name: str = field(repr=False)
    size: int
    offset: int


def unfinished(owner: Owner) -> list[Unfinished]:
    """Her files that broke off, oldest first: those of which something came and more is to come."""
    rows = Upload.objects.filter(
        draft=owner.draft,
        report=owner.report,
        item=None,
        length__isnull=False,
        offset__gt=0,
        expires_at__gt=now(),
    )
    found = []
    for row in rows.order_by("expires_at")[: min(MOST, max_files())]:
        try:
            key = owner.open(row.id, bytes(row.wrapped_key))
            said = open_box(key, bytes(row.sealed_meta), context=meta_context(row.id))
        except SealingError:
            continue
        name, _kind, _raw = json.loads(said)
        found.append(Unfinished(row.id, name, row.length or 0, row.offset))
    return found


def last_piece(opened: OpenUpload) -> tuple[int, bytes] | None:
    """Where the last piece that is here begins, and its SHA-256. Who chose a file of the same name
    and size compares it before she goes on: two files must not become one.

    It is counted anew each time: a hash of what is in a file stands nowhere in clear."""
    piece = opened.row.pieces.order_by("-start").first()
    if piece is None:
        return None
    digest = hashlib.sha256()
    try:
        for chunk in plain(opened.row.id, opened.key, [piece]):
            digest.update(chunk)
    except (FileNotFoundError, SealingError):
        return None
    return piece.start, digest.digest()
