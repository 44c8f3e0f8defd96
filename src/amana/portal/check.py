# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the answers, choose a PIN or none, send. Sent twice, it is one report and one receipt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana import journey
from amana.agencies.selectors import current_agency
from amana.config.faults import Fault
from amana.config.views import SeeOther
from amana.kernel.language import fold_digits
from amana.kernel.sealing.errors import Busy
from amana.limits.rules import FILING, allow
from amana.limits.sources import source_of
from amana.portal import files
from amana.portal.errors import fault_response, too_many
from amana.portal.questions import UNREADABLE
from amana.portal.visits import ended, with_draft
from amana.portal.walk import Walk
from amana.reports.models import Origin
from amana.reports.questionnaire import Answers, FieldError, summary
from amana.reports.questionnaire.types import is_answer
from amana.reports.services.drafts import DraftGone, OpenDraft

PIN: Final = re.compile(r"[0-9]{4,12}")


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def check(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Everything that was told, each with a way to change it; POST files it."""
    walk = Walk(opened)
    if request.method != "POST":
        return _page(request, walk)
    pin = fold_digits(request.POST.get("pin", "")).replace(" ", "")
    errors = _wrong(walk, pin)
    if errors:
        return _page(request, walk, pin=request.POST.get("pin", ""), errors=errors)
    if not allow(FILING, source_of(request)):
        return too_many(request)
    try:
        _file(walk, pin)
    except Busy:
        return fault_response(request, Fault.BUSY)
    except DraftGone:
        return ended(request)
    return SeeOther(reverse("done"))


def _file(walk: Walk, pin: str) -> None:
    content = replace(
        walk.opened.content,
        answers=to_file(walk),
        language=get_language() or walk.opened.content.language,
        pin=pin,
    )
    opened = replace(walk.opened, content=content)
    journey.file_draft(opened, agency=current_agency(), origin=Origin.REPORT)


def to_file(walk: Walk) -> Answers:
    """What counts of the answers, with the headline that follows from them when none was told."""
    headline, _assumed = walk.questions.headline(walk.answers)
    return {**walk.answers, "category": headline}


def _wrong(walk: Walk, pin: str) -> list[dict[str, str]]:
    language = get_language() or "en"
    found = [
        {"href": _where(walk, wrong), "text": wrong.message(language)} for wrong in _mistakes(walk)
    ]
    if pin and not PIN.fullmatch(pin):
        found.append({"href": "#pin", "text": _("A PIN has 4 to 12 digits, or it stays empty.")})
    return found


def _mistakes(walk: Walk) -> Sequence[FieldError]:
    return walk.questions.validate_all(walk.answers).errors


def _where(walk: Walk, wrong: FieldError) -> str:
    """The page on which an error is mended."""
    key = re.split(r"[.\[]", wrong.field)[0]
    step = walk.questions.by_key.get("groups" if key == "category" else key)
    return walk.url(step.id if step else walk.questions.first(walk.answers), changing=True)


def _page(
    request: HttpRequest,
    walk: Walk,
    *,
    pin: str = "",
    errors: Sequence[dict[str, str]] = (),
) -> HttpResponse:
    told, left = _rows(walk)
    context = {
        "rows": told,
        "left": left,
        "back": walk.back(None),
        "pin": pin,
        "pin_error": next((e["text"] for e in errors if e["href"] == "#pin"), ""),
        "errors": errors,
    }
    return render(request, "portal/check.html", context, status=UNREADABLE if errors else 200)


def _rows(walk: Walk) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """What was told, and what was left out; each with the page on which it is changed."""
    language = get_language() or "en"
    told: list[dict[str, object]] = []
    left: list[dict[str, object]] = []
    for step_id, question, lines in summary(walk.questions, walk.answers, language):
        step = walk.questions.step(step_id)
        names = [file["name"] for file in files.listed(walk)] if step.kind == "files" else []
        row: dict[str, object] = {
            "label": question,
            "value": "\n".join(names or lines),
            "href": walk.url(step_id, changing=True),
        }
        answered = step.kind == "consents" or is_answer(walk.answers.get(step.key))
        (told if answered else left).append(row)
    return told, left
