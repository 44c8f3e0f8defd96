# SPDX-License-Identifier: AGPL-3.0-or-later
"""Countries and regions for the questions, until or unless a pack says better."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


class _AnyCountry(Sequence[str]):
    """Holds every code of the ISO shape, and lists none."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._pattern.fullmatch(code) is not None

    def __getitem__(self, index: object) -> str:
        raise IndexError(index)

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(())


class AnyPlace:
    """Accepts every code of the right shape and names it by itself: for tests and tools."""

    def country_codes(self) -> Sequence[str]:
        """Return a sequence that holds every two-letter code."""
        return _AnyCountry(r"[A-Z]{2}")

    def country_name(self, code: str, language: str) -> str:
        """Return the code itself."""
        return code

    def region_codes(self, country: str) -> Sequence[str]:
        """Return a sequence that holds every ISO 3166-2 code of `country`."""
        return _AnyCountry(rf"{re.escape(country)}-[A-Z0-9]{{1,3}}") if country else ()

    def region_name(self, code: str, language: str) -> str:
        """Return the code itself."""
        return code
