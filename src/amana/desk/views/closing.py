# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ending a report, opening it again, taking it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.casework import services
from amana.casework.models import Assignment
from amana.desk import words
from amana.desk.forms.closing import CloseForm
from amana.desk.forms.referral import ReasonForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, report_view
from amana.packs import Disposition
from amana.people.policies import Action

_NEEDS = {
    "report": lambda: _("needs the number of the other report"),
    "handover": lambda: _("needs the body that accepted"),
    "legal_basis": lambda: _("needs the article of law"),
}


@require_http_methods(["GET", "POST"])
@report_view(Action.CLOSE)
def close(visit: Visit) -> HttpResponse:
    """One way of the list; the page shows what the person will read, in her language."""
    form = filled(visit.request, CloseForm, pack=visit.pack)

    def act() -> None:
        data = form.cleaned_data
        services.close(
            staff=visit.staff,
            report=visit.report,
            disposition=data["disposition"],
            reference=data["reference"],
            message=data["message"],
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("Closed. The person reads why."))
    supervisor = Action.CLOSE_UNREFERRED in visit.may
    said = {
        "title": _("Close the report"),
        "lead": _("That the other side is abroad is no reason to close."),
        "button": _("Close the report"),
        "tone": "danger",
        "endings": [_ending(visit, ending) for ending in visit.pack.dispositions],
        "supervisor": supervisor,
        "chosen": form["disposition"].value() or "",
        "language": visit.report.language,
        "rtl": visit.report.language in ("ar", "ur"),
    }
    return act_page(visit, form, said, "close")


@require_http_methods(["GET", "POST"])
@report_view(Action.CLOSE)
def reopen(visit: Visit) -> HttpResponse:
    """Open a closed report again."""
    form = filled(visit.request, ReasonForm)

    def act() -> None:
        services.reopen(staff=visit.staff, report=visit.report, reason=form.cleaned_data["reason"])

    if form.is_bound and attempt(form, act):
        return done(visit, _("Open again. The person reads that work goes on."))
    said = {
        "title": _("Open it again"),
        "lead": _("The old ending stays in the history."),
        "button": _("Open it again"),
    }
    return act_page(visit, form, said)


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def take(visit: Visit) -> HttpResponse:
    """Take a report to work on it (M-108)."""
    form = filled(visit.request, ReasonForm)

    def act() -> None:
        services.take(staff=visit.staff, report=visit.report, reason=form.cleaned_data["reason"])

    if form.is_bound and attempt(form, act):
        return done(visit, _("This is your case now."))
    wish = words.WISHES.get(visit.report.officer_gender)
    held = Assignment.objects.filter(report=visit.report, until=None).first()
    said = {
        "title": _("Take this case"),
        "lead": wish or _("The person has no wish about who works on it."),
        "button": _("Take it"),
        "rows": [{"label": _("Taken since"), "value": words.moment(held.since) if held else ""}],
        "help": [
            {
                "term": _("When is a reason needed?"),
                "text": _("Only when somebody else was asked for. It stays with the report."),
            }
        ],
    }
    return act_page(visit, form, said, "category")


def _ending(visit: Visit, ending: Disposition) -> dict[str, object]:
    needs = [_NEEDS[ending.needs_reference]()] if ending.needs_reference else []
    if ending.needs_supervisor:
        needs.append(_("needs a supervisor"))
    if ending.review_right:
        needs.append(_("can be reviewed"))
    return {
        "code": ending.code,
        "label": ending.label.in_(words.language()),
        "needs": " · ".join(needs),
        "reads": ending.reason.in_(visit.report.language),
    }
