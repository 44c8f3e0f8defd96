# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every request passes: headers, surfaces, plain errors, language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from amana.config import languages
from amana.config.bodies import check_body
from amana.config.env import env
from amana.config.faults import fault_of
from amana.config.surfaces import is_desk, served
from amana.portal.errors import fault_response

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# Passkeys at the desk, and files that are sent in pieces, are the only scripts of ours that talk
# to the server by themselves.
TALKING_CONTENT_SECURITY_POLICY: Final = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"

HEADERS: Final = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noarchive, nosnippet, noimageindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
    ),
}
TWO_YEARS: Final = 63_072_000


class SecurityHeaders:
    """The same strict headers on every answer, errors and static files too (U-04).

    Outermost, so that nothing inside can forget them. A view may only make them stricter."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.https = env().public_url.startswith("https://")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        desk = is_desk(request.path_info)
        policy = TALKING_CONTENT_SECURITY_POLICY if desk else CONTENT_SECURITY_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        if self.https:
            response["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
        if not _is_static(request, response):
            response["Cache-Control"] = "no-store"
        return response


def _is_static(request: HttpRequest, response: HttpResponseBase) -> bool:
    found = response.status_code in {200, 206, 304}
    return found and request.path_info.startswith(str(settings.STATIC_URL))


class Surfaces:
    """A process serves only the faces of `AMANA_SURFACES`; the others do not exist there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not served(request.path_info, env().surface_set):
            raise Http404
        return self.get_response(request)


class PlainErrors:
    """A body that cannot be taken, a store that cannot write: a clear answer, nothing kept half."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        kind = check_body(request)
        if kind is not None:
            return fault_response(request, kind)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what the store could not do; all else goes on to the handlers of errors."""
        kind = fault_of(exception)
        return fault_response(request, kind) if kind is not None else None


class Language:
    """The reader's language for the time of one request. The portal asks no session for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(languages.of_request(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response

    def process_view(
        self,
        request: HttpRequest,
        _view: object,
        _args: tuple[object, ...],
        _kwargs: dict[str, object],
    ) -> None:
        """At the desk the officer's own language wins; by now she is known."""
        if is_desk(request.path_info):
            translation.activate(languages.of_desk(request))
