# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holds, destruction, imports, devices. What a ground may be missing for is not `required` here:
the service refuses it, says what is missing and counts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.desk.custody_words import BASES
from amana.desk.forms.report import prose
from amana.evidence import forensics, hand_ins, holding, shredding


def words(
    label: Any, limit: int, *, help_text: Any = "", required: bool = False
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=limit,
        required=required,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class ItemForm(forms.Form):
    """An act on one file, or on all of the report."""

    item = forms.ChoiceField(label=_("What"), required=False)

    def __init__(
        self, *args: Any, files: Iterable[tuple[UUID, str]], whole: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        everything = [("", _("All of this report"))] if whole else []
        field.choices = [*everything, *((str(key), name) for key, name in files)]

    @property
    def item_id(self) -> UUID | None:
        """The file that was chosen; nothing when all of the report was."""
        chosen = self.cleaned_data.get("item")
        return UUID(chosen) if chosen else None

    def said(self) -> dict[str, Any]:
        """What was typed and chosen, by the names of the service."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "item"}
        return {**typed, "item_id": self.item_id}


class HoldForm(ItemForm):
    reason = prose(_("Why it must be kept"), limit=holding.MAX_REASON, required=False, rows=3)
    authority = words(_("Who ordered it"), holding.MAX_AUTHORITY)


class LiftForm(forms.Form):
    reason = prose(_("Why the hold ends"), limit=holding.MAX_REASON, required=False, rows=3)


class AskShredForm(ItemForm):
    basis = forms.ChoiceField(
        label=_("Ground of law"), choices=list(BASES.items()), widget=forms.RadioSelect
    )
    article = words(
        _("Article of law"),
        shredding.MAX_ARTICLE,
        help_text=_("This stays readable for good. Write nothing of a person here."),
    )
    reason = prose(_("Why"), limit=shredding.MAX_REASON, required=False, rows=3)


class DecideForm(forms.Form):
    """The second person says yes or no; neither is chosen beforehand."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("no", _("Let it be")), ("yes", _("Destroy it for good"))],
        widget=forms.RadioSelect,
    )


class ImportForm(ItemForm):
    tool = words(_("Tool"), forensics.MAX_WORDS, required=True)
    version = words(_("Version"), forensics.MAX_WORDS, required=True)
    examiner = words(_("Who ran it"), forensics.MAX_WORDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whole=False, **kwargs)
        self.fields["item"].label = _("The list of files, as it was added to this report")
        self.fields["item"].required = True


class HandInForm(forms.Form):
    what = prose(
        _("What is handed in"),
        help_text=_("Maker, model, colour, serial number, what is with it."),
        limit=hand_ins.MAX_WORDS,
        rows=3,
    )
    to_whom = words(_("Who takes it in"), hand_ins.MAX_WORDS, required=True)
    scope = prose(
        _("What may be done with it"),
        help_text=_("In the words she agreed to: which data, which time, what not."),
        limit=hand_ins.MAX_WORDS,
        required=False,
        rows=3,
    )
    return_by = forms.DateField(
        label=_("Comes back by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}),
    )
