# SPDX-License-Identifier: AGPL-3.0-or-later
"""One key for the many ways in which a name is written in Arabic, Urdu and Latin letters.

The key keeps consonants by their sound as Arabic, Urdu, French and English spelling confuse them:
``Mohammed El-Idrissi``, ``محمد الإدريسي`` and ``Mohamad Idrisi`` all give ``MHMD`` and ``DRS``."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Final

from amana.kernel.language import fold

MOST_PARTS: Final = 6
_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("بپ", "B"),
        **dict.fromkeys("تطثٹۃ", "T"),
        **dict.fromkeys("دذضڈظ", "D"),
        **dict.fromkeys("سص", "S"),
        **dict.fromkeys("شچ", "X"),
        **dict.fromkeys("زژ", "Z"),
        **dict.fromkeys("جغگ", "G"),
        **dict.fromkeys("كق", "K"),
        **dict.fromkeys("حهخ", "H"),
        **dict.fromkeys("رڑ", "R"),
        **dict.fromkeys("فڤ", "F"),
        "ل": "L",
        "م": "M",
        "ن": "N",
        **dict.fromkeys("اويعء", ""),
    }
)
# Longer spellings first. Digits are those of chat alphabets: 3 ع, 5 خ, 7 ح, 9 ق.
_LATIN: Final = (
    ("tch", "X"),
    ("sch", "X"),
    ("sh", "X"),
    ("ch", "X"),
    ("kh", "H"),
    ("gh", "G"),
    ("dj", "G"),
    ("th", "T"),
    ("dh", "D"),
    ("ph", "F"),
    ("ck", "K"),
    ("qu", "K"),
)
_LETTER: Final = {
    **dict.fromkeys("bp", "B"),
    **dict.fromkeys("t", "T"),
    **dict.fromkeys("d", "D"),
    **dict.fromkeys("s", "S"),
    **dict.fromkeys("x", "KS"),
    **dict.fromkeys("z", "Z"),
    **dict.fromkeys("gj", "G"),
    **dict.fromkeys("ckq9", "K"),
    **dict.fromkeys("h57", "H"),
    **dict.fromkeys("r", "R"),
    **dict.fromkeys("fv", "F"),
    **dict.fromkeys("l", "L"),
    **dict.fromkeys("m", "M"),
    **dict.fromkeys("n", "N"),
}
_ARTICLE: Final = re.compile(r"^(?:al|el|ul|as|ad|ar|an|ash|az)[-'’ ](?=\w{3})|^(?:al|el)(?=\w{4})")
_ARABIC_ARTICLE: Final = re.compile(r"^ال(?=\w{3})")
_BETWEEN: Final = frozenset(
    {"bin", "ben", "ibn", "bint", "bent", "بن", "ابن", "بنت", "de", "la", "al", "el", "ال", "ould"}
)
_TITLES: Final = frozenset(
    {"mr", "mrs", "dr", "mme", "sir", "sheikh", "haji", "hajj", "الحاج", "الشيخ", "سي", "lalla"}
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def parts_of(name: str) -> list[str]:
    """The sound of each part of a name, sorted, each once; titles, articles and ``bin`` are left
    out. Empty for what holds no name."""
    found: set[str] = set()
    text = re.sub(r"\b(al|el|ul|abd|abdul|abdel|bou|abu|abou)[-'’ ]+(?=\w{3})", r"\1", fold(name))
    text = re.sub(r"\bعبد +ال", "عبدال", text)
    text = re.sub(r"\b(?:ابو|بو) +", "بو", text)
    for word in _WORD.findall(text)[: 2 * MOST_PARTS]:
        if word in _BETWEEN or word in _TITLES:
            continue
        sound = _sound(word)
        if sound:
            found.add(sound)
        if len(found) >= MOST_PARTS:
            break
    return sorted(found)


def keys_of(name: str) -> list[str]:
    """Keys under which two spellings of a whole name meet: all its parts, and each two of them
    when there are more, since a middle name comes and goes. A single part gives no key."""
    parts = parts_of(name)
    if len(parts) < 2:
        return []
    return [" ".join(pair) for pair in combinations(parts, 2)]


def _sound(word: str) -> str:
    if re.search(r"[\u0620-\u06d3]", word):
        bare = _ARABIC_ARTICLE.sub("", word)
        bare = bare.removesuffix("ه") if len(bare) > 3 else bare
        sound = re.sub(r"[^A-Z]", "", bare.translate(_ARABIC))
    else:
        bare = re.sub(r"['’]", "", _ARTICLE.sub("", word))
        bare = re.sub(r"(?<=[aeiou])h$", "", bare)
        for spelling, letter in _LATIN:
            bare = bare.replace(spelling, letter)
        sound = "".join(c if c.isupper() else _LETTER.get(c, "") for c in bare)
    return re.sub(r"(.)\1+", r"\1", sound) or (word if len(word) > 2 else "")
