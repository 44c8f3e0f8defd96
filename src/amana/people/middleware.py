# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page of the desk asks first; pages elsewhere are not touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from amana.people.models import Officer
from amana.people.policies import Staff, staff_for
from amana.people.selectors import active_key
from amana.people.signin import FACTOR
from amana.people.vault import vault_for

PREFIX: Final = "/desk/"
SIGN_IN: Final = "/desk/sign-in/"
VAULT: Final = "/desk/vault/"
# On the way in; each of these pages asks for itself how far somebody has come.
OPEN: Final = (
    "/desk/setup/",
    "/desk/invitation/",
    SIGN_IN,
    "/desk/second-factor/",
    "/desk/factors/",
    "/desk/sign-out/",
    "/desk/language/",
)


class Desk:
    """Signed in with both factors, and a vault enrolled: else to the page where that is done.

    `request.staff` is who acts, read anew for each request and only when asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path + "/").startswith(PREFIX):
            return self.get_response(request)
        way_in = next_step(request)
        if way_in:
            return HttpResponseRedirect(way_in)
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def next_step(request: HttpRequest) -> str:
    """Where somebody must go before this page; empty when she may stay. Attaches the staff."""
    request.staff = None  # type: ignore[attr-defined]
    if request.path.startswith(OPEN):
        return ""
    officer = request.user
    if not isinstance(officer, Officer) or not request.session.get(FACTOR):
        # The path of a page holds no secret, its query may: only the path is kept.
        wanted = request.path if request.method == "GET" and request.path != PREFIX else ""
        return SIGN_IN + (f"?{urlencode({'next': wanted})}" if wanted else "")
    request.staff = SimpleLazyObject(  # type: ignore[attr-defined]
        lambda: staff_for(officer, vault_for(request))
    )
    if not request.path.startswith(VAULT) and active_key(officer.pk) is None:
        return VAULT
    return ""


def staff_of(request: HttpRequest) -> Staff:
    """Who acts in a request of the desk. Raises `PermissionError` elsewhere: a bug, not a user."""
    staff = getattr(request, "staff", None)
    if staff is None:
        raise PermissionError("this page is outside of the desk")
    return staff  # type: ignore[no-any-return]
