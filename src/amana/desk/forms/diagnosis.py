# SPDX-License-Identifier: AGPL-3.0-or-later
"""The structured finding (M-070), in words that a desk without specialists can use (M-035)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amana.desk import words
from amana.desk.forms.report import prose
from amana.packs import load_taxonomy
from amana.reports.models import Report
from amana.triage.services import MAX_WORDS_OF_A_NOTE, Finding
from amana.triage.words import ELEMENTS, IDENTIFIERS, JURISDICTION, ONLINE

MAX_REASON = 1000


class DiagnosisForm(forms.Form):
    online = forms.ChoiceField(
        label=_("Is the content online now?"),
        help_text=_("Look only where the person pointed you, and never download intimate images."),
        choices=list(ONLINE.items()),
        widget=forms.RadioSelect,
    )
    identifiers = forms.ChoiceField(
        label=_("Is there something by which the other side can be found?"),
        help_text=_("A phone number, an account, a link, a bank or wallet address."),
        choices=list(IDENTIFIERS.items()),
        widget=forms.RadioSelect,
    )
    platform = forms.ChoiceField(label=_("Platform"), required=False)
    jurisdiction = forms.ChoiceField(
        label=_("Where does it lie?"),
        help_text=_("Abroad is no reason to stop: it opens a cross-border task."),
        choices=list(JURISDICTION.items()),
        widget=forms.RadioSelect,
    )
    elements = forms.ChoiceField(
        label=_("Are the elements of the offence there?"),
        help_text=_("What the law asks for: who did what, to whom, with which intent."),
        choices=list(ELEMENTS.items()),
        widget=forms.RadioSelect,
    )
    offences = forms.MultipleChoiceField(
        label=_("Offences that are taken up"),
        help_text=_("All that the person reported stay ticked. Dropping one needs a reason."),
        widget=forms.CheckboxSelectMultiple,
    )
    more = forms.ChoiceField(label=_("One more offence that you see"), required=False)
    note = prose(
        _("What you found"),
        help_text=_("For colleagues. Do not describe intimate images."),
        limit=MAX_WORDS_OF_A_NOTE,
        required=False,
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        codes = list(dict.fromkeys([report.category, *report.offences]))
        taxonomy = load_taxonomy()
        rest = [c.code for c in taxonomy.categories if c.code not in codes]
        platforms = [
            (v.code, v.label.in_(words.language())) for v in taxonomy.facet("platform").values
        ]
        _offer(self.fields["offences"], [(code, words.category(code)) for code in codes])
        _offer(self.fields["more"], [("", _("None")), *((c, words.category(c)) for c in rest)])
        _offer(self.fields["platform"], [("", _("Not known")), *platforms])
        self.initial.setdefault("offences", codes)
        self.initial.setdefault("platform", report.platform)
        for code in codes:
            if code != report.category:
                label = gettext("Why is this dropped: %(what)s") % {"what": words.category(code)}
                self.fields[f"dropped_{code}"] = prose(
                    label,
                    help_text=_("Only if you took the tick away."),
                    limit=MAX_REASON,
                    required=False,
                    rows=2,
                )
        self.order_fields(
            ["online", "identifiers", "platform", "jurisdiction", "elements", "offences"]
            + [name for name in self.fields if name.startswith("dropped_")]
            + ["more", "note"]
        )

    def finding(self) -> Finding:
        """The answers for the service; call it on a valid form."""
        data = self.cleaned_data
        kept = [*data["offences"], *([data["more"]] if data["more"] else [])]
        dropped = {
            name.removeprefix("dropped_"): str(value)
            for name, value in data.items()
            if name.startswith("dropped_") and name.removeprefix("dropped_") not in kept
        }
        return Finding(
            online=data["online"],
            identifiers=data["identifiers"],
            jurisdiction=data["jurisdiction"],
            elements=data["elements"],
            platform=data["platform"],
            offences=kept,
            dropped=dropped,
            note=data["note"],
        )


class CategoryForm(forms.Form):
    category = forms.ChoiceField(
        label=_("Category"),
        help_text=_("The old one stays in the history. Urgency can rise with it and never falls."),
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(c.code, words.category(c.code)) for c in load_taxonomy().categories]
        _offer(self.fields["category"], kinds)
        self.initial.setdefault("category", report.category)


def _offer(field: forms.Field, choices: list[Any]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
