# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.services.closing import MAX_REFERENCE
from amana.desk import words
from amana.desk.forms.report import prose
from amana.packs import Pack
from amana.reports.services.mailbox import MAX_MESSAGE


class CloseForm(forms.Form):
    """Exactly one way of ending, from the country's list (M-009)."""

    disposition = forms.ChoiceField(
        label=_("How does this report end?"), widget=forms.RadioSelect, required=False
    )
    reference = forms.CharField(
        label=_("What this refers to"),
        help_text=_("The other report's number, the body that accepted, or the article of law."),
        max_length=MAX_REFERENCE,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    message = prose(
        _("A message of your own to the person"),
        help_text=_("She or he reads the fixed reason besides. Say what comes now, and thank."),
        limit=MAX_MESSAGE,
        required=False,
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["disposition"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (ending.code, ending.label.in_(words.language())) for ending in pack.dispositions
            ]
