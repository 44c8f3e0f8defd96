# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a text says of itself: language, script, identifiers, suggested categories, risks.

Pure: no database, no home, nothing stored. `amana triage assess` and the desk use this one door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amana.kernel.identifiers import Found, find_identifiers
from amana.kernel.language import Guess, identify
from amana.kernel.pause import no_collector
from amana.kernel.suggest import RISKS, Model, Sign, listen
from amana.kernel.suggest.hints import HINT


@dataclass(frozen=True, slots=True)
class Category:
    """A suggested code of the taxonomy, its score between 0 and 1 and the words that spoke."""

    code: str
    score: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk, the stretches of the text because of which it was raised, and the rules that say so;
    without a rule it is only hinted at."""

    code: str
    reasons: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def hinted(self) -> bool:
        return not self.rules


@dataclass(frozen=True, slots=True)
class TextAssessment:
    """All that was read from one text. `identifiers` hold cards too, masked."""

    language: Guess
    identifiers: tuple[Found, ...] = ()
    categories: tuple[Category, ...] = ()
    risks: tuple[Risk, ...] = ()


def assess_text(
    text: str, *, country: str | None = None, model: Model | None = None
) -> TextAssessment:
    """Read a text; `country` (ISO 3166-1 alpha-2) is where the report comes from. Without `model`
    the one that ships suggests.

    It orders and suggests; it decides nothing. Never raises on any text.
    """
    with no_collector():  # thousands of small things, all of which go by themselves
        heard = listen(text, model)
        return TextAssessment(
            language=identify(text),
            identifiers=tuple(find_identifiers(text, country=country)),
            categories=tuple(Category(one.code, one.score, one.words) for one in heard.kinds),
            risks=_risks(text, heard.signs),
        )


def _risks(text: str, found: Sequence[Sign]) -> tuple[Risk, ...]:
    """Each risk once, with the stretches of the text that speak of it."""
    by_code: dict[str, list[Sign]] = {}
    for sign in found:
        by_code.setdefault(sign.risk, []).append(sign)
    return tuple(
        Risk(
            code,
            _stretches(text, [(sign.start, sign.end) for sign in signs]),
            tuple(sign.rule for sign in signs if sign.rule != HINT),
        )
        for code in RISKS
        if (signs := by_code.get(code))
    )


def _stretches(text: str, spans: list[tuple[int, int]]) -> tuple[str, ...]:
    """The pieces of the text in their order; those that overlap are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(dict.fromkeys(text[start:end] for start, end in joined))
