# SPDX-License-Identifier: AGPL-3.0-or-later
"""Choosing a language: the one act that portal and desk share."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from amana.config import languages


class SeeOther(HttpResponseRedirect):
    """303: the next request is a GET, whatever this one was."""

    status_code = 303


@csrf_exempt  # harms nobody, and a token would plant a cookie on every public page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language in the neutral cookie and go back to the page."""
    return _remember(request, SeeOther(_next(request, "/")))


@csrf_exempt
@require_POST
def desk_language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language for this session of the desk; before sign-in, in the cookie."""
    response = SeeOther(_next(request, "/desk/"))
    if not request.user.is_authenticated:
        return _remember(request, response)
    if chosen := languages.known(request.POST.get("language", "")):
        request.session[languages.SESSION_KEY] = chosen
    return response


def _remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if chosen := languages.known(request.POST.get("language", "")):
        # Gone with the browser window: on a shared device nothing stays behind.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            httponly=True,
            samesite="Strict",
            secure=settings.HTTPS,
        )
    return response


def _next(request: HttpRequest, default: str) -> str:
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else default
