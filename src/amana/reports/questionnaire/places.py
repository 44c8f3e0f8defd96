# SPDX-License-Identifier: AGPL-3.0-or-later
"""Countries and regions for the questions, as the packs name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from amana.packs import Territory, UnknownCodeError, available_packs, countries, load_pack


class PackPlaces:
    """All countries of the world; the regions of those that have a pack. Read when first asked."""

    @cached_property
    def _territories(self) -> Mapping[str, Mapping[str, Territory]]:
        packs = [load_pack(code) for code in available_packs()]
        return {pack.country: {place.code: place for place in pack.territories} for pack in packs}

    @cached_property
    def _countries(self) -> frozenset[str]:
        return frozenset(country.code for country in countries().countries)

    def country_codes(self) -> Sequence[str]:
        """Return every country code, in order."""
        return sorted(self._countries)

    def is_country(self, code: str) -> bool:
        """Say whether `code` is a country of ISO 3166-1."""
        return code in self._countries

    def country_name(self, code: str, language: str) -> str:
        """Return the country's name, or the code of one that no longer exists."""
        try:
            return countries().country(code).names.in_(language)
        except UnknownCodeError:
            return code

    def region_codes(self, country: str) -> Sequence[str]:
        """Return the regions of `country`, each followed by its own; empty where none is known."""
        return self._ordered.get(country, [])

    @cached_property
    def _ordered(self) -> Mapping[str, Sequence[str]]:
        return {country: _in_order(places) for country, places in self._territories.items()}

    def region_name(self, code: str, language: str) -> str:
        """Return the region's name, with the one it lies in; the code where there is no pack."""
        places = self._territories.get(code[:2], {})
        if code not in places:
            return code
        name = places[code].names.in_(language)
        around = places.get(places[code].parent or "")
        return f"{name} ({around.names.in_(language)})" if around else name


def _in_order(places: Mapping[str, Territory]) -> list[str]:
    order: list[str] = []
    for place in places.values():
        if place.parent is None:
            order.append(place.code)
            order += [inner.code for inner in places.values() if inner.parent == place.code]
    return order
