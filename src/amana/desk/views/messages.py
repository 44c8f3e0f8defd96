# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mailbox and the notes: two forms, two buttons, two addresses; never one box for both."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpResponse
from django.utils.translation import gettext as _

from amana.casework import services
from amana.desk.forms.report import WriteForm
from amana.desk.shell import Visit, attempt, done, posted_from, report_view
from amana.desk.views.report import draw
from amana.people.policies import Action
from amana.reports.errors import AlreadyDone


@posted_from("desk:report", "locator")
@report_view(Action.MESSAGE_REPORTER)
def message(visit: Visit) -> HttpResponse:
    """Write to the person who reported."""
    form = WriteForm(visit.request.POST, prefix="message")

    def act() -> None:
        with suppress(AlreadyDone):  # the second of two clicks: it was said
            services.send_message(
                staff=visit.staff,
                report=visit.report,
                text=form.cleaned_data["text"],
                once=form.cleaned_data["once"],
            )

    if attempt(form, act):
        return done(visit, _("Sent. The person reads it with the receipt."))
    return draw(visit, message=form)


@posted_from("desk:report", "locator")
@report_view(Action.INTERNAL_NOTE)
def note(visit: Visit) -> HttpResponse:
    """Write a note that only officers read."""
    form = WriteForm(visit.request.POST, prefix="note")

    def act() -> None:
        with suppress(AlreadyDone):  # the second of two clicks: it was said
            services.write_note(
                staff=visit.staff,
                report=visit.report,
                text=form.cleaned_data["text"],
                once=form.cleaned_data["once"],
            )

    if attempt(form, act):
        return done(visit, _("The note is kept. Only officers read it."))
    return draw(visit, note=form)
