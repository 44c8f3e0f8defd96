# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amana.agencies.models import Unit
from amana.desk import words
from amana.desk.selectors.lanes import Wanted
from amana.packs import load_taxonomy
from amana.people.codes import normalised
from amana.triage.models import Urgency


class FilterForm(forms.Form):
    """What the inbox is narrowed by: codes only, so that the address tells nothing."""

    q = forms.RegexField(
        r"^[\d ]{1,12}\Z",
        label=pgettext_lazy("report", "Number"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    category = forms.ChoiceField(label=_("What happens"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, agency_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lanes = [
            (Urgency.IMMEDIATE, _("Now")),
            (Urgency.SAME_DAY, _("Today")),
            (Urgency.NORMAL, _("Normal")),
        ]
        kinds = [(c.code, words.category(c.code)) for c in load_taxonomy().categories]
        units = Unit.objects.filter(agency_id=agency_id).order_by("code")
        named = [(unit.code, words.unit_name(unit)) for unit in units]
        self._offer("urgency", lanes)
        self._offer("category", kinds)
        self._offer("unit", named)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All")), *choices]

    def kept(self) -> dict[str, str]:
        """What is valid of what was asked; a wrong filter filters nothing."""
        if not self.is_bound:
            return {}
        self.is_valid()
        names = ("q", "urgency", "category", "unit")
        return {name: str(self.cleaned_data.get(name) or "") for name in names}

    def wanted(self) -> Wanted:
        """The same for the selector."""
        kept = self.kept()
        return Wanted(
            urgency=kept.get("urgency", ""),
            category=kept.get("category", ""),
            unit=kept.get("unit", ""),
            locator=normalised(kept.get("q", "")),
        )
