# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer looks at a file without touching it: drawn anew in the jail, blurred until she says
for what purpose she must see it. Each revealing is a record of custody; a page is drawn only for
the officer who revealed the file minutes ago."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from amana.config.clock import now
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.events import Tag
from amana.evidence.ingest import BlobTooLarge, Taken, add_derived, forget, take_in
from amana.evidence.limits import MEBIBYTE, MOST_OF_A_REPORT
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.opening import Damaged, Unsealed, unseal, viewing
from amana.evidence.safeview import jail
from amana.evidence.safeview.kinds import FIRST, kind_of
from amana.evidence.verdicts import scan_if_due
from amana.journal.models import Event
from amana.people.policies import Action, Staff
from amana.reports.errors import PurposeMissing, ReportError
from amana.reports.models import Report
from amana.reports.policies import authorise

LOOKS_FOR: Final = timedelta(minutes=10)
REVEAL: Final = "reveal"
MOST_OF_A_COPY: Final = 96 * MEBIBYTE
ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class Full(ReportError):
    """No file of a report is ever dropped to make room for another."""

    text = _("This report holds as many files as it can.")


class NotRevealed(Exception):
    """She has not said lately for what purpose she looks."""


def kind(*, staff: Staff, report: Report, item_id: UUID) -> str:
    """`picture`, `document`, `text` or `none`, by the first bytes. Raises what `unseal` raises."""
    with unseal(staff=staff, report=report, item_id=item_id).stream() as stream:
        return kind_of(stream.read(FIRST))


def blurred(*, staff: Staff, report: Report, item_id: UUID) -> bytes:
    """A small blurred JPEG. It shows nothing that must be accounted for beyond the reading of the
    report, which is noted. Raises `NoSafeView`, and what `unseal` raises."""
    with unseal(staff=staff, report=report, item_id=item_id).stream() as stream:
        images = jail.render(stream, "blur").images
    if not images:
        raise jail.NoSafeView("kind")
    return images[0]


def reveal(*, staff: Staff, report: Report, item_id: UUID, purpose: str) -> None:
    """Record that she will look at the file clearly, and for what; the virus scanner, where there
    is one, is asked beside it and holds nothing up. Raises `PurposeMissing`, and
    what `unseal` raises."""
    if not purpose.strip():
        raise PurposeMissing
    found = unseal(staff=staff, report=report, item_id=item_id, purpose=purpose)
    record_custody(item=found.row, act=viewing(staff, report, purpose, REVEAL))
    scan_if_due(staff=staff, report=report, item_id=item_id)


def revealed(*, staff: Staff, report: Report, item_id: UUID) -> bool:
    """Whether the journal holds her revealing of this file in the last ten minutes."""
    actor = staff.actor(Action.READ_REPORT, authorise(staff, Action.READ_REPORT, report))
    bodies = Event.objects.filter(
        subject_id=report.id, tag=Tag.VIEW, at__gt=now() - LOOKS_FOR, body__isnull=False
    ).values_list("body", flat=True)
    for body in bodies.order_by("-at")[:100]:
        said = json.loads(bytes(body or b"{}"))
        facts = said.get("facts", {})
        mine = said.get("actor", {}).get("pseudonym") == actor.pseudonym
        if mine and facts.get("item") == str(item_id) and facts.get("how") == REVEAL:
            return True
    return False


def page(*, staff: Staff, report: Report, item_id: UUID, number: int = 1) -> jail.View:
    """One page, drawn anew. Raises `NotRevealed`, `NoSafeView`, and what `unseal` raises."""
    if not revealed(staff=staff, report=report, item_id=item_id):
        raise NotRevealed
    with unseal(staff=staff, report=report, item_id=item_id).stream() as stream:
        return jail.render(stream, "view", number)


def clean_copy(*, staff: Staff, report: Report, item_id: UUID, purpose: str) -> EvidenceItem:
    """A copy for sharing, drawn anew without metadata or anything hidden, kept beside the original
    as an item of its own; both chains name the other. Raises `NoSafeView` for what cannot be drawn
    whole, `PurposeMissing`, `Full`, and what `unseal` raises."""
    found, act = _copying(staff, report, item_id, purpose, "share")
    with found.stream() as stream:
        view = jail.render(stream, "clean")
    if not view.images:
        raise jail.NoSafeView("kind")
    taken = take_in(
        view.images,
        name=f"copy-{found.row.id.hex[-8:]}.{ENDINGS[view.type]}",
        declared_type=view.type,
        limit=MOST_OF_A_COPY,
    )
    made_by = f"pillow/{version('pillow')} pypdfium2/{version('pypdfium2')}"
    return _kept(found, taken, Copy.CLEANED, replace(act, facts={"pages": view.pages}, by=made_by))


def working_copy(*, staff: Staff, report: Report, item_id: UUID, purpose: str) -> EvidenceItem:
    """The same bytes once more, under a key and with a chain of its own, to work on: the
    evidentiary copy rests, and whoever opens it is one more name a court may ask about. While
    the bytes pass they are compared with the fingerprint taken at arrival.

    Raises `Damaged` when they differ, `PurposeMissing`, `Full`, and
    what `unseal` raises."""
    found, act = _copying(staff, report, item_id, purpose, "work")
    meta = found.meta
    try:
        with found.stream() as stream:
            taken = take_in(
                stream, name=meta.name, declared_type=meta.declared_type, limit=meta.size
            )
    except BlobTooLarge:
        raise Damaged from None
    if (taken.meta.sha256, taken.meta.sha512) != (meta.sha256, meta.sha512):
        forget(taken)
        raise Damaged
    return _kept(found, taken, Copy.WORKING, act)


def _copying(
    staff: Staff, report: Report, item_id: UUID, purpose: str, code: str
) -> tuple[Unsealed, Handling]:
    """The item that is copied, and the act that its record will say."""
    if not purpose.strip():
        raise PurposeMissing
    unit_id = authorise(staff, Action.DIAGNOSE, report)
    if EvidenceItem.objects.filter(report=report).count() >= MOST_OF_A_REPORT:
        raise Full
    found = unseal(staff=staff, report=report, item_id=item_id, purpose=purpose)
    actor = staff.actor(Action.DIAGNOSE, unit_id)
    return found, Handling(Kind.DERIVE, actor, purpose=code, said=purpose, unit_id=unit_id)


def _kept(found: Unsealed, taken: Taken, copy: Copy, act: Handling) -> EvidenceItem:
    try:
        return add_derived(parent=found.row, taken=[taken], copy=copy, act=act)[0]
    except BaseException:
        forget(taken)
        raise
