# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leaving at once. The first hop is our own address, where what we hold of the visit is ended."""

from __future__ import annotations

from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amana.agencies.context import Node
from amana.config.views import SeeOther

SESSION_COOKIE: Final = "s"
# Not "cache": clearing it holds the answer back for seconds while the page stays in sight, and
# only style and script are ever in it.
CLEARED: Final = '"cookies", "storage"'
log = structlog.get_logger()


@csrf_exempt  # whoever is made to leave loses nothing: the draft lives on under its code
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """End the portal session here and in the browser, then go to a neutral site (U-01)."""
    _end_session(request.COOKIES.get(SESSION_COOKIE, ""))
    response = SeeOther(Node().exit_url)
    response["Clear-Site-Data"] = CLEARED
    for name in request.COOKIES:
        response.delete_cookie(name, samesite="Strict")
    return response


def _end_session(token: str) -> None:
    """Forget the server's half. Whatever goes wrong with it, the person gets away."""
    if not token:
        return
    try:
        from amana.reports.sessions import forget

        forget(token)
    except Exception:
        log.exception("a portal session was not ended")
