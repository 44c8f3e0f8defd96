# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawing a receipt of one's own with the one-time code that an officer handed over."""

from __future__ import annotations

import re
import secrets
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amana.agencies.selectors import current_agency
from amana.config.faults import Fault
from amana.kernel.language import fold_digits
from amana.kernel.sealing.errors import BadCode, Busy
from amana.kernel.sealing.receipts import ReceiptCode, groups, parse_code, spoken
from amana.limits.rules import WRONG_CODE, allow
from amana.limits.sources import source_of
from amana.portal.errors import fault_response, too_many
from amana.reports.services.handover import TICKET_BYTES, draw

PIN: Final = re.compile(r"[0-9]{4,12}")
SHOWN: Final = 120
# As much work as for a code that could be right.
NOBODY: Final = ReceiptCode("10000000", "0" * 27)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def draw_receipt(request: HttpRequest) -> HttpResponse:
    """Type the one-time code, choose a PIN or none, and get a code that nobody else has seen.

    The form carries a random ticket: sent twice, it shows the same receipt."""
    if request.method != "POST":
        return _form(request, ticket=secrets.token_hex(TICKET_BYTES))
    ticket, pin = _ticket(request), _pin(request)
    if pin and not PIN.fullmatch(pin):
        wrong = _("A PIN has 4 to 12 digits, or it stays empty.")
        return _form(request, ticket=ticket, pin_error=wrong)
    try:
        code = draw(
            agency=current_agency(),
            code=_read(request.POST.get("code", "")),
            pin=pin or None,
            ticket=bytes.fromhex(ticket),
        )
    except Busy:
        return fault_response(request, Fault.BUSY)
    if code is None:
        if not allow(WRONG_CODE, source_of(request)):
            return too_many(request)
        wrong = _("This code draws nothing. Look at each group once more.")
        return _form(request, ticket=ticket, code_error=wrong)
    aloud = zip(groups(code), spoken(code, get_language() or "en"), strict=True)
    return render(request, "portal/drawn.html", {"groups": groups(code), "aloud": list(aloud)})


def _form(
    request: HttpRequest, *, ticket: str, code_error: str = "", pin_error: str = ""
) -> HttpResponse:
    errors = [
        {"href": href, "text": text}
        for href, text in (("#code", code_error), ("#pin", pin_error))
        if text
    ]
    context = {
        "ticket": ticket,
        "typed": request.POST.get("code", "")[:SHOWN],
        "code_error": code_error,
        "pin_error": pin_error,
        "errors": errors,
    }
    return render(request, "portal/draw.html", context, status=422 if errors else 200)


def _read(typed: str) -> ReceiptCode:
    try:
        return parse_code(typed)
    except BadCode:
        return NOBODY


def _pin(request: HttpRequest) -> str:
    return fold_digits(request.POST.get("pin", "")[:60]).replace(" ", "")


def _ticket(request: HttpRequest) -> str:
    """The form's own ticket; a form that was tampered with gets a new one."""
    sent = request.POST.get("ticket", "")
    fits = re.fullmatch(rf"[0-9a-f]{{{TICKET_BYTES * 2}}}", sent)
    return sent if fits else secrets.token_hex(TICKET_BYTES)
