# SPDX-License-Identifier: AGPL-3.0-or-later
"""Her proof that we received it: a page, a small file, a sheet. It is never the code (U-04)."""

from __future__ import annotations

from typing import Final

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amana.config.views import SeeOther
from amana.journal.proofs import INCLUSION, Shown, shown_proof
from amana.portal.paper import LARGEST_SYMBOL, proof_sheet
from amana.portal.said import clock
from amana.portal.visits import ended, mailbox_of

FILE_NAME: Final = "note.tlog-proof"
SHEET_NAME: Final = "note.pdf"
OPENING_NAME: Final = "note.txt"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the proof says, the proof as a symbol, and ways to keep it."""
    shown = _proof(request)
    if isinstance(shown, HttpResponse):
        return shown
    context = {
        "stands": shown.proof.kind == INCLUSION,
        "since": clock(shown.at) if shown.at else "",
        "partners": shown.partners,
        "symbol": symbol(shown.proof.text),
    }
    return render(request, "portal/proof.html", context)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The tlog-proof (or, before the hour, the promise): about a kilobyte."""
    shown = _proof(request)
    if isinstance(shown, HttpResponse):
        return shown
    return _attached(shown.proof.text.encode(), "text/plain; charset=utf-8", FILE_NAME)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The same on a sheet of paper."""
    shown = _proof(request)
    if isinstance(shown, HttpResponse):
        return shown
    return _attached(proof_sheet(shown), "application/pdf", SHEET_NAME)


@require_safe
def opening(request: HttpRequest) -> HttpResponse:
    """The proof with salt and entry: with these a court sees which entry it is."""
    shown = _proof(request)
    if isinstance(shown, HttpResponse):
        return shown
    proof = shown.proof
    text = f"{proof.text}\n-- opening --\nsalt {proof.salt}\nentry {proof.entry}\n"
    return _attached(text.encode(), "text/plain; charset=utf-8", OPENING_NAME)


def symbol(text: str) -> SafeString:
    """The proof as a QR symbol (SVG); empty when it is too large for one."""
    if len(text.encode()) > LARGEST_SYMBOL:
        return SafeString("")
    drawn = segno.make_qr(text, error="l").svg_inline(
        omitsize=True, border=4, light="#fff", svgclass="qr", lineclass=None, title=_("Your proof")
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno; the title is escaped by it


def _proof(request: HttpRequest) -> Shown | HttpResponse:
    found = mailbox_of(request)
    if found is None or found[0].stage_only:
        return ended(request)
    receipt = found[0].receipt
    event = receipt.leaf_event_id
    shown = shown_proof(event, promised=receipt.promise) if event is not None else None
    return SeeOther(reverse("box")) if shown is None else shown


def _attached(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
