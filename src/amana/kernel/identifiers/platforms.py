# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people call the platforms, in four languages and two romanised forms."""

from __future__ import annotations

from functools import lru_cache

from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

# Short names that are words as well: only where a mark or an @ follows them.
UNSURE = frozenset(
    {"line", "dc", "face", "signal", "tele", "steam", "threads", "sc", "x", "tt", "kik", "whats"}
) | {fold("إكس"), fold("ایکس")}
# With an article or a preposition these would be other words ("عاكس", he harassed; "باكس", box).
_WHOLE = frozenset({"x", fold("إكس"), fold("ایکس")})
_SHORT = {"sc": "snapchat", "x": "x", "tt": "tiktok"}
_FRONTS = tuple(
    map(fold, ("وبال", "بال", "وال", "فال", "عال", "لل", "ال", "ب", "ل", "و", "ع", "ف"))
)
_FRONTS += ("l'", "d'")
_ENDINGS = tuple(map(fold, ("ه", "ها", "ي", "هم", "ك", "و", "تاعه", "ديالو")))

_TABLE: dict[str, str] = {}
_PAIRS: dict[tuple[str, str], str] = {}
for _platform, _names in word_lists("amana.kernel.identifiers", "platforms").items():
    for _name in _names:
        _first, _, _second = fold(_name).partition(" ")
        if _second:
            _PAIRS[_first, _second] = _platform
        else:
            _TABLE[_first] = _platform
_TABLE.update(_SHORT)
_OPENINGS = frozenset(first for first, _ in _PAIRS)


def platform_of(word: str, following: str = "") -> tuple[str, int] | None:
    """Return the platform a word names and how many words the name has; None for other words."""
    alone, openings = _named(word)
    if alone == "line" and word != "LINE" and fold(following) != "id":
        return None  # a line of words
    for form in openings:
        pair = _PAIRS.get((form, fold(following)))
        if pair:
            return pair, 2
    return (alone, 1) if alone else None


def may_be_platform(word: str) -> bool:
    """Return whether a word names a platform, by itself or with the next."""
    alone, openings = _named(word)
    return alone is not None or bool(openings)


@lru_cache(maxsize=16_384)
def _named(word: str) -> tuple[str | None, tuple[str, ...]]:
    """The platform a word names by itself, and its forms that open a name of two words."""
    word = fold(word)
    forms = _bare(word)
    known = (form for form in forms if form in _TABLE and (form == word or form not in _WHOLE))
    alone = next((_TABLE[form] for form in known), None)
    return alone, tuple(form for form in forms if form in _OPENINGS)


def _bare(word: str) -> list[str]:
    """The word, and what remains without article, preposition and possessive."""
    forms = [word]
    if not word.isascii() or "'" in word:
        forms += [word[len(front) :] for front in _FRONTS if word.startswith(front)]
    if not word.isascii():
        forms += [form[: -len(end)] for form in forms[:] for end in _ENDINGS if form.endswith(end)]
    elif len(word) > 5 and word.startswith("l") and word[1:] in _TABLE:
        forms.append(word[1:])  # "linsta" in Darija
    return [form for form in forms if len(form) > 1 or form == "x"]
