# SPDX-License-Identifier: AGPL-3.0-or-later
"""Arabic or Urdu, or one of the neighbours that share the script and are not read here."""

from __future__ import annotations

import re
from collections import defaultdict

from amana.kernel.language.lists import word_lists

_WORD = re.compile(r"[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+")
_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640\u06d6-\u06ed]+")


# Letters that one language has and its neighbours have not, with how much each says.
_LETTERS = {
    "ur": {
        **dict.fromkeys("ٹڈڑںےۓ", 2.5),
        **dict.fromkeys("ہھۂۃ", 1.5),
        **dict.fromkeys("کی", 1.0),
        **dict.fromkeys("گپچژ", 0.5),
    },
    "ar": {
        **dict.fromkeys("ةىأإڤڭݣۊ", 1.5),
        **dict.fromkeys("يك", 1.0),
        **dict.fromkeys("ضطظثذصؤ", 0.12),
    },
    "fa": {**dict.fromkeys("کی", 0.8), **dict.fromkeys("گپچژ", 0.5), "ۀ": 2.0},
    "ku": dict.fromkeys("ێۆڕڵەڎ", 2.5),
    "ps": dict.fromkeys("ټډړښږځڅېۍڼګ", 2.5),
    "ug": dict.fromkeys("ۇۈۋې", 1.5),
    "sd": dict.fromkeys("ڪڻڳڄڃڙٻڀٺٿڇڌڏڊ", 2.5),
}
_LISTS = word_lists("amana.kernel.language", "arabic_script")
_WORDS = {code: frozenset(_LISTS[code]) for code in ("ur", "ar", "fa", "ku", "ps")}
# Words that say little because a neighbour writes them as well.
_SHARED = {code: frozenset(_LISTS[f"{code}-shared"]) for code in ("fa", "ur", "ar", "ku", "ps")}


def language_of_arabic(text: str) -> tuple[str, float]:
    """Return ``ar``, ``ur`` or ``und`` for a text in Arabic letters, and how sure that is.

    Persian, Kurdish, Pashto, Sindhi and Uyghur give ``und``. Dialects of Arabic with their
    borrowed letters (پ چ گ ڤ ڭ) stay Arabic.
    """
    words = [_MARKS.sub("", word) for word in _WORD.findall(text[:8_000])]
    if not words:
        return "und", 0.0
    points: dict[str, float] = defaultdict(float, ar=0.4)
    for word in words:
        for code, known in _WORDS.items():
            if word in known:
                points[code] += 0.7 if word in _SHARED.get(code, ()) else 2.5
        if word.startswith("ال") and len(word) > 4 and not set(word) & set("کیےہٹڈڑں"):
            points["ar"] += 0.9
        if word.startswith(("می\u200c", "نمی")) or word.endswith(("هایی", "های", "‌ها")):
            points["fa"] += 1.5
        _letters(word, points)
    if points["ur"] >= 0.9 * points["fa"]:
        points["fa"] = min(points["fa"], points["ur"] / 2)
    (best, most), (_, next_most), *_ = sorted(
        points.items(), key=lambda point: point[1], reverse=True
    )
    sure = most / (most + next_most + 0.5)
    return (best if best in {"ar", "ur"} else "und"), sure


def _letters(word: str, points: dict[str, float]) -> None:
    for code, letters in _LETTERS.items():
        said = sum(letters.get(char, 0.0) for char in word)
        if said:
            points[code] += min(said, 3.0)
