# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people call the platforms, in four languages and two romanised forms."""

from __future__ import annotations

from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

# Short names that are words as well: only where a mark or an @ follows them.
UNSURE = frozenset(
    {"line", "dc", "face", "signal", "tele", "steam", "threads", "sc", "x", "tt", "kik", "whats"}
)
_SHORT = {"sc": "snapchat", "x": "x", "tt": "tiktok"}
_FRONTS = ("وبال", "بال", "وال", "فال", "عال", "لل", "ال", "ب", "ل", "و", "ع", "ف", "l'", "d'")
_ENDINGS = ("ه", "ها", "ي", "هم", "ك", "و", "تاعه", "ديالو")

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


def platform_of(word: str, following: str = "") -> tuple[str, int] | None:
    """Return the platform a word names and how many words the name has; None for other words."""
    small = fold(word)
    if following:
        for form in _bare(small):
            pair = _PAIRS.get((form, fold(following)))
            if pair:
                return pair, 2
    for form in _bare(small):
        if form in _TABLE:
            return _TABLE[form], 1
    return None


def _bare(word: str) -> list[str]:
    """The word, and what remains without article, preposition and possessive."""
    forms = [word]
    if not word.isascii() or "'" in word:
        forms += [word[len(f) :] for f in map(fold, _FRONTS) if word.startswith(f)]
    if not word.isascii():
        forms += [
            form[: -len(e)] for form in forms[:] for e in map(fold, _ENDINGS) if form.endswith(e)
        ]
    elif len(word) > 5 and word.startswith("l") and word[1:] in _TABLE:
        forms.append(word[1:])  # "linsta" in Darija
    return [form for form in forms if len(form) > 1 or form == "x"]
