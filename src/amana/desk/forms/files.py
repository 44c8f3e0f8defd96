# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.desk.forms.report import PurposeForm

BLURRED, CLEAR, SAVE = "blurred", "clear", "save"


class OpenFileForm(PurposeForm):
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            (BLURRED, _("Look at it, blurred (pictures only)")),
            (CLEAR, _("Look at it clearly (pictures only)")),
            (SAVE, _("Save it as a file")),
        ],
        initial=BLURRED,
        widget=forms.RadioSelect,
    )
