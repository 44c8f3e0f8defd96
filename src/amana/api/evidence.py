# SPDX-License-Identifier: AGPL-3.0-or-later
"""`POST /api/v1/evidence`: files for a report, by its receipt. They are sealed while they arrive;
who sends a wrong code has sent them for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from amana.agencies.selectors import standing_agency
from amana.api.problems import Wrong, problem
from amana.config.bodies import whole_text
from amana.config.clock import now
from amana.evidence.ingest import Taken, add_to_report, forget
from amana.evidence.limits import MOST_OF_A_REPORT, in_words
from amana.evidence.models import EvidenceItem
from amana.evidence.safeview.kinds import shown_name
from amana.evidence.uploads import SealingUploadHandler
from amana.journal.events import REPORTER
from amana.kernel.sealing.errors import Busy
from amana.limits.rules import UPLOAD, allow
from amana.limits.sources import source_of
from amana.reports.services import idempotency
from amana.reports.services.mailbox import OpenReceipt
from amana.reports.services.presenting import TooManyTries, UnknownCode, present

HEADER = "Idempotency-Key"
MULTIPART = "multipart/form-data"


class _Refused(Exception):
    """The answer, once what was sealed has been forgotten."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def add_evidence(request: HttpRequest) -> HttpResponse:
    """201 with what was kept, all of it or nothing; 404 with one body for every code that opens
    nothing; 413 when a file is too large or there are too many; 429 with the time to wait."""
    if request.content_type != MULTIPART:
        return problem(415, "media-type", _("Send the files as %(type)s.") % {"type": MULTIPART})
    if not allow(UPLOAD, source_of(request)):
        title = _("Too many files came from your connection. Please wait ten minutes.")
        return problem(429, "too-many", title, retry_after=600)
    sealing = SealingUploadHandler(request)
    request.upload_handlers = [sealing]
    try:
        return _take(request, sealing)
    except _Refused as refused:
        _forget(sealing)
        return refused.answer
    except BaseException:
        _forget(sealing)
        raise


def _take(request: HttpRequest, sealing: SealingUploadHandler) -> HttpResponse:
    form = whole_text(request.POST)
    code = request.headers.get("Amana-Receipt") or str(form.get("receipt") or "")
    pin = request.headers.get("Amana-Pin") or str(form.get("pin") or "")
    opened = _presented(request, code, pin)
    _check(opened, sealing)
    key = _key(request)
    if key is None:
        return _created(_kept(opened, sealing.taken, lambda _answer: None))
    digest = idempotency.digest(key, _what(opened, sealing.taken))
    try:
        answer = idempotency.kept(key, digest)
        if answer is None:
            return _created(
                _kept(opened, sealing.taken, lambda said: idempotency.keep(key, digest, said))
            )
    except idempotency.OtherRequest:
        title = _("This key was used for something else.")
        raise _Refused(problem(422, "key-reused", title)) from None
    except IntegrityError:
        # Two with one key arrived at once: the other one was first, and its answer counts.
        answer = idempotency.kept(key, digest)
        if answer is None:
            raise
    raise _Refused(_created(answer))


def _presented(request: HttpRequest, code: str, pin: str) -> OpenReceipt:
    try:
        opened = present(agency=standing_agency(), code=code, pin=pin, source=source_of(request))
    except TooManyTries:
        title = _("Too many wrong codes. Please wait.")
        raise _Refused(problem(429, "too-many", title, retry_after=600)) from None
    except UnknownCode:
        title = _("This code opens nothing here.")
        raise _Refused(problem(404, "unknown-code", title)) from None
    except Busy:
        title = _("The system is busy. Please try again in a moment.")
        raise _Refused(problem(503, "busy", title, retry_after=60)) from None
    if opened.stage_only:
        raise _Refused(problem(403, "pin", _("This report has a PIN. Send it too.")))
    return opened


def _check(opened: OpenReceipt, sealing: SealingUploadHandler) -> None:
    there = EvidenceItem.objects.filter(report=opened.report).count()
    refused = list(sealing.refused)
    if there + len(sealing.taken) > MOST_OF_A_REPORT:
        refused += [taken.meta.name for taken in sealing.taken]
    if refused:
        reason = _("Too large, or too many. Nothing of it was kept.")
        wrong = [Wrong(field=shown_name(name), code="too-large", reason=reason) for name in refused]
        title = _("Up to %(files)s files, %(each)s MB each, %(all)s MB together.") % in_words()
        raise _Refused(problem(413, "too-large", title, errors=wrong))
    if not sealing.taken:
        raise _Refused(problem(400, "no-file", _("Choose a file first.")))


def _key(request: HttpRequest) -> str | None:
    key = request.headers.get(HEADER)
    try:
        return None if key is None else idempotency.check_key(key)
    except idempotency.WeakKey:
        title = _("The Idempotency-Key must hold 128 random bits.")
        raise _Refused(problem(400, "weak-key", title)) from None


def _what(opened: OpenReceipt, taken: list[Taken]) -> bytes:
    """What makes two requests the same: the report, and the files by name and content."""
    files = [[file.meta.name, file.meta.sha256] for file in taken]
    return json.dumps([str(opened.report.id), files]).encode()


def _kept(opened: OpenReceipt, taken: list[Taken], alongside: Callable[[bytes], None]) -> bytes:
    moment = now().isoformat(timespec="seconds")
    said = {
        "files": [
            {
                "name": file.meta.name,
                "size": file.meta.size,
                "sha256": file.meta.sha256,
                "received_at": moment,
            }
            for file in taken
        ]
    }
    answer = json.dumps(said, ensure_ascii=False).encode()
    with transaction.atomic():
        add_to_report(report=opened.report, taken=taken, actor=REPORTER)
        alongside(answer)
    return answer


def _created(answer: bytes) -> HttpResponse:
    return JsonResponse(json.loads(answer), status=201, json_dumps_params={"ensure_ascii": False})


def _forget(sealing: SealingUploadHandler) -> None:
    for taken in sealing.taken:
        forget(taken)
