# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.agencies.models import Unit
from amana.desk import words
from amana.desk.forms.report import prose

MAX_REASON = 4000


class UnitForm(forms.Form):
    """Which unit, and why. An empty reason reaches the service: it refuses it and counts it."""

    unit = forms.ChoiceField(label=_("Unit"))
    reason = prose(
        _("Why"),
        help_text=_("Colleagues read this. It stays with the report."),
        limit=MAX_REASON,
        required=False,
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            named = [(code, words.unit_name(unit)) for code, unit in self.units.items()]
            field.choices = [("", _("Choose…")), *named]

    @property
    def unit_chosen(self) -> Unit:
        """The chosen unit of a valid form."""
        return self.units[self.cleaned_data["unit"]]


class ReferForm(UnitForm):
    keep = forms.BooleanField(
        label=_("Stay on it as a joint case"),
        help_text=_("Both units read and work it; the other unit answers for it."),
        required=False,
    )


class ReasonForm(forms.Form):
    reason = prose(_("Why"), limit=MAX_REASON, required=False)


class ResultForm(forms.Form):
    result = prose(
        _("What was done"),
        help_text=_("Whom you asked abroad, by which way, and what came back."),
        limit=MAX_REASON,
        required=False,
    )
