# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which language a reader gets, without a session and without asking the database twice."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from amana.agencies.selectors import shown

KNOWN: Final = ("ar", "fr", "en", "ur")
SESSION_KEY: Final = "language"


def known(tag: str) -> str:
    """`tag` as one of our languages (`ar-JO` is `ar`), or an empty string."""
    base = tag.replace("_", "-").partition("-")[0].lower()
    return base if base in KNOWN else ""


def accepted(header: str) -> str:
    """The first language of an Accept-Language header that we speak, or an empty string."""
    for tag, weight in parse_accept_lang_header(header):
        if weight and (language := known(tag)):  # a weight of 0: not this one (RFC 9110)
            return language
    return ""


def of_request(request: HttpRequest) -> str:
    """The neutral cookie, else Accept-Language, else the country pack's own language."""
    return (
        known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        or accepted(request.headers.get("Accept-Language", ""))
        or of_pack()
    )


def of_desk(request: HttpRequest) -> str:
    """What the officer chose in this session, else her own language, else as for anybody.

    Asks the session and the account, so only the desk may call it."""
    session = getattr(request, "session", None)
    chosen = known(str(session.get(SESSION_KEY, ""))) if session is not None else ""
    return chosen or known(getattr(request.user, "language", "")) or of_request(request)


def of_pack() -> str:
    """The default language of the country pack, or the first of all."""
    pack = shown().pack
    default = pack.header.default_language if pack else settings.LANGUAGE_CODE
    return known(default) or "en"
