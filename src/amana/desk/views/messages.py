# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mailbox and the notes: two forms, two buttons, two addresses; never one box for both."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amana.casework import services
from amana.desk.forms.report import WriteForm
from amana.desk.shell import Visit, attempt, done, report_view
from amana.desk.views.report import draw
from amana.people.policies import Action


@require_POST
@report_view(Action.MESSAGE_REPORTER)
def message(visit: Visit) -> HttpResponse:
    """Write to the person who reported."""
    form = WriteForm(visit.request.POST, prefix="message")

    def act() -> None:
        text = form.cleaned_data["text"]
        services.send_message(staff=visit.staff, report=visit.report, text=text)

    if attempt(form, act):
        return done(visit, _("Sent. The person reads it with the receipt."))
    return draw(visit, message=form)


@require_POST
@report_view(Action.INTERNAL_NOTE)
def note(visit: Visit) -> HttpResponse:
    """Write a note that only officers read."""
    form = WriteForm(visit.request.POST, prefix="note")

    def act() -> None:
        text = form.cleaned_data["text"]
        services.write_note(staff=visit.staff, report=visit.report, text=text)

    if attempt(form, act):
        return done(visit, _("The note is kept. Only officers read it."))
    return draw(visit, note=form)
