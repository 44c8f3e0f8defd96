# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prosecution and suspects. What a ground may be missing for is not `required` here: the service
refuses it, says what is missing and counts it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.agencies.models import Unit
from amana.casework.services.suspects import MAX_AUTHORITY, MAX_IDENTITY, RELATIONS, ROLES
from amana.desk import words
from amana.desk.forms.referral import UnitForm
from amana.desk.forms.report import prose
from amana.packs import Pack
from amana.people.codes import western_digits
from amana.referral.services.prosecution import MAX_STATEMENT

ROLE_WORDS = {
    "executor": _("Did it"),
    "instigator": _("Had it done"),
    "accomplice": _("Helped"),
    "unknown": _("Not known"),
}
RELATION_WORDS = {
    "partner": _("Partner"),
    "ex": _("Former partner"),
    "relative": _("Relative"),
    "acquaintance": _("Acquaintance"),
    "colleague": _("Colleague"),
    "classmate": _("Classmate"),
    "online_only": _("Known from the internet only"),
    "unknown": _("Not known"),
}


class NoticeForm(UnitForm):
    """A notice to a prosecution office; the competent one is suggested first (M-005)."""

    reason = prose(
        _("Statement of the officer"),
        help_text=_("What you found and what you ask for. No explicit description of images."),
        limit=MAX_STATEMENT,
        required=False,
    )
    override_basis = forms.CharField(
        label=_("Law and authority, if the person did not agree"),
        help_text=_("Only when a life or a child is at risk. It is written into the journal."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, units=units, **kwargs)
        self.fields["unit"].label = _("Prosecution office")
        first = next(iter(self.units), "")
        self.initial.setdefault("unit", first)


class DayInput(forms.DateInput):
    """The browser's own calendar; a typed ISO date where there is none."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"dir": "ltr", "autocomplete": "off"})


class DayField(forms.DateField):
    """A day as ISO 8601, in the digits of whatever keyboard."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        return super().to_python(western_digits(value) if isinstance(value, str) else value)


class InstructionForm(forms.Form):
    unit = forms.ChoiceField(label=_("Prosecution office"))
    action = forms.ChoiceField(label=_("What it directs"))
    authority = forms.CharField(
        label=_("Who gave it"),
        help_text=_("The office and the function, such as: public prosecutor, Aqaba."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    legal_basis = forms.CharField(
        label=_("Article of law"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    given_on = DayField(label=_("Given on"))
    text = prose(_("In its words"), limit=MAX_STATEMENT, required=False)

    def __init__(self, *args: Any, units: Iterable[Unit], pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.code: unit for unit in units}
        offices = [(code, words.unit_name(unit)) for code, unit in self.units.items()]
        acts = [(act.code, act.names.in_(words.language())) for act in pack.actions]
        for name, choices in (("unit", offices), ("action", acts)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    @property
    def unit_chosen(self) -> Unit:
        """The chosen office of a valid form."""
        return self.units[self.cleaned_data["unit"]]


class SuspectForm(forms.Form):
    identity = prose(
        _("Who it is"),
        help_text=_(
            "Name, numbers, accounts; for each say where it comes from: claimed by the person, "
            "observed, or verified."
        ),
        limit=MAX_IDENTITY,
    )
    role = forms.ChoiceField(label=_("Part in it"), choices=[(c, ROLE_WORDS[c]) for c in ROLES])
    relation = forms.ChoiceField(
        label=_("Relation to the person"),
        choices=[(c, RELATION_WORDS[c]) for c in RELATIONS],
        initial="unknown",
    )


class SearchNoticeForm(forms.Form):
    authority = forms.CharField(
        label=_("Authority that ordered it"),
        max_length=MAX_AUTHORITY,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    expires_on = DayField(label=_("Last day"), required=False)
