# SPDX-License-Identifier: AGPL-3.0-or-later
"""One field for both codes. Whatever opens nothing is answered alike, in the same time (T-01)."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.agencies.selectors import current_agency
from amana.config.faults import Fault
from amana.kernel.sealing.errors import BadCode, Busy
from amana.kernel.sealing.receipts import ReceiptCode, parse_code
from amana.limits.rules import WRONG_CODE, allow
from amana.limits.sources import source_of
from amana.portal.errors import fault_response, too_many
from amana.portal.questions import UNREADABLE, read
from amana.portal.visits import renew, start_mailbox
from amana.portal.walk import Walk
from amana.reports.questionnaire.types import Form
from amana.reports.services import drafts, mailbox
from amana.reports.sessions import open_session

NOBODY: Final = ReceiptCode("10000000", "0" * 27)
CARRIED: Final = "f:"
SHOWN: Final = 120


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Take a receipt or a draft's code. Only wrong ones are counted, and only they wait: a whole
    town may stand behind one address, and a stranger who guesses there must not lock her out."""
    if request.method != "POST":
        return render(request, "portal/code.html")
    typed = request.POST.get("code", "")
    try:
        response = _open(request, _read(typed))
    except Busy:
        return fault_response(request, Fault.BUSY)
    if response is not None:
        return response
    if not allow(WRONG_CODE, source_of(request)):
        return too_many(request)
    wrong = _("This code opens nothing here. Look at each group once more.")
    context = {
        "typed": typed[:SHOWN],
        "wrong": wrong,
        "errors": [{"href": "#code", "text": wrong}],
        "carried": _carried_pairs(request.POST),
        "number": request.POST.get("number", ""),
    }
    return render(request, "portal/code.html", context, status=UNREADABLE)


def _read(typed: str) -> ReceiptCode:
    try:
        return parse_code(typed)
    except BadCode:
        return NOBODY


def _open(request: HttpRequest, code: ReceiptCode) -> HttpResponse | None:
    if code.is_draft:
        token = drafts.resume(agency=current_agency(), code=code)
        return renew(request, token, to=_go_on(request, token)) if token else None
    opened = mailbox.open_receipt(agency=current_agency(), code=code, pin=None)
    if opened is None:
        return None
    return renew(request, start_mailbox(opened, code), to=reverse("box"))


def _go_on(request: HttpRequest, token: str) -> str:
    """Where the draft stands. What was typed while the visit ended is kept now (U-19)."""
    visit = open_session(token)
    if visit is None or visit.draft is None:
        return reverse("start")
    walk = Walk(drafts.open_draft(visit.draft, visit.secret))
    step = walk.step_at(request.POST.get("number", ""))
    if step is None or step.kind == "files":
        return walk.resume()
    form: Form = _carried(request.POST)
    values, errors = read(step, form, walk)
    if errors or not form:
        return walk.url(step.id)
    return walk.store(values).after(step.id)


def _carried(post: QueryDict) -> dict[str, list[str]]:
    return {
        name.removeprefix(CARRIED): [str(value) for value in values]
        for name, values in post.lists()
        if name.startswith(CARRIED)
    }


def _carried_pairs(post: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in _carried(post).items() for value in values]
