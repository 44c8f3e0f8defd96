# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of `amana triage assess`: JSON objects in, JSON objects out."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any

from amana.kernel.identifiers import TYPES, Found, operator_hint
from amana.triage.assessing import TextAssessment, assess_text

LONGEST_LINE = 4_000_000
_COUNTRY = re.compile(r"[A-Za-z]{2}")


class BadLine(ValueError):  # the word its callers say
    """A line that cannot be assessed; the message says why and quotes nothing of it."""


def answer(line: str) -> dict[str, Any]:
    """Return the answer to one line ``{"id", "text", "country"?}``. Raises BadLine."""
    asked = _asked(line)
    assessed = assess_text(asked["text"], country=asked.get("country") or None)
    return {"id": asked["id"], **said(assessed)}


def said(assessed: TextAssessment) -> dict[str, Any]:
    """Return an assessment in the form of the contract; reasons stand under ``evidence``, with the
    risks that no rule names, that are only ``hinted`` at."""
    found = assessed.identifiers
    return {
        "language": assessed.language.code,
        "script": assessed.language.script,
        "categories": [
            {"code": one.code, "score": round(one.score, 4)} for one in assessed.categories
        ],
        "risks": [risk.code for risk in assessed.risks],
        "identifiers": [line for one in found if one.type in TYPES for line in _lines(one)],
        "evidence": {
            "language": {"score": round(assessed.language.score, 4)},
            "categories": {one.code: list(one.words) for one in assessed.categories},
            "risks": {risk.code: list(risk.reasons) for risk in assessed.risks},
            "hinted": [risk.code for risk in assessed.risks if risk.hinted],
            "identifiers": [_evidence(one) for one in found],
        },
    }


def _lines(one: Found) -> list[dict[str, str]]:
    """A national number that several countries may have given out is a line for each."""
    if one.readings:
        return [_line(one.type, reading.value, reading.region) for reading in one.readings]
    return [_line(one.type, one.value, one.region)]


def _line(kind: str, value: str, region: str | None) -> dict[str, str]:
    return {"type": kind, "value": value, **({"region": region} if region else {})}


def _evidence(one: Found) -> dict[str, Any]:
    hint = operator_hint(one.value) if one.type == "phone" and not one.readings else None
    return {
        "type": one.type,
        "value": one.value,
        "at": [one.start, one.end],
        **({"note": one.note} if one.note else {}),
        **({"operator": asdict(hint)} if hint else {}),
        **({"readings": [reading.region for reading in one.readings]} if one.readings else {}),
    }


def _asked(line: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BadLine(f"longer than {LONGEST_LINE:,} characters")
    try:
        asked = json.loads(line.removeprefix("\ufeff"))  # as some editors begin a file
    except (ValueError, RecursionError) as error:
        raise BadLine("not JSON") from error
    if not isinstance(asked, dict):
        raise BadLine("not a JSON object")
    number = asked.get("id")
    if not isinstance(number, str | int) or isinstance(number, bool):
        raise BadLine('"id" must be text or a whole number')
    if not isinstance(asked.get("text"), str):
        raise BadLine('"text" must be text')
    country = asked.get("country")
    if country is not None and not (isinstance(country, str) and _country(country)):
        raise BadLine('"country" must be two letters, as in ISO 3166-1')
    return asked


def _country(code: str) -> bool:
    return code == "" or bool(_COUNTRY.fullmatch(code))
