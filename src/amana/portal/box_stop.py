# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking to stop, and coming back: what it does is explained before it is done (M-058)."""

from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from amana.casework.services import come_back, withdraw
from amana.config.views import SeeOther
from amana.portal.visits import ended, mailbox_of
from amana.reports.errors import AlreadyDone, ReportClosed


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """Withdraw the report, or take that back; sent twice it is done once."""
    found = mailbox_of(request)
    if found is None or found[0].stage_only:
        return ended(request)
    report = found[0].report
    if request.method != "POST":
        context = {"withdrawn": report.withdrawn_at, "closed": report.closed_at}
        return render(request, "portal/stop.html", context)
    wanted = request.POST.get("want", "")
    with contextlib.suppress(AlreadyDone, ReportClosed):
        if wanted == "stop":
            withdraw(report=report)
        elif wanted == "on":
            come_back(report=report)
    return SeeOther(reverse("box"))
