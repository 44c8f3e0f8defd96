# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a text says of itself: language, script, identifiers, suggested categories, risks.

Pure: no database, no home, nothing stored. `amana triage assess` and the desk use this one door.
"""

from __future__ import annotations

from dataclasses import dataclass

from amana.kernel.identifiers import Found, find_identifiers
from amana.kernel.language import Guess, identify


@dataclass(frozen=True, slots=True)
class Category:
    """A suggested code of the taxonomy, its score between 0 and 1 and the words that spoke."""

    code: str
    score: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk, and the stretches of the text because of which it was raised."""

    code: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextAssessment:
    """All that was read from one text. `identifiers` hold cards too, masked."""

    language: Guess
    identifiers: tuple[Found, ...] = ()
    categories: tuple[Category, ...] = ()
    risks: tuple[Risk, ...] = ()


def assess_text(text: str, *, country: str | None = None) -> TextAssessment:
    """Read a text; `country` (ISO 3166-1 alpha-2) is where the report comes from.

    It orders and suggests; it decides nothing. Never raises on any text.
    """
    return TextAssessment(
        language=identify(text),
        identifiers=tuple(find_identifiers(text, country=country)),
    )
