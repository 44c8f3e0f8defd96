# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers made of several fields: identifiers, payments, safe contact, the person."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date

from .clean import TextProblem, clean_line, clean_text, fold_digits
from .dates import DateProblem, read_date, read_hour
from .errors import error
from .money import CURRENCIES, MEANS, read_amount
from .types import FieldError, Json

IDENTIFIER_TYPES = ("phone", "handle", "url", "email", "iban", "wallet", "ip")
CHANNELS = ("none", "mailbox", "phone", "email", "sms")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LIMITS = {"value": 500, "note": 500, "account": 200, "code_word": 60, "name": 200, "address": 500}
# Half a number is worth having: what could not be read may stand as "x", "?" or "…".
_PHONE = re.compile(r"[+0-9(][0-9 ().\-/*#xX?…]{2,39}")
_IBAN = re.compile(r"[A-Z]{2}[0-9A-Z]{8,40}")
_WALLET = re.compile(r"[0-9A-Za-z:]{10,200}")
_EMAIL = re.compile(r"[^@\s]{1,200}@[^@\s]{1,250}")

Outcome = tuple[Json, list[FieldError]]


class _Reader:
    """Reads the fields of one record, collecting what is wrong under its path."""

    def __init__(self, record: Mapping[str, object], path: str, known: frozenset[str]) -> None:
        self.record, self.path = record, path
        self.errors: list[FieldError] = []
        strange = [key for key in record if key not in known]
        self.errors += [error(f"{path}.{key!s:.40}", "unknown_field") for key in strange[:5]]

    def wrong(self, name: str, code: str, limit: int | None = None) -> None:
        self.errors.append(error(f"{self.path}.{name}", code, limit=limit))

    def line(self, name: str, *, lines: bool = False) -> str:
        raw = self.record.get(name)
        if raw is None:
            return ""
        if not isinstance(raw, str):
            self.wrong(name, "wrong_type")
            return ""
        limit = _LIMITS.get(name, 200)
        try:
            return (clean_text if lines else clean_line)(raw, limit=limit)
        except TextProblem as problem:
            self.wrong(name, problem.code, limit)
            return ""

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        raw = self.record.get(name)
        if raw in (None, ""):
            return default
        if raw not in allowed:
            self.wrong(name, "unknown_option" if isinstance(raw, str) else "wrong_type")
            return default
        return str(raw)


def _each(
    raw: object, path: str, most: int, check: Callable[[Mapping[str, object], str], Outcome]
) -> Outcome:
    if not isinstance(raw, list | tuple):
        return None, [error(path, "wrong_type")]
    if len(raw) > most:
        return None, [error(path, "too_many", limit=most)]
    kept: list[Json] = []
    errors: list[FieldError] = []
    for index, row in enumerate(raw):
        if not isinstance(row, Mapping):
            errors.append(error(f"{path}[{index}]", "wrong_type"))
            continue
        value, wrong = check(row, f"{path}[{index}]")
        errors.extend(wrong)
        if value is not None and value not in kept:
            kept.append(value)
    return kept or None, errors


def check_identifiers(raw: object, *, path: str, most: int, today: date) -> Outcome:
    """Check rows of {type, value, note?}. A row without a type gets the likeliest one."""
    return _each(raw, path, most, _identifier)


def _identifier(row: Mapping[str, object], path: str) -> Outcome:
    read = _Reader(row, path, frozenset({"type", "value", "note"}))
    value, note = read.line("value"), read.line("note")
    kind = read.one_of("type", IDENTIFIER_TYPES, "") or guess_type(value)
    if not value:
        if note and not read.errors:
            read.wrong("value", "missing")
        return None, read.errors
    cleaned = _VALUES[kind](value)
    if cleaned is None:
        read.wrong("value", f"bad_{kind}")
        return None, read.errors
    result = {"type": kind, "value": cleaned}
    return ({**result, "note": note} if note else result), read.errors


def guess_type(value: str) -> str:
    """Return the likeliest identifier type of what somebody typed without choosing one."""
    folded = fold_digits(value)
    if re.match(r"(?i)(https?://|www\.)", value):
        return "url"
    if _EMAIL.fullmatch(value) and "." in value.rpartition("@")[2]:
        return "email"
    if _as_ip(value):
        return "ip"
    if _PHONE.fullmatch(folded):
        return "phone"
    return "handle"


def _as_phone(value: str) -> str | None:
    folded = fold_digits(value)
    digits = sum(char.isdigit() for char in folded)
    return folded if _PHONE.fullmatch(folded) and 3 <= digits <= 20 else None


def _as_ip(value: str) -> str | None:
    folded = fold_digits(value).strip()
    host, _, port = folded.rpartition(":") if folded.count(":") == 1 else (folded, "", "")
    try:
        return f"{ipaddress.ip_address(host)}{':' + str(int(port)) if port else ''}"
    except ValueError:
        return None


