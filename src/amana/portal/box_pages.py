# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public pages that she named: a copy of one is kept now, before it is gone (M-083, M-165)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.config.views import SeeOther
from amana.evidence.capture.keeping import NotCaptured, capture_for_reporter
from amana.limits.rules import CAPTURE, allow
from amana.limits.sources import keyed
from amana.portal.named import named_pages
from amana.portal.visits import ended, mailbox_of
from amana.reports.errors import ReportClosed


@require_http_methods(["GET", "HEAD", "POST"])
def pages(request: HttpRequest) -> HttpResponse:
    """Offers the addresses that stand in her own report, and no other."""
    found = mailbox_of(request)
    if found is None or found[0].stage_only:
        return ended(request)
    opened = found[0]
    named = named_pages(opened)
    if request.method != "POST":
        return _draw(request, named)
    chosen = request.POST.get("page", "")
    if not chosen.isdecimal() or len(chosen) > 2 or int(chosen) >= len(named):
        return _draw(request, named, _("Choose one of the pages."))
    if not allow(CAPTURE, keyed(b"capture", opened.report.id.bytes)):
        return _draw(request, named, _("Six pages a day can be kept. Please come back tomorrow."))
    try:
        capture_for_reporter(report=opened.report, url=named[int(chosen)])
    except (NotCaptured, ReportClosed) as error:
        return _draw(request, named, str(error.text))
    return SeeOther(reverse("box") + "#files")


def _draw(request: HttpRequest, named: list[str], wrong: str = "") -> HttpResponse:
    errors = [{"href": "#page", "text": wrong}] if wrong else []
    context = {
        "options": [{"code": str(at), "label": url, "ltr": True} for at, url in enumerate(named)],
        "errors": errors,
        "wrong": wrong,
    }
    return render(request, "portal/pages.html", context, status=422 if errors else 200)
