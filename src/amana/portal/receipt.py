# SPDX-License-Identifier: AGPL-3.0-or-later
"""The receipt: the code, what happens now, and what to take along. Opened again, it is the same."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amana import journey
from amana.config.env import env
from amana.config.views import SeeOther
from amana.kernel.sealing.receipts import groups, spoken
from amana.portal.after import Ahead, ahead
from amana.portal.paper import note
from amana.portal.visits import draft_of, ended
from amana.portal.walk import Walk

FILE_NAME: Final = "note.pdf"
"""Tells nothing to somebody who looks through a phone (U-04)."""


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The most important page. It can be opened for an hour in the browser that sent."""
    return _drawn(request, "portal/done.html")


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The same on one plain sheet."""
    return _drawn(request, "portal/print.html")


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The same as a file with a name that says nothing."""
    filed = _filed(request)
    if isinstance(filed, HttpResponse):
        return filed
    data = note(filed, ahead(filed.report), address=_address(request))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def _filed(request: HttpRequest) -> journey.Filed | HttpResponse:
    opened = draft_of(request)
    if opened is None:
        return ended(request)
    if opened.row.report_id is None:
        return SeeOther(Walk(opened).resume())
    return journey.filed_before(opened)


def _drawn(request: HttpRequest, template: str) -> HttpResponse:
    filed = _filed(request)
    if isinstance(filed, HttpResponse):
        return filed
    after: Ahead = ahead(filed.report)
    language = get_language() or "en"
    context = {
        "groups": groups(filed.code),
        "aloud": list(zip(groups(filed.code), spoken(filed.code, language), strict=True)),
        "ahead": after,
        "address": _address(request),
    }
    return render(request, template, context)


def _address(request: HttpRequest) -> str:
    """The portal's own address, as the operator gave it."""
    return (
        env().public_url.rstrip("/") + "/" if env().public_url else request.build_absolute_uri("/")
    )
