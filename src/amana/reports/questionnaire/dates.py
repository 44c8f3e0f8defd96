# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates and times as people write them, stored as ISO 8601."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from .clean import fold_digits

_ISO = re.compile(
    r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2})"
    r"(?:[T ](?P<h>\d{1,2}):(?P<min>\d{2})(?::\d{2}(?:\.\d{1,6})?)?"
    r"(?P<tz>Z|[+-]\d{2}:?\d{2})?)?)?)?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.\s](\d{1,2})[-/.\s](\d{4})")
_OLDEST = date(1990, 1, 1)
_FURTHEST = timedelta(days=366 * 5)


class DateProblem(ValueError):
    """The date cannot be used; `code` names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_date(raw: str, *, today: date, past: bool, partial: bool) -> str:
    """Return `raw` as an ISO date, or as date and time when a time was given.

    Takes ISO 8601 and day/month/year, in any script's digits. With `partial` a year or a month
    is enough ("2026", "2026-03"). `past` refuses dates after tomorrow, since it is already
    tomorrow somewhere. Raises `DateProblem`: `bad_date`, `date_in_future`, `date_too_far`.
    """
    text = fold_digits(raw.strip())[:60]
    if swapped := _DAY_FIRST.fullmatch(text):
        text = f"{swapped[3]}-{swapped[2]}-{swapped[1]}"
    found = _ISO.fullmatch(text)
    if found is None or (found["d"] is None and not partial):
        raise DateProblem("bad_date")
    try:
        day = date(int(found["y"]), int(found["m"] or 1), int(found["d"] or 1))
        clock = time(int(found["h"]), int(found["min"])) if found["h"] else None
    except ValueError:
        raise DateProblem("bad_date") from None
    if past and day > today + timedelta(days=1):
        raise DateProblem("date_in_future")
    if not _OLDEST <= day <= today + _FURTHEST:
        raise DateProblem("date_too_far")
    return _written(found, day, clock)


def _written(found: re.Match[str], day: date, clock: time | None) -> str:
    if found["m"] is None:
        return f"{day:%Y}"
    if found["d"] is None:
        return f"{day:%Y-%m}"
    if clock is None:
        return day.isoformat()
    return f"{day.isoformat()}T{clock:%H:%M}{found['tz'] or ''}"


def read_hour(raw: object) -> str | None:
    """Return "HH:MM", or None for an empty value. Raises `DateProblem` (`bad_hour`)."""
    if raw in (None, ""):
        return None
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2})(?::00)?)?", fold_digits(str(raw)[:20].strip()))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise DateProblem("bad_hour")
    return f"{int(found[1]):02d}:{found[2] or '00'}"
