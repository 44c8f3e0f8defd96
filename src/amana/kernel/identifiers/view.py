# SPDX-License-Identifier: AGPL-3.0-or-later
"""A text as the finders read it, with the way back to every place in the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from amana.kernel.language import fold_digits

LONGEST_TEXT = 200_000
_DROPPED = {"Cf", "Mn", "Me", "Cs"}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−﹘﹣-ـ"), "-")
_BLANKS = {"Zs": " ", "Zl": "\n", "Zp": "\n"}


@dataclass(frozen=True, slots=True)
class View:
    """`text` is in NFKC by character, with plain digits, no marks and one kind of blank.

    `places[i]` is the place in the original of what stands at `i`; one more entry ends the list.
    Lower case is not taken: addresses need their capitals.
    """

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``text[start:end]`` stands in the original; never empty for a hit."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]


def view_of(original: str) -> View:
    """Read at most 200,000 characters of `original`."""
    read = original[:LONGEST_TEXT]
    if read.isascii():
        return View(read, range(len(read) + 1))
    plain = {char: _plain(char) for char in set(read)}
    text = "".join(map(plain.__getitem__, read))
    if all(len(piece) == 1 for piece in plain.values()):
        return View(text, range(len(read) + 1))
    places = (place for place, char in enumerate(read) for _ in plain[char])
    return View(text, (*places, len(read)))


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    if char == "ـ":  # a tatweel within a number or a name is ornament
        return ""
    category = unicodedata.category(char)
    if category in _DROPPED:
        return ""
    if category in _BLANKS:
        return _BLANKS[category]
    folded = fold_digits(unicodedata.normalize("NFKC", char.translate(_DASHES)))
    if folded.startswith(" ") and len(folded) > 1:  # a spacing accent is no blank
        return char
    return "".join(c for c in folded if unicodedata.category(c) not in _DROPPED)
