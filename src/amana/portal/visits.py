# SPDX-License-Identifier: AGPL-3.0-or-later
"""The visit behind the one cookie: a draft that is being written, or an opened mailbox."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from amana.config.views import SeeOther
from amana.kernel.sealing.boxes import KEY_BYTES
from amana.kernel.sealing.receipts import ReceiptCode, format_code, parse_code
from amana.portal.exit import SESSION_COOKIE
from amana.reports import sessions
from amana.reports.models import SessionKind
from amana.reports.services import drafts
from amana.reports.services.mailbox import OpenReceipt

ENDED_STATUS: Final = 403

DraftView = Callable[..., HttpResponseBase]
PlainView = Callable[[HttpRequest], HttpResponse]


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """Put the session into the browser for as long as the window is open."""
    response.set_cookie(
        SESSION_COOKIE, token, httponly=True, samesite="Strict", secure=settings.HTTPS, path="/"
    )
    return response


def drop(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the visit here and in the browser."""
    sessions.forget(request.COOKIES.get(SESSION_COOKIE, ""))
    response.delete_cookie(SESSION_COOKIE, path="/", samesite="Strict")
    return response


def renew(request: HttpRequest, token: str, to: str) -> HttpResponse:
    """Leave the old visit, begin the one of `token`, and go on at `to`."""
    sessions.forget(request.COOKIES.get(SESSION_COOKIE, ""))
    return remember(SeeOther(to), token)


def draft_of(request: HttpRequest) -> drafts.OpenDraft | None:
    """The draft of this visit, written or already filed; `None` once the visit has ended."""
    visit = sessions.open_session(request.COOKIES.get(SESSION_COOKIE, ""))
    if visit is None or visit.kind != SessionKind.DRAFT or visit.draft is None:
        return None
    try:
        return drafts.open_draft(visit.draft, visit.secret)
    except drafts.DraftGone:
        return None


def mailbox_of(request: HttpRequest) -> tuple[OpenReceipt, ReceiptCode | None] | None:
    """The opened receipt of this visit. While its PIN is awaited the report stays closed
    (`stage_only`) and the code that was typed comes with it."""
    visit = sessions.open_session(request.COOKIES.get(SESSION_COOKIE, ""))
    if visit is None or visit.kind != SessionKind.MAILBOX or visit.report is None:
        return None
    receipt = visit.report.receipt
    if len(visit.secret) == KEY_BYTES:
        return OpenReceipt(visit.report, receipt, visit.secret), None
    return OpenReceipt(visit.report, receipt, b""), parse_code(visit.secret.decode())


def start_mailbox(opened: OpenReceipt, code: ReceiptCode) -> str:
    """A session on an opened receipt. While the PIN is missing its secret is the code itself,
    wrapped under the cookie like any other, so that the PIN alone completes it."""
    secret = opened.private or format_code(code).encode()
    return sessions.start_for_mailbox(opened.report, secret)


def sent_from(name: str) -> Callable[[PlainView], PlainView]:
    """A view that takes a form. Who comes without one, by loading the page of an error again or in
    another language, is led to the page on which the form stands."""

    def wrap(view: PlainView) -> PlainView:
        @wraps(view)
        def inner(request: HttpRequest) -> HttpResponse:
            if request.method in {"GET", "HEAD"}:
                return SeeOther(reverse(name))
            return view(request)

        return require_http_methods(["GET", "HEAD", "POST"])(inner)

    return wrap


def ended(request: HttpRequest, **more: object) -> HttpResponse:
    """The visit is over: what was saved is safe, and the draft's code leads back to it."""
    response = render(request, "portal/ended.html", more, status=ENDED_STATUS)
    if SESSION_COOKIE in request.COOKIES:
        response.delete_cookie(SESSION_COOKIE, path="/", samesite="Strict")
    return response


def with_draft(view: DraftView) -> DraftView:
    """Hand the view a live draft; a filed one leads to its receipt, none to the way back."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        opened = draft_of(request)
        if opened is None:
            return ended(request)
        if opened.row.report_id is not None:
            return SeeOther(reverse("done"))
        return view(request, opened, *args, **kwargs)

    return inner
