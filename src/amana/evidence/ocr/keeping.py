# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer has the text in a picture read. The text is kept beside the picture, and nothing of
it is written into the report: she takes over by hand what she finds right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.evidence.custody import Handling, Kind
from amana.evidence.ingest import add_derived, forget, take_in
from amana.evidence.limits import MOST_OF_A_REPORT
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.ocr import reading
from amana.evidence.ocr.inside import MOST_BYTES
from amana.evidence.opening import open_file
from amana.kernel.identifiers import Found, find_identifiers
from amana.people.policies import Action, Staff
from amana.reports.errors import PurposeMissing, ReportError
from amana.reports.models import Report
from amana.reports.policies import authorise

PICTURES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
"""Types, by their bytes, in which text can be read."""
NAME: Final = "text.txt"
_WORDS: Final[dict[type[reading.CannotRead], Promise]] = {
    reading.NoProgram: _("This node has no program that reads text in pictures."),
    reading.NoPicture: _("This file is no picture that can be read, or it is too large."),
    reading.Busy: _("Another picture is being read. Try again in a minute."),
}


class NotRead(ReportError):
    """No text came out of the picture; nothing was kept."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class PictureText:
    """What was read in a picture; `identifiers` are suggestions, cards among them masked."""

    said: str = field(repr=False)
    identifiers: tuple[Found, ...] = field(repr=False)


def kept_text(item_id: UUID) -> UUID | None:
    """The newest text that is kept of a picture, or of what it is a copy of."""
    origin = EvidenceItem.objects.filter(pk=item_id).values_list("parent_id", flat=True).first()
    texts = EvidenceItem.objects.filter(
        parent_id=origin or item_id, copy=Copy.TEXT, shredded_at=None
    )
    return texts.order_by("-id").values_list("id", flat=True).first()


def text_of_picture(
    *, staff: Staff, report: Report, item_id: UUID, purpose: str, again: bool = False
) -> PictureText:
    """The text in a picture of this report: the one that is kept, or read now and then kept
    (`again`: read anew although one is kept). Custody says who had it opened and for what.

    Raises `NotRead`, `PurposeMissing` and what `opening.open_file` raises."""
    unit_id = authorise(staff, Action.HANDLE_EVIDENCE, report)
    if not purpose.strip():
        raise PurposeMissing
    kept = None if again else kept_text(item_id)
    if kept is not None:
        said = _content(staff, report, kept, purpose).decode()
        return _with_identifiers(said, report)
    if EvidenceItem.objects.filter(report=report).count() >= MOST_OF_A_REPORT:
        raise NotRead(_("This report holds as many files as it can."))
    text = _read(_content(staff, report, item_id, purpose))
    if text.said:
        act = Handling(
            Kind.DERIVE,
            staff.actor(Action.HANDLE_EVIDENCE, unit_id),
            purpose="text",
            said=purpose,
            facts={"languages": "+".join(text.by.languages)},
            unit_id=unit_id,
            by=text.by.tool,
        )
        _keep(report, item_id, text.said, act)
    return _with_identifiers(text.said, report)


def _content(staff: Staff, report: Report, item_id: UUID, purpose: str) -> bytes:
    opened = open_file(staff=staff, report=report, item_id=item_id, purpose=purpose)
    with opened.stream as stream:
        return stream.read(MOST_BYTES + 1)


def _read(content: bytes) -> reading.Text:
    try:
        return reading.read(content)
    except reading.CannotRead as error:
        fallback = _("The text in this picture could not be read.")
        raise NotRead(_WORDS.get(type(error), fallback)) from None


def _keep(report: Report, item_id: UUID, said: str, act: Handling) -> None:
    parent = EvidenceItem.objects.get(pk=item_id, report=report)
    taken = take_in([said.encode()], name=NAME, declared_type="text/plain; charset=utf-8")
    try:
        add_derived(parent=parent, taken=[taken], copy=Copy.TEXT, act=act)
    except BaseException:
        forget(taken)
        raise


def _with_identifiers(said: str, report: Report) -> PictureText:
    found = find_identifiers(said, country=report.victim_country or None)
    return PictureText(said, tuple(found))
