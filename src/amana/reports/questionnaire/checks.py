# SPDX-License-Identifier: AGPL-3.0-or-later
"""One check per kind of question, the same for the forms and for the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .clean import TextProblem, clean_line, clean_text
from .dates import DateProblem, read_date
from .errors import error
from .model import Step
from .rows import check_contact, check_identifiers, check_payments, check_person
from .types import UNKNOWN, Context, FieldError, Json, is_answer, items_of

Outcome = tuple[Json, list[FieldError]]
Check = Callable[[Step, object, Context, str], Outcome]

_FILE = re.compile(r"[A-Za-z0-9_-]{1,80}")
_LEAVES = 2_000


def check_value(step: Step, raw: object, context: Context, path: str) -> Outcome:
    """Return the cleaned value for `step` and what is wrong with it. Never raises on `raw`."""
    if raw is None or raw in ("", [], {}):
        # "No consent" is an answer; everything else that is empty was skipped.
        return ([] if step.kind == "consents" and raw == [] else None), []
    if raw == UNKNOWN and step.kind not in ("longtext", "text"):
        return step.skipped(), []
    return CHECKS[step.kind](step, raw, context, path)


def _choice(step: Step, raw: object, context: Context, path: str) -> Outcome:
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    if not isinstance(raw, str):
        return None, [error(path, "wrong_type")]
    option = step.option(raw)
    if option is None:
        return None, [error(path, "unknown_option")]
    return option.code, []


def _choices(step: Step, raw: object, context: Context, path: str) -> Outcome:
    values = items_of(raw)
    if len(values) > _LEAVES:
        return None, [error(path, "too_many", limit=step.most)]
    chosen: list[str] = []
    errors: list[FieldError] = []
    for index, value in enumerate(values):
        if not isinstance(value, str):
            errors.append(error(f"{path}[{index}]", "wrong_type"))
        elif step.option(value) is None:
            errors.append(error(f"{path}[{index}]", "unknown_option"))
        elif value not in chosen:
            chosen.append(value)
    if len(chosen) > step.most:
        errors.append(error(path, "too_many", limit=step.most))
    return _without_lone(step, chosen), errors[:20]


def _without_lone(step: Step, chosen: list[str]) -> list[str]:
    # "I don't know" ticked beside a real answer: the real answer is what was meant.
    real = [code for code in chosen if not (step.option(code) or _NO_OPTION).alone]
    return real or chosen[:1]


def _line(step: Step, raw: object, context: Context, path: str) -> Outcome:
    return _text_with(clean_line, step, raw, path)


def _longtext(step: Step, raw: object, context: Context, path: str) -> Outcome:
    return _text_with(clean_text, step, raw, path)


def _text_with(clean: Callable[..., str], step: Step, raw: object, path: str) -> Outcome:
    if not isinstance(raw, str):
        return None, [error(path, "wrong_type")]
    try:
        return clean(raw, limit=step.limit) or None, []
    except TextProblem as problem:
        return None, [error(path, problem.code, limit=step.limit)]


def _lines(step: Step, raw: object, context: Context, path: str) -> Outcome:
    values = raw.splitlines() if isinstance(raw, str) else items_of(raw)
    if len(values) > step.most:
        return None, [error(path, "too_many", limit=step.most)]
    kept: list[str] = []
    errors: list[FieldError] = []
    for index, value in enumerate(values):
        line, wrong = _line(step, value, context, f"{path}[{index}]")
        errors.extend(wrong)
        if isinstance(line, str) and line not in kept:
            kept.append(line)
    return kept or None, errors


def _date(step: Step, raw: object, context: Context, path: str) -> Outcome:
    if not isinstance(raw, str):
        return None, [error(path, "wrong_type")]
    try:
        return read_date(raw, today=context.today, past=step.past, partial=step.partial), []
    except DateProblem as problem:
        return None, [error(path, problem.code)]


def _country(step: Step, raw: object, context: Context, path: str) -> Outcome:
    if not isinstance(raw, str):
        return None, [error(path, "wrong_type")]
    code = raw.strip().upper()
    if not step.places.is_country(code):
        return None, [error(path, "unknown_country")]
    return code, []


def _region(step: Step, raw: object, context: Context, path: str) -> Outcome:
    if not isinstance(raw, str):
        return None, [error(path, "wrong_type")]
    code = raw.strip().upper()
    # Through the API a region may come alone; it carries its country in its first two letters.
    # Only countries with a pack have a list: elsewhere the shape of ISO 3166-2 is all we can ask.
    country = step.country_for(context.answers) or code[:2]
    known = step.places.region_codes(country)
    shape = rf"{re.escape(country)}-[A-Z0-9]{{1,3}}"
    fits = code in known if known else re.fullmatch(shape, code) is not None
    if not fits or not step.places.is_country(country):
        return None, [error(path, "unknown_region")]
    return code, []


def _files(step: Step, raw: object, context: Context, path: str) -> Outcome:
    values = items_of(raw)
    if len(values) > step.most:
        return None, [error(path, "too_many_files", limit=step.most)]
    if not all(isinstance(value, str) and _FILE.fullmatch(value) for value in values):
        return None, [error(path, "wrong_type")]
    return [str(value) for value in values], []


def _consents(step: Step, raw: object, context: Context, path: str) -> Outcome:
    """Read the whole list (API) or the answer to one purpose ("yes" or "no", form)."""
    given = [str(item) for item in items_of(context.answers.get("consents")) if is_answer(item)]
    if raw in ("yes", True, "no", False):
        rest = [purpose for purpose in given if purpose != step.purpose]
        return (sorted([*rest, step.purpose]) if raw in ("yes", True) else rest), []
    errors = [
        error(f"{path}[{index}]", "unknown_option")
        for index, purpose in enumerate(items_of(raw)[:20])
        if not isinstance(purpose, str) or purpose not in PURPOSES
    ]
    if errors:
        return None, errors
    return sorted({str(purpose) for purpose in items_of(raw)}), []


def _info(step: Step, raw: object, context: Context, path: str) -> Outcome:
    return None, [error(path, "unknown_field")]


class _NoOption:
    alone = False


_NO_OPTION = _NoOption()
PURPOSES = ("police", "partner", "cross_border", "research", "platform_notice")


def _rows(check: Callable[..., Outcome]) -> Check:
    def run(step: Step, raw: object, context: Context, path: str) -> Outcome:
        return check(raw, path=path, most=step.most, today=context.today)

    return run


def _record(check: Callable[..., Outcome]) -> Check:
    def run(step: Step, raw: object, context: Context, path: str) -> Outcome:
        if not isinstance(raw, Mapping):
            return None, [error(path, "wrong_type")]
        return check(raw, path=path)

    return run


CHECKS: dict[str, Check] = {
    "choice": _choice,
    "choices": _choices,
    "text": _line,
    "longtext": _longtext,
    "lines": _lines,
    "date": _date,
    "country": _country,
    "region": _region,
    "identifiers": _rows(check_identifiers),
    "money": _rows(check_payments),
    "files": _files,
    "contact": _record(check_contact),
    "identity": _record(check_person),
    "consents": _consents,
    "info": _info,
}
