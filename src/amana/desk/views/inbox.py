# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inbox. The list is drawn from coded fields: nothing sealed is opened by looking at it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amana.casework import services
from amana.casework.models import Deadline
from amana.config.clock import now
from amana.desk import words
from amana.desk.forms.inbox import FilterForm
from amana.desk.selectors import lanes
from amana.desk.shell import desk_view, needs, page, posted_from
from amana.people.policies import Action, Staff, may
from amana.reports.models import Report
from amana.reports.services.parts import rewrap_old_grants

PER_PAGE: Final = 40
MOST_PAGES: Final = 250


@require_safe
@desk_view
def home(request: HttpRequest, staff: Staff) -> HttpResponse:
    """To the first page of this role's work."""
    if may(staff, Action.READ_REPORT):
        return redirect("desk:lane", name=lanes.FIRST)
    if may(staff, Action.READ_JOURNAL):
        return redirect("desk:journal")
    if may(staff, Action.MANAGE_PEOPLE):
        return redirect("desk:health")
    return page(request, "welcome")


@require_safe
@desk_view
def lane(request: HttpRequest, staff: Staff, name: str) -> HttpResponse:
    """One lane, filtered and in pages."""
    chosen = next((lane for lane in lanes.lanes_of(staff) if lane.name == name), None)
    if chosen is None:
        raise Http404
    # Keys of a unit that somebody left are renewed by the next member at work (design, Leaving).
    rewrap_old_grants(staff=staff)
    form = FilterForm(request.GET or None, agency_id=staff.agency_id)
    wanted = form.wanted()
    pages = Paginator(lanes.reports_in(staff, chosen, wanted), PER_PAGE)
    shown = pages.get_page(request.GET.get("page", "1")[:4])
    moment = now()
    kept = urlencode({key: value for key, value in form.kept().items() if value})
    alerts = lanes.unseen_alerts(staff)
    context = {
        "lane": chosen,
        "form": form,
        "filtered": any(form.kept().values()),
        "page": shown,
        "rows": [row(report, moment) for report in shown.object_list],
        "columns": _columns(),
        "total": pages.count,
        "alerts": alerts,
        "series": _series(staff) if alerts.series else [],
        "base": f"{request.path}?{kept}" if kept else request.path,
        "query": "&" if kept else "?",
    }
    return page(request, "inbox", context)


def _series(staff: Staff) -> list[dict[str, str]]:
    """Which reports continue a series, by their codes."""
    return [
        {
            "code": f"{report.locator[:4]} {report.locator[4:]}",
            "href": reverse("desk:report", kwargs={"locator": report.locator}),
        }
        for report in lanes.in_series(staff)
    ]


def _columns() -> list[dict[str, object]]:
    return [
        {"label": _("Received")},
        {"label": _("Urgency")},
        {"label": _("What happens")},
        {"label": _("Why here")},
        {"label": _("Messages"), "num": True},
        {"label": _("Next news")},
    ]


def row(report: Report, moment: datetime) -> dict[str, object]:
    """What the list says of a report: coded fields alone."""
    risks = report.assessment.risks
    routes = list(report.routes.all())
    last = routes[-1] if routes else None
    about = [
        words.said(words.IDENTITY, report.identity_choice),
        words.said(words.LANGUAGES, report.language),
        words.facet("platform", report.platform),
        words.said(words.STAGES, report.stage),
    ]
    promised: list[Deadline] = getattr(report, "promised", [])
    return {
        "href": reverse("desk:report", kwargs={"locator": report.locator}),
        "received": words.moment(report.received_at),
        "iso": report.received_at.isoformat(timespec="seconds"),
        "locator": report.locator,
        "letter": words.LETTER[report.assessment.urgency],
        "urgency": words.urgency(report.assessment.urgency, risks),
        "what": words.category(report.category),
        "about": " · ".join(part for part in about if part),
        "wish": words.WISHES.get(report.officer_gender, ""),
        "why": words.route(last.rule, last.inputs) if last else "",
        "unread": getattr(report, "unread", 0),
        "news": words.day(promised[0].due_at) if promised else "",
        "late": words.late_by(promised[0].due_at, moment) if promised else "",
    }


@require_safe
@desk_view
def deadlines(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What was promised and is not met yet, the earliest first."""
    if not may(staff, Action.READ_REPORT):
        raise Http404
    moment = now()
    shown = Paginator(lanes.late(staff), PER_PAGE).get_page(request.GET.get("page", "1")[:4])
    rows = [
        {
            "due": words.moment(deadline.due_at),
            "iso": deadline.due_at.isoformat(timespec="seconds"),
            "late": words.late_by(deadline.due_at, moment),
            "kind": words.said(words.DEADLINES, deadline.kind),
            "href": reverse("desk:report", kwargs={"locator": deadline.report.locator}),
            "what": words.category(deadline.report.category),
            "locator": deadline.report.locator,
            "letter": words.LETTER[deadline.report.assessment.urgency],
            "urgency": words.urgency(
                deadline.report.assessment.urgency, deadline.report.assessment.risks
            ),
        }
        for deadline in shown.object_list
    ]
    context = {"page": shown, "rows": rows, "base": request.path}
    return page(request, "deadlines", context)


@posted_from("desk:home")
@desk_view
def seen(request: HttpRequest, staff: Staff) -> HttpResponse:
    """She has seen that something urgent waits."""
    needs(staff, Action.READ_REPORT)
    services.see_alerts(staff=staff)
    return redirect("desk:lane", name="urgent")
