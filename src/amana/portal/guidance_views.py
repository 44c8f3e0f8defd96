# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public advice. No session, no cookie, nothing to remember."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amana.guidance.selectors import NoSuchPageError, reading, shelves


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All advice, the most pressing first."""
    return render(request, "portal/help_index.html", {"shelves": shelves(_language())})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of advice; 404 for a page that is not published."""
    try:
        shown = reading(slug, _language())
    except NoSuchPageError as error:
        raise Http404 from error
    return render(request, "portal/help_page.html", {"page": shown})


def _language() -> str:
    return get_language() or "en"
