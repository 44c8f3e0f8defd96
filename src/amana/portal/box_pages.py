# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public pages that she named: a copy of one is kept now, before it is gone (M-083, M-165)."""

from __future__ import annotations

import json
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.config.views import SeeOther
from amana.evidence.capture.jail import missing
from amana.evidence.capture.keeping import NotCaptured, capture_for_reporter
from amana.kernel.sealing.pairs import open_from
from amana.limits.rules import CAPTURE, allow
from amana.limits.sources import keyed
from amana.portal.visits import ended, mailbox_of
from amana.reports import contexts
from amana.reports.errors import ReportClosed
from amana.reports.models import PartKind, Report, SealedPart
from amana.reports.questionnaire.types import Json, items_of
from amana.reports.services.mailbox import OpenReceipt, part_private

MOST: Final = 10
CHILD: Final = "C"
"""First letter of the categories about children: nothing of those is fetched by anybody's wish."""


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


def named_pages(opened: OpenReceipt) -> list[str]:
    """The addresses she named, at most ten; none when the report is about a child, or when this
    node has no browser."""
    if not _offered(opened.report):
        return []
    private = part_private(opened.report, opened.private, PartKind.ANSWERS)
    part = SealedPart.objects.filter(report=opened.report, kind=PartKind.ANSWERS).first()
    if private is None or part is None:
        return []
    context = contexts.part(opened.report.id, PartKind.ANSWERS)
    answers: dict[str, Json] = json.loads(open_from(private, bytes(part.sealed), context=context))
    lines = [str(line) for line in items_of(answers.get("published_urls"))]
    rows = [row for row in items_of(answers.get("identifiers")) if isinstance(row, dict)]
    lines += [str(row.get("value", "")) for row in rows if row.get("type") == "url"]
    return list(dict.fromkeys(line for line in lines if line))[:MOST]


def _offered(report: Report) -> bool:
    child = report.category.startswith(CHILD) or any(c.startswith(CHILD) for c in report.offences)
    return not child and report.closed_at is None and not missing()


def _draw(request: HttpRequest, named: list[str], wrong: str = "") -> HttpResponse:
    errors = [{"href": "#page", "text": wrong}] if wrong else []
    context = {
        "options": [{"code": str(at), "label": url, "ltr": True} for at, url in enumerate(named)],
        "errors": errors,
        "wrong": wrong,
    }
    return render(request, "portal/pages.html", context, status=422 if errors else 200)
