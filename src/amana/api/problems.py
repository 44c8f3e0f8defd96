# SPDX-License-Identifier: AGPL-3.0-or-later
"""Problem details (RFC 9457): what is wrong, which field, in the caller's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from django.http import JsonResponse

from amana.reports.questionnaire import FieldError

TYPE = "application/problem+json"


class Wrong(TypedDict):
    """One field that could not be taken; `field` is a path such as `identifiers[2].value`."""

    field: str
    code: str
    reason: str


def problem(
    status: int, code: str, title: str, *, errors: Sequence[Wrong] = (), retry_after: int = 0
) -> JsonResponse:
    """A problem document. `type` is a neutral URN: no address of ours says what people report."""
    body: dict[str, object] = {
        "type": f"urn:amana:problem:{code}",
        "title": title,
        "status": status,
    }
    if errors:
        body["errors"] = list(errors)
    response = JsonResponse(body, status=status, content_type=TYPE)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def wrong_fields(errors: Sequence[FieldError], language: str) -> list[Wrong]:
    """The errors of a body, with reasons in `language`."""
    return [
        Wrong(field=error.field, code=error.code, reason=error.message(language))
        for error in errors
    ]
