# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telephone numbers in E.164 (ITU-T), by the metadata of libphonenumber."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from amana.kernel.identifiers.text import tidy
from amana.kernel.identifiers.types import BadIdentifier, Identifier

_LINK = re.compile(
    r"^(?:tel:|(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)\+?)", re.IGNORECASE
)
_SHAPE = re.compile(r"\+?[\d\s().\-/–]{3,40}(?:(?:ext\.?|x|;ext=)\s?\d{1,6})?", re.IGNORECASE)


def phone(value: str, *, region: str | None) -> Identifier:
    """Normalise a number; without its country code it is read as one of `region`."""
    number = _parsed(value, region=region)
    country = phonenumbers.region_code_for_number(number)
    return Identifier(
        kind="phone",
        value=e164(_bare(number)),
        display=phonenumbers.format_number(_bare(number), PhoneNumberFormat.INTERNATIONAL),
        country=country if country and country != "001" else None,
        note="" if phonenumbers.is_valid_number(number) else "range_unknown",
    )


def e164(number: PhoneNumber) -> str:
    """Return a number in E.164, settled: what is read from it again is the same.

    In ranges that are not listed a zero may be taken for a trunk prefix on second reading.
    """
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    for _ in range(4):
        try:
            again = phonenumbers.format_number(
                phonenumbers.parse(value, None), PhoneNumberFormat.E164
            )
        except NumberParseException:
            return value
        if again == value:
            return value
        value = again
    return value


def country_of_phone(value: str, *, region: str | None = None) -> str | None:
    """Return the ISO 3166-1 code a number belongs to, None where none follows from it."""
    try:
        return phone(value, region=region).country
    except BadIdentifier:
        return None


def country_code_of(value: str) -> str:
    """Return "+962" of an E.164 number, "" when it is none."""
    try:
        return f"+{phonenumbers.parse(value, None).country_code}"
    except NumberParseException:
        return ""


def _parsed(value: str, *, region: str | None) -> PhoneNumber:
    text = tidy(value)
    link = _LINK.match(text)
    if link:
        text = text[link.end() :].split("?")[0].split("&")[0]
        text = text if text.startswith(("+", "0")) else "+" + text
    if not _SHAPE.fullmatch(text):
        raise BadIdentifier("not_a_phone")
    if text.startswith("00"):
        text = "+" + text[2:]
    known = (region or "").upper()
    try:
        number = phonenumbers.parse(text, known if known.isalpha() and len(known) == 2 else None)
    except NumberParseException as error:
        no_country = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        lacks_plus = no_country and not text.startswith("+")
        raise BadIdentifier("no_country" if lacks_plus else "not_a_phone") from None
    if not phonenumbers.is_possible_number(number):
        raise BadIdentifier("not_a_phone")
    return number


def _bare(number: PhoneNumber) -> PhoneNumber:
    """Drop the extension: it belongs to a desk, and E.164 has no place for it."""
    bare = PhoneNumber()
    bare.merge_from(number)
    bare.extension = None
    return bare
