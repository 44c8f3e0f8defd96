# SPDX-License-Identifier: AGPL-3.0-or-later
"""One key for the many ways a word is typed."""

from __future__ import annotations

import unicodedata

_DIGITS = {
    ord(char): str(value)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
    for value, char in enumerate(digits)
}
# One skeleton for Arabic, Persian and Urdu keyboards (triage.md, stack: search keys only).
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳٵ", "ا"),
        **dict.fromkeys("ىیېۍےۓئ", "ي"),
        **dict.fromkeys("ؤۆۇۈۋ", "و"),
        **dict.fromkeys("ةۃہۀھەۂ", "ه"),
        **dict.fromkeys("کڪګ", "ك"),
        **dict.fromkeys("ڭݣگ", "گ"),
        "ں": "ن",
        "ء": "",
        "ـ": "",
    }
)
_NO_MARK = ("Mn", "Me", "Cf")
_REMEMBERED_BELOW = 0x3000


class _WithoutMarks(dict[int, int | None]):
    """A table for `str.translate` that drops marks. It learns the letters of the scripts that
    people here write, and looks up the others each time, so that it cannot be made to grow."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in _NO_MARK else code
        if code < _REMEMBERED_BELOW:
            self[code] = kept
        return kept


_MARKS = _WithoutMarks()


def fold_digits(text: str) -> str:
    """Return `text` with Arabic-Indic (٠-٩) and Extended Arabic-Indic (۰-۹) digits as 0-9.

    Nothing else changes, so a receipt read out in Arabic or Urdu can be typed as it was heard.
    """
    return text.translate(_DIGITS)


def fold(text: str) -> str:
    """Return the search key of `text`: idempotent, in no language, not for display.

    NFKC and case folding; alef, ya, waw, ha and kaf forms unified; hamza, tatweel, vowel signs,
    accents and direction marks dropped; digits as 0-9. Length may change; order does not.
    """
    if text.isascii():  # nothing to compose, no marks
        return text.lower()
    folded = _once(text)
    # Dropping a mark can bring two letters together that compose or fold again.
    while (again := _once(folded)) != folded:
        folded = again
    return folded


def _once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_DIGITS).translate(_LETTERS)
    bare = unicodedata.normalize("NFKD", text).translate(_MARKS)
    return unicodedata.normalize("NFKC", bare)
