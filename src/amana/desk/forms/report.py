# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.reports.opening import MAX_PURPOSE
from amana.reports.services.mailbox import MAX_MESSAGE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ONCE_BYTES: Final = 32


class Whole(forms.Textarea):
    """No maxlength in the browser: it would cut off what is pasted, and say nothing."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


def prose(
    label: StrOrPromise,
    *,
    help_text: StrOrPromise = "",
    limit: int = 8000,
    required: bool = True,
    rows: int = 5,
) -> forms.CharField:
    """Words of an officer; the server says when there are too many, so that no paste is cut."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=limit,
        required=required,
        widget=Whole(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"}),
    )


class WriteForm(forms.Form):
    """A message to the person, or a note among colleagues."""

    text = prose(_("Text"), limit=MAX_MESSAGE, rows=4)
    once = forms.CharField(required=False, max_length=128, widget=forms.HiddenInput)
    """Random, new with each page: the same words sent twice from one page are said once."""

    @classmethod
    def fresh(cls, prefix: str) -> WriteForm:
        """An empty form of a new page."""
        return cls(prefix=prefix, initial={"once": token_urlsafe(ONCE_BYTES)})


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("For what purpose?"),
        help_text=_("One sentence, without names. It is written into the journal."),
        max_length=MAX_PURPOSE,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
