# SPDX-License-Identifier: AGPL-3.0-or-later
"""Enough of an identifier to recognise it, too little to use it."""

from __future__ import annotations

from urllib.parse import urlsplit

from amana.kernel.identifiers.phone import country_code_of
from amana.kernel.identifiers.types import Identifier

DOTS = "···"


def masked(identifier: Identifier) -> str:
    """Return a form for lists and logs of acts: ``+218 ··· 417``.

    Platforms, mail providers and sites stay readable; of a name, number or account at most half
    is shown. The caller isolates it left to right.
    """
    value = identifier.value
    if not identifier.valid:
        return _ends(value, first=1, last=2)
    if identifier.kind == "phone":
        code = country_code_of(value)
        return f"{code} {_ends(value[len(code) :], first=0, last=3)}"
    if identifier.kind == "email":
        local, _, host = value.rpartition("@")
        return f"{_ends(local, first=1, last=0)}@{host}"
    if identifier.kind == "url":
        return f"{urlsplit(value).hostname or ''}/{DOTS}"
    if identifier.kind == "handle":
        platform, _, name = value.partition(":")
        return f"{platform}: {_ends(name, first=2, last=0)}"
    if identifier.kind == "ip":
        mark = ":" if ":" in value else "."
        return mark.join([*value.split(mark)[:2], DOTS])
    return _ends(value, first=4, last=3)


def _ends(text: str, *, first: int, last: int) -> str:
    if len(text) < 2 * (first + last):
        first, last = min(first, len(text) // 4), min(last, len(text) // 4)
    head, tail = text[:first], text[len(text) - last :] if last else ""
    return f"{head}{' ' if head and last else ''}{DOTS}{' ' if tail else ''}{tail}"
