# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bank accounts by ISO 13616: structure per country and mod 97."""

from __future__ import annotations

import re

from amana.kernel.identifiers.text import tidy
from amana.kernel.identifiers.types import BadIdentifier, Identifier

_REASONS = {
    "InvalidChecksumDigits": "bad_checksum",
    "InvalidLength": "bad_length",
    "InvalidCountryCode": "unknown_country",
}


def iban(value: str) -> Identifier:
    """Normalise an IBAN: compact in capitals; groups of four to read."""
    # The bank registry takes a third of a second to load: only those who need it wait.
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    text = re.sub(r"^IBAN:?", "", re.sub(r"[\s\-.]", "", tidy(value)).upper())
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{5,30}", text):
        raise BadIdentifier("not_an_iban")
    try:
        account = IBAN(text)
    except SchwiftyException as error:
        raise BadIdentifier(_REASONS.get(type(error).__name__, "not_an_iban")) from None
    return Identifier("iban", account.compact, account.formatted, country=account.country_code)
