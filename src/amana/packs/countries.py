# SPDX-License-Identifier: AGPL-3.0-or-later
"""The countries of the world, for "where do you live?" and for the figures from abroad (T5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from amana.packs.base import CountryCode, Frozen, Slug, UnknownCodeError
from amana.packs.words import Words


class Region(Frozen):
    """A part of the world as the figures group it."""

    code: Slug
    names: Words


class Country(Frozen):
    """A country or territory of ISO 3166-1."""

    code: CountryCode
    region: Slug
    names: Words


class Countries(Frozen):
    """`countries.yaml`. Names come from Unicode CLDR."""

    source: str
    regions: tuple[Region, ...] = Field(min_length=1)
    countries: tuple[Country, ...] = Field(min_length=1)

    @cached_property
    def _by_code(self) -> Mapping[str, Country]:
        return {country.code: country for country in self.countries}

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def country(self, code: str) -> Country:
        """The country with this ISO 3166-1 code; `UnknownCodeError` otherwise."""
        if code not in self._by_code:
            raise UnknownCodeError("country", code)
        return self._by_code[code]

    def region_of(self, code: str) -> Region:
        """The region that the figures count this country under."""
        wanted = self.country(code).region
        return next(region for region in self.regions if region.code == wanted)

    def sorted_by_name(self, lang: str) -> tuple[Country, ...]:
        """All countries in the order in which a reader of `lang` looks for them."""
        return tuple(sorted(self.countries, key=lambda c: (_order(c.names.in_(lang)), c.code)))


_URDU = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھیے"


def _order(name: str) -> list[int]:
    """Sort key: accents and hamza aside, Arabic letters in the order of the Urdu alphabet.

    That order keeps the Arabic one for the letters Arabic has; code points would put the French
    `Égypte` after `Zambie` and the Urdu `پاکستان` after `یمن`.
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    folded = letters.translate({ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("ه"): "ہ"})
    return [
        0x600 + _URDU.index(letter) if letter in _URDU else ord(letter)
        for letter in folded
        if not unicodedata.combining(letter)
    ]
