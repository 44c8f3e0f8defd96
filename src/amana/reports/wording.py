# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coded notes and stages in the reader's words. Stored as codes, they follow her language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from amana.agencies.selectors import shown
from amana.packs import UnknownCodeError
from amana.reports.models import Stage

STAGES = {
    Stage.RECEIVED: gettext_lazy("Received and sealed"),
    Stage.LEGAL_REVIEW: gettext_lazy("Being read by a legal reviewer"),
    Stage.DIAGNOSED: gettext_lazy("Read and understood by an officer"),
    Stage.REFERRED: gettext_lazy("With the team that works on it"),
    Stage.IN_PROGRESS: gettext_lazy("Being worked on"),
    Stage.WITHDRAWN: gettext_lazy("Withdrawn by you"),
    Stage.CLOSED: gettext_lazy("Closed"),
}


def automatic_text(code: str, facts: Mapping[str, str]) -> str:
    """An automatic note, written out in the active language."""
    if code == "still_open":
        return _(
            "Your report is still open. There is nothing new to tell, and it is not forgotten. "
            "You can write to us here at any time."
        )
    if code == "closed":
        return f"{_('Your report was closed.')} {_why(facts.get('disposition', ''))}".strip()
    if code == "reopened":
        return _("Your report was opened again.")
    if code == "referred":
        return _("Your report was passed to the team that can work on it. You need not repeat it.")
    if code == "diagnosed":
        return _("An officer has read your report and knows what is needed next.")
    if code == "destroyed":
        return _("All that was kept of your report was destroyed, as the law asks.")
    if code == "consents":
        return _("What may be passed on was changed with the code of this report.")
    return _("There is news on your report.")


def _why(disposition: str) -> str:
    """The fixed reason of an ending, from the country's list; nothing for one it has no more."""
    pack = shown().pack if disposition else None
    if pack is None:
        return ""
    try:
        return pack.disposition(disposition).reason.in_((get_language() or "en")[:2])
    except UnknownCodeError:
        return ""