def _as_iban(value: str) -> str | None:
    compact = re.sub(r"[\s\-]", "", fold_digits(value)).upper()
    # An account number without the letters is what many banks print: it is kept as it is.
    return compact if _IBAN.fullmatch(compact) or re.fullmatch(r"\d{5,40}", compact) else None


def _as_wallet(value: str) -> str | None:
    return value if _WALLET.fullmatch(value) else None


def _as_email(value: str) -> str | None:
    return value if _EMAIL.fullmatch(value) else None


_VALUES: dict[str, Callable[[str], str | None]] = {
    "phone": _as_phone,
    "handle": lambda value: value,
    "url": lambda value: value if not re.search(r"\s", value) and "." in value else None,
    "email": _as_email,
    "iban": _as_iban,
    "wallet": _as_wallet,
    "ip": _as_ip,
}


def check_payments(raw: object, *, path: str, most: int, today: date) -> Outcome:
    """Check rows of {amount or amount_minor, currency, means, account, on}; all may be unknown."""
    return _each(raw, path, most, lambda row, place: _payment(row, place, today))


def _payment(row: Mapping[str, object], path: str, today: date) -> Outcome:
    known = frozenset({"amount", "amount_minor", "currency", "means", "account", "on"})
    read = _Reader(row, path, known)
    account, on = read.line("account"), read.line("on")
    means = read.one_of("means", MEANS, "")
    currency = read.line("currency").upper()
    if currency and currency not in CURRENCIES:
        read.wrong("currency", "unknown_option")
        return None, read.errors
    amount = _amount(read, currency)
    if on:
        try:
            on = read_date(on, today=today, past=True, partial=True)
        except DateProblem as problem:
            read.wrong("on", problem.code)
    if amount is None and not (account or on or means):
        return None, read.errors
    return {
        "amount_minor": amount,
        "currency": currency or None,
        "means": means or None,
        "account": account or None,
        "on": on or None,
    }, read.errors


def _amount(read: _Reader, currency: str) -> int | None:
    minor = read.record.get("amount_minor")
    if minor is not None:
        if isinstance(minor, bool) or not isinstance(minor, int) or not 0 <= minor < 10**18:
            read.wrong("amount_minor", "bad_amount")
            return None
        if not currency:
            read.wrong("currency", "missing")
        return minor
    text = read.line("amount")
    if not text:
        return None
    if not currency:
        read.wrong("currency", "missing")
        return None
    try:
        return read_amount(text, currency)
    except ValueError:
        read.wrong("amount", "bad_amount")
        return None


def check_contact(raw: Mapping[str, object], *, path: str) -> Outcome:
    """Check the safe-contact rules (U-17). Without a channel the rule is: do not contact."""
    known = {"channel", "value", "hours_from", "hours_to", "days", "voicemail", "code_word"}
    read = _Reader(raw, path, frozenset(known))
    channel = read.one_of("channel", CHANNELS, "none")
    value, code_word = read.line("value"), read.line("code_word")
    value = _reachable(read, channel, value) if channel in ("phone", "sms", "email") else ""
    hours = {name: _hour(read, name) for name in ("hours_from", "hours_to")}
    days = raw.get("days") or []
    if not isinstance(days, list | tuple) or not all(day in DAYS for day in days):
        read.wrong("days", "unknown_option")
        days = []
    voicemail = raw.get("voicemail", False)
    if not isinstance(voicemail, bool):
        read.wrong("voicemail", "wrong_type")
        voicemail = False
    return {
        "channel": channel,
        "value": value or None,
        **hours,
        "days": [day for day in DAYS if day in days],
        "voicemail": voicemail,
        "code_word": code_word or None,
    }, read.errors


def _reachable(read: _Reader, channel: str, value: str) -> str:
    if not value:
        read.wrong("value", "missing_contact")
        return ""
    kind = "email" if channel == "email" else "phone"
    cleaned = _VALUES[kind](value)
    if cleaned is None:
        read.wrong("value", f"bad_{kind}")
    return cleaned or ""


def _hour(read: _Reader, name: str) -> str | None:
    try:
        return read_hour(read.record.get(name))
    except DateProblem as problem:
        read.wrong(name, problem.code)
        return None


def check_person(raw: Mapping[str, object], *, path: str) -> Outcome:
    """Check {name, phone, email, address}: each may be left out."""
    read = _Reader(raw, path, frozenset({"name", "phone", "email", "address"}))
    found = {name: read.line(name, lines=name == "address") for name in _PERSON}
    for kind in ("phone", "email"):
        if found[kind]:
            cleaned = _VALUES[kind](found[kind])
            if cleaned is None:
                read.wrong(kind, f"bad_{kind}")
            found[kind] = cleaned or ""
    kept = {name: value for name, value in found.items() if value}
    return (kept or None), read.errors


_PERSON = ("name", "phone", "email", "address")
