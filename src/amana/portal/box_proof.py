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
from amana.evidence.reporter import HerFile, files_for_reporter, proofs_for_reporter
from amana.journal.proofs import INCLUSION, Proof, Shown, shown_proof
from amana.portal.paper import LARGEST_SYMBOL, proof_sheet
from amana.portal.said import clock
from amana.portal.visits import ended, mailbox_of
from amana.reports.services.mailbox import OpenReceipt

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
        "files": [
            {"at": clock(file.received_at), "groups": file.groups} for file in _files(request)
        ],
    }
    return render(request, "portal/proof.html", context)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The tlog-proof (or, before the hour, the promise): about a kilobyte."""
    shown = _proof(request)
    if isinstance(shown, HttpResponse):
        return shown
    return attached(shown.proof.text.encode(), "text/plain; charset=utf-8", FILE_NAME)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The same on a sheet of paper."""
    shown = _proof(request)
    if isinstance(shown, HttpResponse):
        return shown
    return attached(proof_sheet(shown, _files(request)), "application/pdf", SHEET_NAME)


@require_safe
def opening(request: HttpRequest) -> HttpResponse:
    """The proof with salt and entry: with these a court sees which entry it is. Then the same for
    each of her files that the published log covers."""
    shown, opened = _proof(request), _receipt(request)
    if isinstance(shown, HttpResponse) or opened is None:
        return shown if isinstance(shown, HttpResponse) else ended(request)
    text = _opened(shown.proof)
    for her_file, proof in proofs_for_reporter(opened):
        text += f"\n-- file sha256 {her_file.sha256} --\n{_opened(proof)}"
    return attached(text.encode(), "text/plain; charset=utf-8", OPENING_NAME)


def symbol(text: str) -> SafeString:
    """The proof as a QR symbol (SVG); empty when it is too large for one."""
    if len(text.encode()) > LARGEST_SYMBOL:
        return SafeString("")
    drawn = segno.make_qr(text, error="l").svg_inline(
        omitsize=True, border=4, light="#fff", svgclass="qr", lineclass=None, title=_("Your proof")
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno; the title is escaped by it


def _opened(proof: Proof) -> str:
    return f"{proof.text}\n-- opening --\nsalt {proof.salt}\nentry {proof.entry}\n"


def _receipt(request: HttpRequest) -> OpenReceipt | None:
    found = mailbox_of(request)
    return found[0] if found is not None and not found[0].stage_only else None


def _files(request: HttpRequest) -> list[HerFile]:
    opened = _receipt(request)
    return files_for_reporter(opened) if opened is not None else []


def _proof(request: HttpRequest) -> Shown | HttpResponse:
    opened = _receipt(request)
    if opened is None:
        return ended(request)
    receipt = opened.receipt
    event = receipt.leaf_event_id
    shown = shown_proof(event, promised=receipt.promise) if event is not None else None
    return SeeOther(reverse("box")) if shown is None else shown


def attached(body: bytes, kind: str, name: str) -> HttpResponse:
    """A paper or a file of hers to keep."""
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
