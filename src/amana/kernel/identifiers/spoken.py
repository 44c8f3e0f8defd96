# SPDX-License-Identifier: AGPL-3.0-or-later
"""Digits that were written as words: "zero six", "zéro six douze", "صفر ستة", "صفر تین", "wa7d"."""

from __future__ import annotations

from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

_FRENCH_TENS = {
    "dix": 10,
    "onze": 11,
    "douze": 12,
    "treize": 13,
    "quatorze": 14,
    "quinze": 15,
    "seize": 16,
    "vingt": 20,
    "vingts": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "nonante": 90,
}
_ENGLISH_TENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_ARABIC_TENS = {
    fold(word): value
    for value, words in {
        10: "عشرة عشره",
        11: "حداشر احداعش احدعش احداشر حداش",
        12: "اتناشر اطناشر اثناعشر اثنعش طناش",
        13: "تلاتاشر ثلطعش ثلاثتعش تلتاش",
        14: "اربعتاشر اربعطعش ربعطاش",
        15: "خمستاشر خمسطعش خمسطاش",
        20: "عشرين",
        30: "ثلاثين تلاتين",
        40: "اربعين",
        50: "خمسين",
        60: "ستين",
        70: "سبعين",
        80: "ثمانين تمانين",
        90: "تسعين",
    }.items()
    for word in words.split()
}
_REPEATS = {"double": 2, "triple": 3, "treble": 3, "دبل": 2, "ڈبل": 2, "dabal": 2}
_LISTS = word_lists("amana.kernel.identifiers", "digits")
_TABLE = {fold(word): int(key) for key, found in _LISTS.items() if key != "weak" for word in found}
# Said all the time, and digits only beside other digits said as words.
_WEAK = frozenset(map(fold, _LISTS["weak"]))


def digit_of(word: str) -> int | None:
    """Return the digit a word names, None when it names none."""
    return _TABLE.get(fold(word))


def is_weak(word: str) -> bool:
    """Return whether a number word is mostly something else."""
    return fold(word) in _WEAK


def repeats(word: str) -> int:
    """Return 2 for "double", 3 for "triple", 0 for other words."""
    return _REPEATS.get(fold(word), 0)


def tens_of(word: str) -> int | None:
    """Return the value of a word for ten and more, None for others."""
    small = fold(word)
    for table in (_FRENCH_TENS, _ENGLISH_TENS, _ARABIC_TENS):
        if small in table:
            return table[small]
    return None


def pair_of(words: list[str]) -> tuple[str, int] | None:
    """Read two digits said as one number at the front of `words`.

    ``["soixante", "dix", "huit"]`` gives ``("78", 3)``: the digits and how many words they took.
    "et" may stand inside ("vingt et un"); hyphens are cut before. In Arabic the unit is first.
    """
    return _unit_first(words) or _tens_first(words)


def _tens_first(words: list[str]) -> tuple[str, int] | None:
    first = fold(words[0]) if words else ""
    if first == "quatre" and len(words) > 1 and fold(words[1]) in {"vingt", "vingts"}:
        value, used = 80, 2
    else:
        tens = tens_of(first)
        if tens is None:
            return None
        value, used = tens, 1
    room = value % 10 == 0 and value >= 20
    further = value in {60, 80}
    rest = words[used:]
    if room and rest and fold(rest[0]) == "et" and len(rest) > 1:
        rest, used = rest[1:], used + 1
        if not _unit(rest[0]) and fold(rest[0]) != "onze":
            return f"{value:02}", used - 1
    if room and rest:
        teen = _FRENCH_TENS.get(fold(rest[0]), 0)
        if further and 10 <= teen <= 16:
            value, used = value + teen, used + 1
            if teen == 10 and len(rest) > 1 and (unit := _unit(rest[1])) and unit >= 7:
                value, used = value + unit, used + 1
        elif unit := _unit(rest[0]):
            value, used = value + unit, used + 1
    elif value == 10 and rest and (unit := _unit(rest[0])) and unit >= 7 and first == "dix":
        value, used = value + unit, used + 1
    return f"{value:02}", used


def _unit_first(words: list[str]) -> tuple[str, int] | None:
    """Read "خمسة وستين"."""
    unit, second = _TABLE.get(fold(words[0])) if words else None, fold("".join(words[1:2]))
    tens = _ARABIC_TENS.get(second[1:], 0) if second.startswith("و") else 0
    return (f"{tens + unit}", 2) if unit and tens >= 20 else None


def _unit(word: str) -> int | None:
    return digit_of(word)
