# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lending a text for learning: read, made unrecognisable, taken out as a file of one line."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from amana.desk import words
from amana.desk.downloads import attachment
from amana.desk.forms.report import prose
from amana.desk.shell import Visit, act_page, attempt, filled, report_view
from amana.people.policies import Action
from amana.triage import learning


class LendForm(forms.Form):
    text = prose(
        gettext_lazy("The text, so that nobody can be recognised"),
        help_text=gettext_lazy(
            "Take out names, places, dates, employers and anything intimate. Numbers, links and "
            "accounts are masked already; the text is not taken while one is left in it."
        ),
        limit=learning.LONGEST,
        rows=12,
    )
    read = forms.BooleanField(
        label=gettext_lazy("I have read every word, and nobody can be recognised in it."),
        error_messages={"required": gettext_lazy("Read it first, then confirm it here.")},
    )


@require_http_methods(["GET", "POST"])
@report_view(Action.LEND_TEXT)
def lend(visit: Visit) -> HttpResponse:
    """One line of JSON to save. Nothing of it stays here but the leaf."""
    initial = {}
    if visit.request.method == "GET":
        initial["text"] = learning.proposed(staff=visit.staff, report=visit.report)
    form = filled(visit.request, LendForm, initial)
    lines: list[bytes] = []

    def act() -> None:
        text = form.cleaned_data["text"]
        lines.append(learning.lend(staff=visit.staff, report=visit.report, text=text))

    if form.is_bound and attempt(form, act):
        return attachment(lines[0], "correction.jsonl", "application/jsonl")
    said = {
        "title": _("Lend the text for learning"),
        "lead": _(
            "The person agreed to research without identity. What you save here teaches the "
            "suggestions; it leaves this system, and the journal keeps that you took it."
        ),
        "button": _("Save as a file"),
        "rows": [{"label": _("Category"), "value": words.category(visit.report.category)}],
    }
    return act_page(visit, form, said, "category")
