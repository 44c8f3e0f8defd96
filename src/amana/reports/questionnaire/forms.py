# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTML form data to one answer. Field names:

- `KEY` for choice, choices (repeated), text, longtext, lines, country, region;
- `KEY` or `KEY-day`, `KEY-month`, `KEY-year`, and `KEY-time`, for a date;
- `KEY-0-type`, `KEY-0-value`, `KEY-0-note`, `KEY-1-type`, ... for rows;
- `KEY-channel`, `KEY-days`, ... for the contact and the person;
- `PURPOSE` with yes or no on a consent page; `KEY` (repeated) with the ids of stored files;
- `_skip` for "I don't know" and "skip this question".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .checks import check_value
from .errors import error
from .model import Step
from .types import Context, Form, Json, Parsed

_MOST_FIELDS = 1_000


def parse_form(step: Step, form: Form, context: Context) -> Parsed:
    """Return what the form answers to `step`; the values are empty when there are errors."""
    if len(form) > _MOST_FIELDS:
        return Parsed({}, [error(step.key, "too_many", limit=_MOST_FIELDS)])
    if not step.asks:
        return Parsed({})
    if "_skip" in form:
        return Parsed(_with_followers(step, step.skipped()))
    value, errors = check_value(step, READERS[step.kind](step, form), context, step.key)
    if errors:
        return Parsed({}, errors)
    if value is None and step.kind != "consents":
        value = step.skipped()
    return Parsed(_with_followers(step, value))


def _with_followers(step: Step, value: Json) -> dict[str, Json]:
    if step.kind == "consents":
        return {} if value is None else {step.key: value}
    values: dict[str, Json] = {step.key: value}
    option = step.option(value) if isinstance(value, str) else None
    if option is not None and option.sets:
        values.update(option.sets)
    return values


def _one(form: Form, name: str) -> str:
    values = form.get(name) or [""]
    return values[-1]


def _single(step: Step, form: Form) -> object:
    return _one(form, step.key).strip()


def _raw_text(step: Step, form: Form) -> object:
    return _one(form, step.key)


def _many(step: Step, form: Form) -> object:
    return [value for value in form.get(step.key, ()) if value]


def _date(step: Step, form: Form) -> object:
    text = _one(form, step.key).strip()
    if not text:
        parts = [_one(form, f"{step.key}-{part}").strip() for part in ("year", "month", "day")]
        while parts and not parts[-1]:
            parts.pop()
        text = "-".join(parts)
    hour = _one(form, f"{step.key}-time").strip()
    return f"{text}T{hour}" if text and hour else text


def _rows(step: Step, form: Form) -> object:
    pattern = re.compile(re.escape(step.key) + r"-([0-9]{1,4})-([a-z_]{1,20})")
    rows: dict[int, dict[str, object]] = {}
    for name in form:
        found = pattern.fullmatch(name)
        if found and _one(form, name).strip():
            rows.setdefault(int(found[1]), {})[found[2]] = _one(form, name)
    # A row in which only a list was left on its first entry says nothing.
    quiet = {"type", "currency", "means"}
    return [rows[index] for index in sorted(rows) if set(rows[index]) - quiet]


def _record(step: Step, form: Form) -> object:
    prefix = f"{step.key}-"
    found: dict[str, object] = {
        name.removeprefix(prefix): _one(form, name)
        for name in form
        if name.startswith(prefix) and _one(form, name).strip()
    }
    if step.kind == "contact" and found:
        found["days"] = [day for day in form.get(f"{prefix}days", ()) if day]
        found["voicemail"] = found.get("voicemail") in ("yes", "on", "true")
    return found


def _consent(step: Step, form: Form) -> object:
    return _one(form, step.purpose).strip()


READERS: dict[str, Callable[[Step, Form], object]] = {
    "choice": _single,
    "choices": _many,
    "text": _raw_text,
    "longtext": _raw_text,
    "lines": _raw_text,
    "date": _date,
    "country": _single,
    "region": _single,
    "identifiers": _rows,
    "money": _rows,
    "files": _many,
    "contact": _record,
    "identity": _record,
    "consents": _consent,
}
