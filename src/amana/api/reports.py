# SPDX-License-Identifier: AGPL-3.0-or-later
"""`POST /api/v1/reports`: a report through a channel or a partner's form."""

from __future__ import annotations

import json

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from amana import journey
from amana.agencies.models import Agency
from amana.agencies.selectors import standing_agency
from amana.api.bodies import BadBody, language_of, read_object
from amana.api.problems import problem, wrong_fields
from amana.kernel.sealing.receipts import format_code, new_receipt_code
from amana.limits.rules import FILING, allow
from amana.limits.sources import source_of
from amana.reports.intake import Intake, current_questionnaire
from amana.reports.models import Origin
from amana.reports.questionnaire import Validated, read_api
from amana.reports.services import idempotency

HEADER = "Idempotency-Key"


def file_report(request: HttpRequest) -> HttpResponse:
    """201 with the receipt; 400 with the fields that are wrong; 422 for a key used before for
    something else; 429 with the time to wait."""
    try:
        body = read_object(request)
    except BadBody as error:
        return problem(400, "body", _("This could not be read."), errors=[error.wrong])
    with translation.override(language_of(body, translation.get_language() or "en")):
        key = request.headers.get(HEADER)
        if key is None:
            return _file(request, body, None)
        try:
            return _file(request, body, idempotency.check_key(key))
        except idempotency.WeakKey:
            return problem(400, "weak-key", _("The Idempotency-Key must hold 128 random bits."))
        except idempotency.OtherRequest:
            return problem(422, "key-reused", _("This key was used for another report."))


def _file(request: HttpRequest, body: dict[str, object], key: str | None) -> HttpResponse:
    digest = idempotency.digest(key, request.body) if key else b""
    if key and (answer := idempotency.kept(key, digest)) is not None:
        return _created(answer)
    language = translation.get_language() or "en"
    checked = read_api(current_questionnaire(), body)
    if checked.errors:
        errors = wrong_fields(checked.errors, language)
        return problem(400, "fields", _("Some of this could not be taken."), errors=errors)
    if not allow(FILING, source_of(request)):
        title = _("Too many reports came from your connection. Please wait ten minutes.")
        return problem(429, "too-many", title, retry_after=600)
    try:
        return _created(_store(request, standing_agency(), checked, language, key, digest))
    except IntegrityError:
        # Two with one key arrived at once: the other one was first, and its answer counts.
        answer = idempotency.kept(key, digest) if key else None
        if answer is None:
            raise
        return _created(answer)


def _store(
    request: HttpRequest,
    agency: Agency,
    checked: Validated,
    language: str,
    key: str | None,
    digest: bytes,
) -> bytes:
    intake = Intake(
        agency=agency,
        origin=Origin.REPORT,
        language=language,
        answers=checked.answers,
        code=new_receipt_code(),
    )
    page = request.build_absolute_uri("/status/")
    if key is None:
        return _answer(journey.file(intake), page, language)
    answers: list[bytes] = []

    def keep(filed: journey.Filed) -> None:
        answers.append(_answer(filed, page, language))
        idempotency.keep(key, digest, answers[-1])

    journey.file(intake, alongside=keep)
    return answers[-1]


def _answer(filed: journey.Filed, page: str, language: str) -> bytes:
    names = filed.unit.names
    said = {
        "receipt": format_code(filed.code),
        "locator": filed.code.locator,
        "status_url": page,
        "unit": {"code": filed.unit.code, "name": names.get(language) or names["en"]},
        "urgency": filed.urgency,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _created(answer: bytes) -> HttpResponse:
    return HttpResponse(answer, status=201, content_type="application/json")
