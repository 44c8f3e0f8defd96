# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.desk.forms.report import PurposeForm
from amana.evidence.exports.contents import CHOSEN, Reason
from amana.evidence.exports.gathering import NAMES, VIEWS, Offered, Wanted
from amana.evidence.exports.wording import REASONS

LANGUAGES = [("ar", "العربية"), ("fr", "Français"), ("en", "English"), ("ur", "اردو")]
INCLUDED: list[tuple[str, str | Promise]] = [("", _("Hand it out"))]
WHY: list[tuple[str, str | Promise]] = [
    *INCLUDED,
    *((str(reason), REASONS[reason]) for reason in CHOSEN),
]


ANNEX_FILE: Final = _("A file of the intimate annex")


class ExportForm(PurposeForm):
    """What goes into a bag: each file, or the reason why it does not."""

    language = forms.ChoiceField(label=_("Language of the papers"), choices=LANGUAGES)
    names = forms.ChoiceField(
        label=_("Names the files came with"),
        help_text=_("A name can tell who somebody is. Left out, the files have numbers only."),
        choices=WHY,
        required=False,
    )
    views = forms.ChoiceField(
        label=_("Records of who opened the files"),
        help_text=_("A court may want to see them. Left out, they stay in the count."),
        choices=WHY,
        required=False,
    )

    def __init__(self, *args: Any, offered: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = offered
        for item in offered:
            self.fields[_field(item.id)] = forms.ChoiceField(
                # Her name for it may run the other way, or try to turn what stands around it.
                label=f"{item.number} · \u2068{item.name or str(ANNEX_FILE)}\u2069",
                choices=WHY,
                required=False,
            )

    def wanted(self) -> Wanted:
        """The answers, once they are valid."""
        said = self.cleaned_data
        fields = {name: Reason(said[name]) for name in (NAMES, VIEWS) if said[name]}
        withheld = {
            item.id: Reason(said[_field(item.id)])
            for item in self._offered
            if said[_field(item.id)]
        }
        return Wanted(
            purpose=said["purpose"], language=said["language"], withheld=withheld, fields=fields
        )


def _field(item_id: UUID) -> str:
    return f"item-{item_id.hex}"
