# SPDX-License-Identifier: AGPL-3.0-or-later
"""`POST /api/v1/status`: what is happening, for the holder of a receipt."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from amana.agencies.selectors import standing_agency
from amana.api.bodies import BadBody, read_object
from amana.api.problems import problem
from amana.casework.selectors import status_of
from amana.evidence.reporter import HerFile, files_for_reporter
from amana.journal.events import REPORTER
from amana.journal.proofs import proof_of
from amana.kernel.sealing.errors import Busy
from amana.limits.sources import source_of
from amana.reports.models import MessageKind
from amana.reports.services import mailbox
from amana.reports.services.presenting import TooManyTries, UnknownCode, present
from amana.reports.wording import automatic_text

FROM = {MessageKind.FROM_REPORTER: "reporter", MessageKind.TO_REPORTER: "unit"}


def read_status(request: HttpRequest) -> HttpResponse:
    """200 with the stage; 404 with one body for every code that opens nothing; 429 after too
    many wrong ones from one source."""
    code, pin, wants_files = _typed(request)
    try:
        opened = present(agency=standing_agency(), code=code, pin=pin, source=source_of(request))
    except TooManyTries:
        return problem(429, "too-many", _("Too many wrong codes. Please wait."), retry_after=600)
    except UnknownCode:
        return problem(404, "unknown-code", _("This code opens nothing here."))
    except Busy:
        title = _("The system is busy. Please try again in a moment.")
        return problem(503, "busy", title, retry_after=60)
    lines = mailbox.lines_for_reporter(opened)
    with translation.override(opened.report.language):
        body = _said(opened, lines)
    if wants_files:
        body["files"] = [_file(file) for file in files_for_reporter(opened)]
    if any(line.unread for line in lines):
        mailbox.mark_read(report=opened.report, by_reporter=True, actor=REPORTER)
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _typed(request: HttpRequest) -> tuple[str, str, bool]:
    """Code, PIN, and whether the files are asked for too. What cannot be read is answered like a
    code that opens nothing."""
    try:
        body = read_object(request)
    except BadBody:
        return "", "", False
    text, pin = body.get("receipt"), body.get("pin")
    code = text if isinstance(text, str) else ""
    return code, pin if isinstance(pin, str) else "", body.get("files") is True


def _said(opened: mailbox.OpenReceipt, lines: list[mailbox.Line]) -> dict[str, object]:
    status = status_of(opened.report)
    receipt = opened.receipt
    proof = None
    if receipt.leaf_event_id is not None and not opened.stage_only:
        proof = proof_of(receipt.leaf_event_id, promised=receipt.promise)
    return {
        "stage": status.stage,
        "last_action_at": status.last_action_at.isoformat(timespec="seconds"),
        "next_step": status.next_step,
        "next_news_by": status.next_news_by.isoformat(timespec="seconds")
        if status.next_news_by
        else None,
        "messages": [_message(line) for line in lines],
        "proof": asdict(proof) if proof else None,
    }


def _file(file: HerFile) -> dict[str, object]:
    return {
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "received_at": file.received_at.isoformat(timespec="seconds"),
        "logged": file.logged,
    }


def _message(line: mailbox.Line) -> dict[str, object]:
    return {
        "at": line.at,
        "from": FROM.get(MessageKind(line.kind), "node"),
        "text": line.text or automatic_text(line.code, line.facts),
        "unread": line.unread,
    }
