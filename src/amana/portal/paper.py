# SPDX-License-Identifier: AGPL-3.0-or-later
"""The receipt on paper: a file that opens anywhere and says nothing of what was told."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amana.journey import Filed
from amana.kernel.paper import Sheet, Step
from amana.kernel.sealing.receipts import groups
from amana.portal.after import Ahead

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


def _step(step: dict[str, str]) -> Step:
    when = " ".join(part for part in (step["note"], step["date"]) if part)
    return Step(text=step["text"], when=when, state=STATES.get(step["state"], "later"))
