# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our own forms, sent from pages that say `no-referrer`.

From such a page a browser sends `Origin: null` even with a form to the same site (Fetch standard,
"append a request `Origin` header"), and Django's check would refuse every form of this system.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

# What a browser says about a form of ours, or nothing where it says nothing (plain HTTP, old ones).
_OURS: Final = frozenset({"", "none", "same-origin"})


class OwnOrigin:
    """Reads `Origin: null` as our own unless the browser says that it came from elsewhere.

    A stranger's page still fails: the token's cookie is `SameSite=Strict`, so without it the
    check has nothing to compare; a named foreign origin is refused as before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            request.META.get("HTTP_ORIGIN") == "null"
            and request.META.get("HTTP_SEC_FETCH_SITE", "") in _OURS
        ):
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)
