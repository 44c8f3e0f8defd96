# SPDX-License-Identifier: AGPL-3.0-or-later
"""A short list of countries and a line to type any other: the whole list would triple a page."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from amana.agencies.selectors import shown
from amana.kernel.language import fold
from amana.packs import countries

NEAR: Final = frozenset({"maghreb", "gulf", "mashreq"})
OFTEN: Final = (
    *("PK", "TR", "IR", "AF", "IN", "BD", "PH", "NG", "CI", "GH", "BJ", "SN", "CM", "ET"),
    *("FR", "DE", "ES", "IT", "GB", "NL", "BE", "SE", "CH", "RO", "RU", "UA", "US", "CA"),
)
SUGGESTED: Final = 6


@lru_cache(maxsize=16)
def _near(language: str, home: str) -> tuple[tuple[str, str], ...]:
    known = countries()
    near = [c for c in known.sorted_by_name(language) if c.region in NEAR or c.code in OFTEN]
    near.sort(key=lambda c: c.code != home)
    return tuple((c.code, c.names.in_(language)) for c in near)


def listed(language: str, chosen: str = "") -> list[dict[str, str]]:
    """Options of the list: this country first, then those named most; and the one chosen."""
    pack = shown().pack
    near = list(_near(language, pack.country if pack else ""))
    if chosen and chosen in countries() and chosen not in {code for code, _ in near}:
        near.append((chosen, countries().country(chosen).names.in_(language)))
    return [{"code": code, "label": name} for code, name in near]


def named(text: str) -> str:
    """The code of the country somebody typed, in any of the four languages; empty if none is
    meant for certain."""
    wanted = _key(text)
    if not wanted:
        return ""
    names = _names()
    if wanted in names:
        return names[wanted]
    alike = {code for name, code in names.items() if len(wanted) > 2 and name.startswith(wanted)}
    return alike.pop() if len(alike) == 1 else ""


def suggestions(text: str, language: str) -> list[str]:
    """Names that begin like what was typed, or hold it."""
    wanted = _key(text)[:40]
    codes = [code for name, code in _names().items() if len(wanted) > 1 and wanted in name]
    return [countries().country(code).names.in_(language) for code in list(dict.fromkeys(codes))][
        :SUGGESTED
    ]


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found = {country.code.casefold(): country.code for country in countries().countries}
    for country in countries().countries:
        for name in country.names.values():
            found.setdefault(_key(name), country.code)
    return found


def _key(text: str) -> str:
    """Letters only, as they sound: without spaces, dashes and the Arabic article."""
    folded = fold(text[:100])
    return "".join(char for char in folded if char.isalnum()).removeprefix("ال")
