# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending a report to another unit, working it jointly, and what lies abroad."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.agencies.models import Unit
from amana.desk import words
from amana.desk.forms.referral import ReasonForm, ReferForm, ResultForm, UnitForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, posted_from, report_view
from amana.people.policies import Action
from amana.referral import selectors, services
from amana.reports.models import AccessRole
from amana.triage.selectors import latest_diagnosis


@require_http_methods(["GET", "POST"])
@report_view(Action.REFER)
def refer(visit: Visit) -> HttpResponse:
    """Hand it to the unit that can work on it; the whole file goes along."""
    form = filled(visit.request, ReferForm, units=selectors.referral_targets(visit.report))

    def act() -> None:
        services.refer(
            staff=visit.staff,
            report=visit.report,
            to_unit=form.unit_chosen,
            reason=form.cleaned_data["reason"],
            keep_as_co_owner=form.cleaned_data["keep"],
        )

    if form.is_bound and attempt(form, act):
        name = words.unit_name(form.unit_chosen)
        return done(visit, _("Referred. The report is now with: %(unit)s") % {"unit": name})
    said = {
        "title": _("Refer to a unit"),
        "lead": _("The file goes along whole; nothing is asked again."),
        "button": _("Refer"),
        "missing": latest_diagnosis(visit.report) is None,
        "cover": _cover(visit),
    }
    return act_page(visit, form, said, "refer")


@require_http_methods(["GET", "POST"])
@report_view(Action.OVERRIDE_ROUTE)
def override(visit: Visit) -> HttpResponse:
    """A supervisor sends a report elsewhere than the rule did."""
    form = filled(visit.request, UnitForm, units=selectors.referral_targets(visit.report))

    def act() -> None:
        services.override_route(
            staff=visit.staff,
            report=visit.report,
            to_unit=form.unit_chosen,
            reason=form.cleaned_data["reason"],
        )

    if form.is_bound and attempt(form, act):
        name = words.unit_name(form.unit_chosen)
        return done(visit, _("Sent. The report is now with: %(unit)s") % {"unit": name})
    said = {
        "title": _("Send it elsewhere"),
        "lead": _("Against the rule, as a supervisor. Your reason stays with the report."),
        "button": _("Send"),
    }
    return act_page(visit, form, said)


@require_http_methods(["GET", "POST"])
@report_view(Action.JOINT_CASE)
def joint(visit: Visit) -> HttpResponse:
    """A second unit works it too (M-006)."""
    form = filled(visit.request, UnitForm, units=selectors.referral_targets(visit.report))

    def act() -> None:
        services.add_co_owner(
            staff=visit.staff,
            report=visit.report,
            unit=form.unit_chosen,
            reason=form.cleaned_data["reason"],
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("It is a joint case now. Both units can work it."), "joint")
    others = [
        {"code": access.unit.code, "name": words.unit_name(access.unit)}
        for access in selectors.units_on(visit.report)
        if access.role == AccessRole.CO_OWNER
    ]
    said = {
        "title": _("Joint case"),
        "lead": _("A second unit reads and works this report. No third one sees it."),
        "button": _("Add this unit"),
        "others": others,
    }
    return act_page(visit, form, said, "joint")


@posted_from("desk:joint", "locator")
@report_view(Action.JOINT_CASE)
def end_joint(visit: Visit) -> HttpResponse:
    """The second unit loses access and keys at once."""
    unit = get_object_or_404(
        Unit, agency_id=visit.report.agency_id, code=visit.request.POST.get("unit", "")[:80]
    )
    services.end_co_owner(staff=visit.staff, report=visit.report, unit=unit)
    return done(visit, _("The joint case has ended."), "joint")


@require_http_methods(["GET", "POST"])
@report_view(Action.REFER)
def cross_border(visit: Visit) -> HttpResponse:
    """What lies abroad is work to be done, never a reason to refuse (M-018)."""
    task = selectors.cross_border_task(visit.report)
    if task is None:
        raise Http404
    form = filled(visit.request, ResultForm)

    def act() -> None:
        services.finish_cross_border(
            staff=visit.staff, report=visit.report, result=form.cleaned_data["result"]
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("The cross-border task is finished."))
    is_open = task.state == task.State.OPEN
    said = {
        "title": _("Cross-border task"),
        "lead": _("Somebody in this matter is in another country. Say what was done about it."),
        "button": _("Finish the task"),
        "rows": [
            {"label": _("Country"), "value": words.place(task.country) or _("Not known yet")},
            {"label": _("Opened"), "value": words.moment(task.opened_at)},
            {"label": _("Finished"), "value": words.moment(task.done_at)},
            {"label": _("What was done"), "value": _result(visit, task.sealed_result is not None)},
        ],
    }
    return act_page(visit, form if is_open else None, said, "category")


@require_http_methods(["GET", "POST"])
@report_view(Action.RELEASE_SPEECH)
def review(visit: Visit) -> HttpResponse:
    """A legal reviewer releases a report about words, or keeps it back (M-130)."""
    form = filled(visit.request, ReasonForm)
    release = "release" in visit.request.POST

    def act() -> None:
        services.review_legally(
            staff=visit.staff,
            report=visit.report,
            release=release,
            reason=form.cleaned_data["reason"],
        )

    if form.is_bound and attempt(form, act):
        said_so = _("Released.") if release else _("Kept back.")
        return done(visit, said_so)
    said = {
        "title": _("Legal review"),
        "lead": _(
            "This report is about words or opinions. Until you release it, it is linked to "
            "nobody and no suspect may be named. Danger to a person is always looked at."
        ),
    }
    return act_page(visit, form, said, "review")


def _result(visit: Visit, there: bool) -> str:
    task = selectors.cross_border_task(visit.report)
    read: Callable[[], str] = lambda: (  # noqa: E731
        selectors.cross_border_result(staff=visit.staff, task=task) if task else ""
    )
    return read() if there else ""


def _cover(visit: Visit) -> list[dict[str, object]]:
    """What lies on top of the file for the unit that gets it."""
    report = visit.report
    found = latest_diagnosis(report)
    return [
        {"label": _("Report"), "value": report.locator, "ltr": True},
        {"label": _("Category"), "value": words.category(report.category)},
        {"label": _("Received"), "value": words.moment(report.received_at), "ltr": True},
        {"label": _("Offences"), "value": "\n".join(words.category(c) for c in report.offences)},
        {"label": _("Diagnosed"), "value": words.moment(found.at) if found else "", "ltr": True},
        {"label": _("Identity"), "value": words.said(words.IDENTITY, report.identity_choice)},
        {
            "label": _("Agrees to"),
            "value": "\n".join(words.said(words.PURPOSES, code) for code in report.consents),
        },
    ]
