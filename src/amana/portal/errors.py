# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages for what did not work. They say what happened, that nothing is lost, and what to do.

Nothing of the request is shown or logged. They must stand when all else fails: without a database
the words come from the file, and without templates a bare page is drawn."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html

from amana.config import languages
from amana.config.bodies import BrokenText
from amana.config.faults import STATUS, Fault, fault_of
from amana.config.surfaces import is_desk
from amana.packs.base import Frozen
from amana.packs.loader import parse, read_yaml
from amana.packs.words import Words

FILE: Final = Path(__file__).with_name("errors.yaml")
RETRY_AFTER_SECONDS: Final = {503: 60, 429: 600}
RIGHT_TO_LEFT: Final = frozenset({"ar", "ur"})
log = structlog.get_logger()


class ErrorWords(Frozen):
    """The words for one kind of trouble; `seen` when a page was only opened."""

    title: Words
    sent: Words
    seen: Words | None = None


class ErrorFile(Frozen):
    """`errors.yaml`."""

    words: dict[Fault, ErrorWords]


@cache
def error_words() -> dict[Fault, ErrorWords]:
    """The words of every kind of trouble, read once."""
    found = parse(ErrorFile, {"words": read_yaml(FILE)}, name=FILE.name).words
    missing = set(Fault) - set(found)
    if missing:
        raise LookupError(f"{FILE.name} has no words for {', '.join(sorted(missing))}")
    return found


def fault_response(
    request: HttpRequest, fault: Fault, *, retry_after: int | None = None
) -> HttpResponse:
    """A page, or problem details (RFC 9457) for a program. `retry_after`: seconds."""
    language = _language(request)
    title, text = _words(request, fault, language)
    status = STATUS[fault]
    response = (
        _problem(title, text, status)
        if _wants_json(request)
        else HttpResponse(_page(request, language, title, text), status=status)
    )
    wait = retry_after or RETRY_AFTER_SECONDS.get(status)
    if wait:
        response["Retry-After"] = str(wait)
    response["Content-Language"] = language
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 400; a body too large is answered as such (413)."""
    if isinstance(exception, BrokenText):
        return fault_response(request, Fault.BROKEN_TEXT)
    known = fault_of(exception) if exception is not None else None
    return fault_response(request, known or Fault.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 403."""
    return fault_response(request, Fault.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of 404."""
    return fault_response(request, Fault.NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """Handler of 500."""
    return fault_response(request, Fault.FAILED)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open too long, or cookies that are refused: nothing typed before is lost."""
    return fault_response(request, Fault.EXPIRED)


def too_many(request: HttpRequest, *, retry_after: int | None = None) -> HttpResponse:
    """429, for the views that count attempts. `retry_after`: seconds."""
    return fault_response(request, Fault.TOO_MANY, retry_after=retry_after)


def _words(request: HttpRequest, fault: Fault, language: str) -> tuple[str, str]:
    words = error_words()[fault]
    seen = request.method in {"GET", "HEAD"} and words.seen is not None
    text = words.seen if seen and words.seen is not None else words.sent
    return words.title.in_(language), text.in_(language)


def _language(request: HttpRequest) -> str:
    """The language already chosen for this request; an error outside of it chooses by itself."""
    try:
        if is_desk(request.path_info) and hasattr(request, "user"):
            return languages.of_desk(request)
        return languages.of_request(request)
    except Exception:  # noqa: BLE001  (whatever broke, a page in some language must come)
        return "en"


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    asked = "json" in accept and "text/html" not in accept
    return asked or request.path_info.startswith("/api/")


def _problem(title: str, text: str, status: int) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": text}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _page(request: HttpRequest, language: str, title: str, text: str) -> str:
    face = "desk" if is_desk(request.path_info) else "portal"
    context = {
        "face": f"{face}/base.html",
        "home": "/desk/" if face == "desk" else "/",
        "heading": title,
        "text": text,
    }
    with translation.override(language):
        try:
            return render_to_string("portal/error.html", context, request=request)
        except Exception:
            log.exception("the error page itself failed")
            return _bare(language, title, text)


def _bare(language: str, title: str, text: str) -> str:
    return format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Amana</title>'
        "<main><h1>{}</h1><p>{}</p></main></html>",
        language,
        "rtl" if language in RIGHT_TO_LEFT else "ltr",
        title,
        text,
    )
