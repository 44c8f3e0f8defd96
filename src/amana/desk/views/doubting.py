# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saying that a risk is not so, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.desk import words
from amana.desk.links.forms import ReasonForm
from amana.desk.shell import (
    Visit,
    act_page,
    attempt,
    carry_out,
    done,
    filled,
    posted_from,
    report_view,
)
from amana.people.policies import Action
from amana.triage import denying


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def deny(visit: Visit, risk: str) -> HttpResponse:
    """With a reason; the lane stays as it is."""
    if all(one["risk"] != risk for one in visit.report.assessment.risks):
        raise Http404
    form = filled(visit.request, ReasonForm)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        denying.deny(staff=visit.staff, report=visit.report, risk=risk, reason=reason)
        return _("Kept. The risk stays on the page as denied, and the lane stays as it is.")

    said = {
        "title": _("Not so: %(risk)s") % {"risk": words.said(words.RISKS, risk)},
        "lead": _(
            "Say it when you have read the words yourself. The report stays in its lane, your "
            "reason stands beside the risk, and it can be taken back."
        ),
        "button": _("Keep this"),
        "rows": [],
    }
    return carry_out(visit, form, act, said, back="report", template="category")


@posted_from("desk:report", "locator")
@report_view(Action.DIAGNOSE)
def undo(visit: Visit, denial: UUID) -> HttpResponse:
    """The risk counts again."""
    form = forms.Form(visit.request.POST)

    def act() -> None:
        denying.take_back(staff=visit.staff, report=visit.report, denial=denial)

    if attempt(form, act):
        return done(visit, _("Taken back. The risk counts again."))
    return act_page(visit, form, {"title": _("Risks"), "button": _("Try again")})
