# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a JSON body: bad input is expected input."""

from __future__ import annotations

import json
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from amana.api.problems import Wrong

LANGUAGES = ("ar", "fr", "en", "ur")
DEEPEST = 12


class BadBody(Exception):
    """The body is not what can be read; `wrong` says what and why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong["code"])
        self.wrong = wrong


def read_object(request: HttpRequest) -> dict[str, object]:
    """The JSON object of a request. Raises `BadBody`."""
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadBody(_wrong("broken_text", _("The text is not valid UTF-8."))) from None
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadBody(_wrong("not_json", _("The body is not valid JSON."))) from None
    if not isinstance(value, dict):
        raise BadBody(_wrong("not_an_object", _("The body must be a JSON object.")))
    if _deeper_than(value, DEEPEST):
        raise BadBody(_wrong("too_deep", _("The body is nested too deeply.")))
    return cast("dict[str, object]", value)


def language_of(body: dict[str, object], fallback: str) -> str:
    """The language in which to answer."""
    wanted = body.get("language")
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else fallback


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _wrong(code: str, reason: str) -> Wrong:
    return Wrong(field="", code=code, reason=reason)


def _deeper_than(value: object, limit: int) -> bool:
    if limit == 0:
        return True
    if isinstance(value, dict):
        return any(_deeper_than(item, limit - 1) for item in value.values())
    if isinstance(value, list):
        return any(_deeper_than(item, limit - 1) for item in value)
    return False
