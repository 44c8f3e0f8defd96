# SPDX-License-Identifier: AGPL-3.0-or-later
"""Language and script of a short messy text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from amana.kernel.language.arabic import language_of_arabic
from amana.kernel.language.latin import model, tokens_of
from amana.kernel.language.scripts import Script, script_of

FORMS = ("ar", "fr", "en", "ur", "ary-Latn", "ur-Latn", "und")
_ISO_15924 = {
    "arabic": "Arab",
    "latin": "Latn",
    "cyrillic": "Cyrl",
    "hebrew": "Hebr",
    "devanagari": "Deva",
    "other": "Zzzz",
    "none": "Zyyy",
}
_NOT_PROSE = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|[@#][\w.]+|\b[\w-]+\.(?:com|net|org|me)\S*", re.IGNORECASE
)
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ']{2,}")
_ARABIC_WORD = re.compile(r"[\u0620-\u06ff\u0750-\u077f]{2,}")
# Letters of Polish, Turkish, Romanian and others; œ and Ÿ are French.
_FOREIGN = re.compile("[\u0100-\u0151\u0154-\u0177\u0179-\u024f]")
_OF_OTHERS = 0.25
_SURE, _ENOUGH, _STRANGE = 0.97, 0.36, 0.5
_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5))


@dataclass(frozen=True, slots=True)
class Guess:
    """`code` is one of FORMS, `script` is of ISO 15924, `score` between 0 and 1."""

    code: str
    script: str
    score: float


def identify(text: str) -> Guess:
    """Return the form a text is written in, ``und`` when that cannot be said.

    All varieties of Arabic are ``ar``; romanised Arabic of any country is ``ary-Latn``. In mixed
    texts the form of most words decides.
    """
    prose = _NOT_PROSE.sub(" ", text[:8_000])
    script = _script(prose)
    name = _ISO_15924[script]
    if script == "arabic":
        code, score = language_of_arabic(prose)
        return Guess(code, name, score)
    if script == "latin":
        code, score = _latin(prose)
        return Guess(code, name, score)
    return Guess("und", name, 0.0)


def _script(prose: str) -> Script:
    """The script of most words; of letters when there are no words."""
    latin, arabic = len(_LATIN_WORD.findall(prose)), len(_ARABIC_WORD.findall(prose))
    # Names, terms and placeholders are written in Latin letters in the middle of Arabic prose.
    if arabic + latin:
        found: Script = "latin" if latin > 1.5 * arabic else "arabic"
        return found if script_of(prose) in {"latin", "arabic"} else script_of(prose)
    return script_of(prose)


def _latin(prose: str) -> tuple[str, float]:
    tokens = tokens_of(prose)
    if not tokens:
        return "und", 0.0
    spoken = prose.split()
    foreign = _FOREIGN.search(prose) and sum(bool(_FOREIGN.search(word)) for word in spoken)
    if foreign and foreign >= _OF_OTHERS * len(spoken):
        return "und", _STRANGE
    shares = model().probabilities(tokens)
    if max(shares.values()) < _SURE and not _is_settled(shares):
        shares = _weighed(shares, *_second_opinion(" ".join(tokens)))
    return _decided(shares)


def _decided(shares: dict[str, float]) -> tuple[str, float]:
    other = shares["other"]
    best = max((code for code in shares if code != "other"), key=lambda code: shares[code])
    if other >= _STRANGE or shares[best] < _ENOUGH:
        return "und", max(other, shares[best])
    return best, shares[best]


def _is_settled(shares: dict[str, float]) -> bool:
    """Whether no second opinion would change what is decided.

    To be the best, not too strange, and likely enough are inequalities that are linear in the
    opinion on either side of its middle: they hold everywhere if they hold in the corners.
    """
    codes = {_decided(_weighed(shares, *opinion))[0] for opinion in _CORNERS}
    return len(codes) == 1 and "und" not in codes and _decided(shares)[0] in codes


def _second_opinion(text: str) -> tuple[float, float]:
    """Ask lingua, which knows far more words than we do, how English and how French a text is."""
    said = {
        value.language.name: value.value
        for value in _lingua().compute_language_confidence_values(text)
    }
    return said.get("ENGLISH", 0.0), said.get("FRENCH", 0.0)


def _weighed(shares: dict[str, float], english: float, french: float) -> dict[str, float]:
    weights = {
        "en": 0.25 + english,
        "fr": 0.25 + french,
        "ur-Latn": 1.0 - max(english, french) * 0.7,
        "ary-Latn": 1.0 - max(english, french) * 0.7,
        "other": 1.0 - max(english, french) * 0.7,
    }
    total = sum(shares[code] * weights[code] for code in shares)
    return {code: shares[code] * weights[code] / total for code in shares}


@lru_cache(maxsize=1)
def _lingua() -> Any:
    # Loading takes half a second: only texts that leave a doubt wait for it.
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(
        Language.ENGLISH,
        Language.FRENCH,
        Language.SPANISH,
        Language.GERMAN,
        Language.TURKISH,
        Language.INDONESIAN,
    ).build()
