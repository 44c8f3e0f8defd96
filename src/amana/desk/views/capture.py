# SPDX-License-Identifier: AGPL-3.0-or-later
"""A public page captured into a report, by an officer at the desk."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from amana.desk.forms.report import PurposeForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, report_view
from amana.evidence.capture.fence import MAX_URL
from amana.evidence.capture.jail import missing
from amana.evidence.capture.keeping import capture_for_report, may_capture
from amana.people.policies import Action
from amana.reports.errors import MISSING


class CaptureForm(PurposeForm):
    url = forms.CharField(
        label=gettext_lazy("Address of the page"),
        help_text=gettext_lazy("As it stands in the address line: https://…"),
        max_length=MAX_URL,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
    )
    field_order = ("url", "purpose")


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def capture(visit: Visit) -> HttpResponse:
    """Asks for the address and the purpose, opens the page and seals all of it."""
    form = filled(visit.request, CaptureForm)

    def act() -> None:
        capture_for_report(
            staff=visit.staff,
            report=visit.report,
            url=form.cleaned_data["url"],
            purpose=form.cleaned_data["purpose"],
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("Captured and sealed: picture, text, web archive and record."))
    said = {
        "title": _("Capture a public page"),
        "lead": _(
            "A browser of this node opens the page as anybody would, without an account, and keeps "
            "what it shows and what came over the line. It takes up to a minute: leave this page "
            "open. The site can see that somebody opened the page."
        ),
        "button": _("Capture"),
    }
    if missing():
        lead = _("This node has no browser, so it cannot capture pages.")
        return act_page(visit, None, {**said, "lead": lead})
    if not may_capture(visit.report, visit.may[Action.DIAGNOSE]):
        return act_page(visit, None, {**said, "lead": MISSING["child_unit"]})
    return act_page(visit, form, said)
