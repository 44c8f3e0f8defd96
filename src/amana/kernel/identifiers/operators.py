# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gave a mobile number out. A hint: numbers move to other operators and stay the same."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException

# Releases of the prefix data and the day on which each was built.
_BUILT = {"9.0.43": "2026-11-06"}


@dataclass(frozen=True, slots=True)
class OperatorHint:
    """`source` names the data and its release, `date` its day (ISO 8601), "" when unknown."""

    name: str
    source: str
    date: str


def operator_hint(value: str) -> OperatorHint | None:
    """Return who first gave out a number in E.164, None when the data does not say."""
    from phonenumbers import carrier

    try:
        number = phonenumbers.parse(value, None)
    except NumberParseException:
        return None
    name = carrier.name_for_number(number, "en")
    if not name:
        return None
    release = phonenumbers.__version__
    return OperatorHint(name, f"libphonenumber {release}", _BUILT.get(release, ""))
