# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limits on sign-in that nobody can use against a colleague (peers T-04).

Tries are counted by address and sign-in name together, so a flood on one name never touches
another. A device on which somebody has signed in before holds a cookie and has buckets of its
own (OWASP "device cookies"), so a flood on her own name from the office network does not touch
her there.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from amana.config.node import keyring
from amana.limits.rules import Limit, allow, forget
from amana.limits.sources import keyed, source_of
from amana.people.errors import TooOften

COOKIE: Final = "k"
COOKIE_PATH: Final = "/desk"
COOKIE_AGE: Final = 180 * 24 * 3600
# Shared computers: so many people may be known on one device; the one seen longest ago goes.
_PEOPLE_PER_DEVICE: Final = 8


def take(request: HttpRequest, limit: Limit, login: str) -> None:
    """Count one try for `login` from where this request comes. Raises `TooOften`."""
    if not allow(limit, bucket(request, login)):
        raise TooOften


def take_address(request: HttpRequest, limit: Limit, login: str) -> None:
    """Count one try of a stranger by the address alone, whatever name was typed; devices on
    which `login` has signed in before are passed over. Raises `TooOften`."""
    if not _known_mark(request, login) and not allow(limit, source_of(request)):
        raise TooOften


def give_back(request: HttpRequest, limit: Limit, login: str) -> None:
    """After a success: nothing stays counted."""
    forget(limit, bucket(request, login))


def bucket(request: HttpRequest, login: str) -> bytes:
    """Whose tries are counted together: those of a known device, or of a name at an address."""
    mark = _known_mark(request, login)
    if mark:
        return keyed(b"device", mark.encode(), login.encode())
    return keyed(b"stranger", source_of(request), login.encode())


def remember_device(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Leave the cookie after a whole sign-in. It signs nobody in and names nobody: each entry is
    random letters and a signature that fits one sign-in name."""
    if _known_mark(request, login):
        return
    mark = secrets.token_urlsafe(12)
    entries = [f"{mark}.{_signature(mark, login)}", *_entries(request)][:_PEOPLE_PER_DEVICE]
    response.set_cookie(
        COOKIE,
        "~".join(entries),
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _entries(request: HttpRequest) -> list[str]:
    return [e for e in request.COOKIES.get(COOKIE, "").split("~") if e][:_PEOPLE_PER_DEVICE]


def _known_mark(request: HttpRequest, login: str) -> str:
    for entry in _entries(request):
        mark, _, signature = entry.partition(".")
        if hmac.compare_digest(signature.encode(), _signature(mark, login).encode()):
            return mark
    return ""


def _signature(mark: str, login: str) -> str:
    key = keyring().derived("desk/device-cookie")
    return hmac.digest(key, f"{mark}\x00{login}".encode("utf-8", "replace"), "sha256").hex()[:32]
