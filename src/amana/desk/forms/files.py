# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.desk.forms.report import PurposeForm

CLEAR, SAVE, COPY, WORK = "clear", "save", "copy", "work"
VIEWABLE = frozenset({"picture", "document", "text"})


class OpenFileForm(PurposeForm):
    """How a file is opened; only what can be done with this kind of file is offered."""

    how = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    despite = forms.BooleanField(
        label=_("Save it although the virus scanner found something"), required=False
    )

    def __init__(
        self, *args: Any, kind: str, may_copy: bool, original: bool = True, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        harm = _("Save it. It may be made to harm the computer that opens it.")
        if original:
            harm = _("Save the original. It may be made to harm the computer that opens it.")
        ways = [(SAVE, harm)]
        if may_copy and original:
            ways.insert(0, (WORK, _("Make a working copy, and leave the evidentiary copy alone")))
        if may_copy and kind in {"picture", "document"}:
            ways.insert(0, (COPY, _("Make a cleaned copy for sharing, without hidden details")))
        if kind in VIEWABLE:
            ways.insert(0, (CLEAR, _("Look at it clearly, drawn anew")))
        how = self.fields["how"]
        if isinstance(how, forms.ChoiceField):
            how.choices = ways
        how.initial = ways[0][0]
        self.ask_again(asked=False)

    def ask_again(self, *, asked: bool) -> None:
        """Offer to save it despite what the scanner found, once it has found something."""
        widget = forms.CheckboxInput() if asked else forms.HiddenInput()
        self.fields["despite"].widget = widget
