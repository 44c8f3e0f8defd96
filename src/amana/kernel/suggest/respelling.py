# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports in romanised letters as another hand would spell them.

Nobody teaches how to write Darija or Urdu in Latin letters: one writes "kay9tel", another
"kaiqtl". Each report is learnt from as it was written and once as somebody else would spell it;
a person spells alike throughout, so the choice is made once for a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Final

from amana.kernel.suggest.labelled import Labelled

# How else what stands in the front may be written; "kh" is taken before "h".
_ELSE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "ary-Latn": {
        "kh": ("kh", "5", "x"),
        "5": ("5", "kh"),
        "gh": ("gh", "8"),
        "8": ("8", "gh"),
        "ch": ("ch", "sh"),
        "sh": ("sh", "ch"),
        "7": ("7", "h"),
        "9": ("9", "q", "k"),
        "q": ("q", "9", "k"),
        "3": ("3", "a", ""),
        "ou": ("ou", "o", "u"),
        "o": ("o", "o", "ou", "u"),
        "u": ("u", "u", "ou", "o"),
        "y": ("y", "i"),
        "i": ("i", "i", "y", "e"),
        "dj": ("dj", "j"),
    },
    "ur-Latn": {
        "chh": ("chh", "ch"),
        "aa": ("aa", "a"),
        "a": ("a", "a", "a", "aa"),
        "ee": ("ee", "i"),
        "oo": ("oo", "u"),
        "u": ("u", "u", "oo"),
        "ai": ("ai", "ay", "e"),
        "ay": ("ay", "ai", "e"),
        "au": ("au", "o"),
        "q": ("q", "k"),
        "v": ("v", "w"),
        "w": ("w", "v"),
        "ph": ("ph", "f"),
        "z": ("z", "j"),
    },
}
_KEPT: Final = 0.2
_LOST: Final = (0.0, 0.0, 0.15, 0.3)
_INNER: Final = re.compile(r"(?<=\w)[aei](?=\w)")
_SEED: Final = 7


def with_respelt(reports: Iterable[Labelled]) -> list[Labelled]:
    """The reports, and each in romanised letters once more as another hand would spell it. Equal
    reports give equal spellings."""
    told = list(reports)
    return [*told, *_respelt(told)]


def _respelt(reports: Iterable[Labelled]) -> Iterator[Labelled]:
    random = Random(_SEED)  # noqa: S311 - texts, not secrets
    for one in reports:
        if one.form in _ELSE:
            yield replace(one, text=respelt(one.text, one.form, random))


def respelt(text: str, form: str, random: Random) -> str:
    """`text` with the sounds of a romanised form spelt in another way, and some vowels lost."""
    chosen = {letters: random.choice(ways) for letters, ways in _ELSE[form].items()}
    letters = "|".join(map(_pattern, sorted(chosen, key=lambda one: (-len(one), one))))

    def other(match: re.Match[str]) -> str:
        return match[0] if random.random() < _KEPT else chosen[match[0]]

    said = re.sub(letters, other, text)
    lost = random.choice(_LOST)
    return _INNER.sub(lambda match: "" if random.random() < lost else match[0], said)


def _pattern(letters: str) -> str:
    """A figure counts as a letter only inside a word."""
    return (
        rf"(?<!\d){letters}(?=[a-z])|(?<=[a-z]){letters}(?!\d)" if letters.isdecimal() else letters
    )
