# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changing her mind: each thing she agreed to, one by one, at any time while work goes on."""

from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from amana.config.views import SeeOther
from amana.portal.visits import ended, mailbox_of
from amana.reports.errors import ReportClosed
from amana.reports.models import Report
from amana.reports.questionnaire import questionnaire
from amana.reports.services.consents import change_consents


@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Shows what she agreed to; sent, it takes what is ticked and nothing else."""
    found = mailbox_of(request)
    if found is None or found[0].stage_only:
        return ended(request)
    report = found[0].report
    if request.method == "POST":
        with contextlib.suppress(ReportClosed):
            change_consents(report=report, given=request.POST.getlist("given"))
        return SeeOther(reverse("box"))
    context = {"asked": _asked(report), "given": report.consents, "closed": report.closed_at}
    return render(request, "portal/consents.html", context)


def _asked(report: Report) -> list[dict[str, object]]:
    """The questions of the questionnaire itself, so that she reads the same words again."""
    language = get_language() or "en"
    asked = questionnaire()
    voice = asked.voice({"role": report.reporter_role})
    return [
        {
            "code": step.purpose,
            "label": step.title(language, voice),
            "hint": step.why(language, voice),
        }
        for step in asked.steps
        if step.kind == "consents"
    ]
