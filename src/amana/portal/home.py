# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first page, and the page on safety that stands before the first question (U-02)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from amana.agencies.selectors import current_agency
from amana.config.views import SeeOther
from amana.limits.rules import DRAFT, allow
from amana.limits.sources import source_of
from amana.portal.errors import too_many
from amana.portal.visits import draft_of, renew
from amana.portal.walk import Walk
from amana.reports.services import drafts


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ways in. No session, no cookie."""
    return render(request, "portal/home.html")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """What the exit does and does not do; then a draft is begun, or gone on with."""
    opened = draft_of(request)
    live = opened is not None and opened.row.report_id is None
    if request.method != "POST":
        return render(request, "portal/start.html", {"live": live})
    if live and opened is not None:
        return SeeOther(Walk(opened).resume())
    if not allow(DRAFT, source_of(request)):
        return too_many(request)
    token = drafts.start(agency=current_agency(), language=get_language() or "en")
    return renew(request, token, to=_first(token))


def _first(token: str) -> str:
    from amana.reports.sessions import open_session

    visit = open_session(token)
    if visit is None or visit.draft is None:
        raise RuntimeError("a draft that was just begun cannot be opened")
    return Walk(drafts.open_draft(visit.draft, visit.secret)).resume()
