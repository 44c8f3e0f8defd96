# SPDX-License-Identifier: AGPL-3.0-or-later
"""The receipt on paper: a file that opens anywhere and says nothing of what was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amana.evidence.reporter import HerFile
from amana.journal.proofs import INCLUSION, Shown
from amana.journey import Filed
from amana.kernel.paper import Sheet, Step
from amana.kernel.sealing.receipts import groups
from amana.portal.after import Ahead
from amana.portal.said import clock

LARGEST_SYMBOL: Final = 2300
"""Bytes; a denser symbol is beyond the camera of a plain phone."""
STATES: dict[str, Literal["done", "now", "later"]] = {"done": "done", "now": "now"}


def note(filed: Filed, ahead: Ahead, *, address: str) -> bytes:
    """PDF with the code, what happens now, and the portal's address as a symbol (never the code:
    what a phone reads from it stays in its history)."""
    sheet = Sheet(get_language() or "en", _("Note"))
    sheet.heading(_("Keep this code"))
    sheet.paragraph(
        _(
            "With it you see what is happening, and you can write to the team. "
            "It cannot be replaced if it is lost. Show it to nobody."
        )
    )
    sheet.code(groups(filed.code))
    sheet.heading(_("What happens now"), level=2)
    sheet.timeline([_step(step) for step in ahead.steps])
    sheet.heading(_("Where you use the code"), level=2)
    sheet.qr(address, caption=address)
    sheet.small(_("We never ask for money, passwords or this code by phone or message."))
    return sheet.render()


def proof_sheet(shown: Shown, files: Sequence[HerFile] = ()) -> bytes:
    """PDF with the proof as a symbol, and in letters: paper must be enough to check it."""
    text = shown.proof.text
    sheet = Sheet(get_language() or "en", _("Note"))
    sheet.heading(_("A proof for yourself"))
    if shown.proof.kind == INCLUSION:
        sheet.paragraph(
            _(
                "What you sent stands in our record. Nobody can take it out or change it "
                "unnoticed, not even we."
            )
        )
        rows = [(_("Shown to the world:"), clock(shown.at))] if shown.at else []
        rows += [(_("Confirmed by a partner:"), partner) for partner in shown.partners]
        sheet.table(rows)
    else:
        sheet.paragraph(_("We have signed a promise that what you sent will stand in our record."))
    if files:
        # No names: they tell too much to whoever finds the sheet.
        sheet.heading(_("Your files"), level=2)
        sheet.table([(clock(file.received_at), " ".join(file.groups)) for file in files])
        sheet.small(_("When each came, and how its fingerprint (SHA-256) begins."))
    if len(text.encode()) <= LARGEST_SYMBOL:
        sheet.qr(text, dense=True)
    sheet.small(_("The proof itself. Your code is not in it, and nothing of what you wrote."))
    sheet.letters(text)
    return sheet.render()


def _step(step: dict[str, str]) -> Step:
    when = " ".join(part for part in (step["note"], step["date"]) if part)
    return Step(text=step["text"], when=when, state=STATES.get(step["state"], "later"))
