# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.desk.forms.report import prose
from amana.triage.links.search import LONGEST_QUERY
from amana.triage.links.services import LONGEST_REASON

WORDS, PHRASE, BEGINS = "words", "phrase", "begins"
BY: Final = (
    (WORDS, _("Words, in any form")),
    (PHRASE, _("These words in this order (opens the reports that may hold them)")),
    ("phone", _("Phone number")),
    ("handle", _("Account name")),
    ("email", _("E-mail address")),
    ("url", _("Link")),
    ("iban", _("Bank account")),
    ("wallet", _("Crypto wallet")),
    ("ip", _("IP address")),
)


class ReasonForm(forms.Form):
    """Why an officer decides so; her colleagues read it, nobody outside does."""

    reason = prose(_("Why?"), limit=LONGEST_REASON, rows=3)


class SearchForm(forms.Form):
    """What is looked for. It goes by POST: no search stands in an address or a history."""

    by = forms.ChoiceField(label=_("Look for"), choices=BY, initial=WORDS)
    text = forms.CharField(
        label=_("Word, number or name"),
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    begins = forms.BooleanField(
        label=_("It only begins like this"),
        help_text=_("For numbers, names and accounts of which a part is known."),
        required=False,
    )
