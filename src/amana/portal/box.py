# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is happening, and the mailbox. With a PIN set and not given, the stage alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amana.agencies.selectors import current_agency
from amana.config.faults import Fault
from amana.config.middleware import TALKING_CONTENT_SECURITY_POLICY
from amana.config.views import SeeOther
from amana.evidence import hand_ins
from amana.evidence.limits import in_words
from amana.evidence.reporter import HerFile, files_for_reporter
from amana.evidence.resumable.owners import Owner
from amana.evidence.safeview.kinds import shown_name
from amana.journal.events import REPORTER
from amana.kernel.language import fold_digits
from amana.kernel.sealing.errors import Busy
from amana.kernel.sealing.receipts import ReceiptCode
from amana.limits.rules import MESSAGE, WRONG_PIN, allow, exhausted
from amana.limits.sources import keyed, source_of
from amana.portal.after import openings, standing, typical
from amana.portal.errors import fault_response, too_many
from amana.portal.named import named_pages
from amana.portal.questions import UNREADABLE
from amana.portal.said import clock
from amana.portal.upload_words import upload_words
from amana.portal.visits import drop, ended, mailbox_of, renew, sent_from, start_mailbox
from amana.reports.errors import NoSuchPart
from amana.reports.models import MessageKind
from amana.reports.questionnaire.clean import TextProblem, clean_text
from amana.reports.questionnaire.errors import error as worded
from amana.reports.services import mailbox
from amana.reports.services.mailbox import MAX_MESSAGE, OpenReceipt
from amana.reports.wording import automatic_text

LONGEST_PIN: Final = 40


@require_safe
def box(request: HttpRequest) -> HttpResponse:
    """Status and messages; a first reading of messages is noted."""
    found = mailbox_of(request)
    if found is None:
        return ended(request)
    return page(request, found[0])


def page(
    request: HttpRequest,
    opened: OpenReceipt,
    *,
    typed: str = "",
    errors: Sequence[dict[str, str]] = (),
) -> HttpResponse:
    """The page of an opened receipt; after an error with what was typed."""
    report = opened.report
    context: dict[str, object] = {"now": standing(report), "errors": errors}
    context["wrong"] = {error["href"].removeprefix("#"): error["text"] for error in errors}
    if opened.stage_only:
        return _render(request, "portal/stage.html", context)
    context |= {
        "lines": [_line(line) for line in mailbox.lines_for_reporter(opened)],
        "openings": openings(report),
        "devices": hand_ins.for_reporter(opened),
        "typical": typical(report),
        "typed": typed,
        "files_hint": _files_hint(),
        "files": [_file(file) for file in files_for_reporter(opened)],
        "pages": bool(named_pages(opened)),
        "upload": True,
        "words": upload_words(Owner.of_receipt(opened)),
        "withdrawn": report.withdrawn_at is not None,
    }
    response = _render(request, "portal/box.html", context)
    response["Content-Security-Policy"] = TALKING_CONTENT_SECURITY_POLICY
    mailbox.mark_read(report=report, by_reporter=True, actor=REPORTER)
    return response


@sent_from("box")
def pin(request: HttpRequest) -> HttpResponse:
    """The PIN that completes the code. Wrong ones are counted by report."""
    found = mailbox_of(request)
    if found is None:
        return ended(request)
    closed, code = found
    if code is None:
        return SeeOther(reverse("box"))
    counted = keyed(b"pin", closed.report.id.bytes)
    if exhausted(WRONG_PIN, counted):
        return too_many(request)
    typed = fold_digits(request.POST.get("pin", "")).replace(" ", "")
    try:
        opened = _opened(closed, code, typed) if 0 < len(typed) <= LONGEST_PIN else None
    except Busy:
        return fault_response(request, Fault.BUSY)
    if opened is None:
        allow(WRONG_PIN, counted)
        wrong = _("This PIN does not open it. Try again.")
        return page(request, closed, errors=[{"href": "#pin", "text": wrong}])
    return renew(request, start_mailbox(opened, code), to=reverse("box"))


@sent_from("box")
def write(request: HttpRequest) -> HttpResponse:
    """A message to the team."""
    found = mailbox_of(request)
    if found is None or found[0].stage_only:
        return ended(request, kept=request.POST.get("text", "")[: MAX_MESSAGE * 4])
    opened, text = found[0], request.POST.get("text", "")
    try:
        cleaned = clean_text(text, limit=MAX_MESSAGE)
    except TextProblem as problem:
        wrong = worded("text", problem.code, limit=MAX_MESSAGE)
        return page(request, opened, typed=text, errors=[_say(wrong.message(_language()))])
    if not cleaned:
        return page(request, opened, errors=[_say(_("Write a few words first."))])
    if not allow(MESSAGE, source_of(request)):
        return page(request, opened, typed=text, errors=[_say(_("Please wait ten minutes."))])
    try:
        mailbox.write(report=opened.report, text=cleaned)
    except NoSuchPart:  # all of it was destroyed by law; the page says so
        return SeeOther(reverse("box"))
    return SeeOther(reverse("box") + "#sent")


@sent_from("box")
def leave(request: HttpRequest) -> HttpResponse:
    """Close the mailbox here and in the browser."""
    return drop(request, SeeOther(reverse("home")))


def _opened(closed: OpenReceipt, code: ReceiptCode, typed: str) -> OpenReceipt | None:
    opened = mailbox.open_receipt(agency=current_agency(), code=code, pin=typed)
    if opened is None or opened.stage_only or opened.report.pk != closed.report.pk:
        return None
    return opened


def _line(line: mailbox.Line) -> dict[str, object]:
    mine = line.kind == MessageKind.FROM_REPORTER
    return {
        "who": _author(line.kind),
        "mine": mine,
        "at": clock(datetime.fromisoformat(line.at)),
        "text": line.text or automatic_text(line.code, line.facts),
        "unread": line.unread,
    }


def _author(kind: str) -> str:
    """Whose line it is. What the node says by itself is nobody's word."""
    if kind == MessageKind.AUTOMATIC:
        return _("Automatic note")
    return _("You") if kind == MessageKind.FROM_REPORTER else _("The team")


def _file(file: HerFile) -> dict[str, object]:
    return {
        "name": shown_name(file.name),
        "size": filesizeformat(file.size),
        "at": clock(file.received_at),
        "groups": file.groups,
        "logged": file.logged,
    }


def _files_hint() -> str:
    limits = _("Up to %(files)s files, %(each)s MB each, %(all)s MB together.") % in_words()
    enough = _("No intimate pictures of anyone under 18: a link or a name is enough.")
    return f"{limits} {enough}"


def _say(text: str) -> dict[str, str]:
    return {"href": "#text", "text": text}


def _language() -> str:
    return get_language() or "en"


def _render(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, status=UNREADABLE if context["errors"] else 200)
