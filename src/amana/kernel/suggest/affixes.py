# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written onto a word, so that one stem in a lexicon stands for its many forms.

An entry ends with ``+`` when it is a stem with any affixes, with ``@`` when it is a verb in the
imperfect with somebody as its object (``يقتلني``, ``y9tlni``: "he kills me"), with ``=`` when only
the consonants of a romanised word count. Each form of writing
gives the keys under which a folded token is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from amana.kernel.language import fold

Keys = tuple[str, ...]
_DOUBLED = re.compile(r"([a-zà-ÿ])\1+|([\u0600-\u06ff])\2{2,}")
_LAUGHTER = re.compile(r"h{3,}|\u0647{3,}|(?:ha){2,}h?")
_SHALL = re.compile("['’`]ll\\Z", re.IGNORECASE)
_NO_APOSTROPHE: Final = dict.fromkeys(map(ord, "'’`"))
_SHORTEST = 2
ROMANISED: Final = ("ary-Latn", "ur-Latn")
_FEWEST_BONES: Final = 3

_AND: Final = ("", "و", "ف")
_TENSE: Final = (
    *("", "س", "ه", "ح", "ب", "غ", "غا", "ك", "كا", "تا", "د", "ل", "را", "عم", "ما", "ع", "رح"),
)
_PERSON: Final = ("", "ي", "ت", "ن", "ا")
_OBJECT: Final = ("ني", "ك", "كم", "كي", "ه", "ها", "هم", "هن", "نا")
_VERB: Final = frozenset("".join(parts) for parts in product(_AND, _TENSE, ("ي", "ت", "ن", "ا")))
_FRONT: Final = (
    frozenset("".join(parts) for parts in product(_AND, _TENSE, _PERSON))
    | frozenset("".join(parts) for parts in product(_AND, ("", "ب", "ل", "ك", "ه", "ع"), ("ال",)))
    | frozenset(f"{front}{rest}" for front in _AND for rest in ("لل", "بال", "م", "الم"))
)
_WITH_OBJECT: Final = frozenset(
    f"{plural}{who}{no}" for plural in ("", "و", "ون") for who in _OBJECT for no in ("", "ش")
)
_END: Final = _WITH_OBJECT | frozenset(
    f"{end}{no}"
    for end in (
        *("", "ي", "و", "وا", "ون", "ين", "ان", "ات", "ت", "تي", "تو", "تني", "تك", "ته", "تها"),
        *("تنا", "تهم", "لي", "لك", "له", "لها", "ولي", "ولك", "اتي", "اتها", "يه", "يا", "تلي"),
        *("ونا", "ناه", "ناها", "نالك", "تلو", "لو", "تو", "اته", "اتنا", "اتهم", "اتك"),
    )
    for no in ("", "ش")
)

_VOWELS = re.compile("[aeiou]")
_LATIN_SOUNDS = (("kh", "5"), ("gh", "8"), ("ch", "x"), ("sh", "x"), ("q", "9"), ("7", "h"))
_LATIN_VERB: Final = frozenset(
    f"{tense}{person}"
    for tense in ("", "w", "k", "t", "8", "8d", "h", "b", "d", "rh", "r", "wk", "w8", "m", "l", "g")
    for person in ("n", "y", "t", "j")
)
_LATIN_FRONT: Final = (
    _LATIN_VERB
    | frozenset(("", "w", "l", "b", "f", "k", "8", "h", "d", "wl", "bl", "fl", "m", "lm", "wm"))
    | frozenset(("ml", "tl", "kt"))
)
_LATIN_OBJECT: Final = frozenset(
    f"{who}{no}" for who in ("n", "k", "h", "hm", "km", "wn", "wk", "wh") for no in ("", "x")
)
_LATIN_END: Final = _LATIN_OBJECT | frozenset(
    ("", "t", "x", "w", "wx", "tn", "tk", "th", "tx", "l", "lk", "lh", "tl", "y", "yn", "tw", "ln")
)


def plain(token: str) -> str:
    """A folded token; letters held down count once, and "I'll" is not the French "il"."""
    token = _SHALL.sub("wl", token)
    word = fold(token).translate(_NO_APOSTROPHE)
    return "haha" if _LAUGHTER.fullmatch(word) else _once(word)


def _once(word: str) -> str:
    """A word in which no letter is held down."""
    # Most words have none; looking costs less than a replacement that finds nothing to do.
    return _DOUBLED.sub(r"\1\2", word) if _DOUBLED.search(word) else word


@lru_cache(maxsize=8_192)
def of_plain(token: str) -> Keys:
    """Keys of an English or French token, and of one in Urdu script."""
    return (plain(token),)


@lru_cache(maxsize=8_192)
def of_arabic(token: str) -> Keys:
    """Keys of a token in Arabic script, any dialect: itself, and each stem it may contain."""
    (word,) = of_plain(token)
    # A word of nothing but a stretched line or vowel signs is empty here.
    bare = (word[1:],) if len(word) > 3 and word[0] in "وف" else ()
    return (word, *bare, *dict.fromkeys(_stems(word, _FRONT, _END, _VERB, _WITH_OBJECT, 7)))


@lru_cache(maxsize=8_192)
def of_arabizi(token: str) -> Keys:
    """Keys of a token of romanised Arabic. Stems are consonants, with 9 for q, h for 7, 5 for kh,
    8 for gh and x for sh, since vowels are written as everybody likes."""
    (word,) = of_plain(token)
    bones = consonants(word)
    found = _stems(bones, _LATIN_FRONT, _LATIN_END, _LATIN_VERB, _LATIN_OBJECT, 3)
    return (word, f"{bones}=", *dict.fromkeys(found))


def consonants(word: str) -> str:
    """What remains of a romanised Arabic word however its vowels are written."""
    for sound, sign in _LATIN_SOUNDS:
        word = word.replace(sound, sign)
    return _once(_VOWELS.sub("", word))


@lru_cache(maxsize=32_768)
def entry_key(form: str, word: str, *, in_phrase: bool = False) -> str:
    """The key under which a word of a lexicon is found. A romanised word of three consonants or
    more that stands `in_phrase` is found however its vowels are written: its neighbours vouch for
    it."""
    mark = word[-1] if word[-1] in "+@=" else ""
    bare = plain(word.removesuffix(mark))
    if mark:
        return f"{consonants(bare) if form == 'ary-Latn' else bare}{mark}"
    if form not in ROMANISED:
        return bare
    known = of_roman_urdu(word) if form == "ur-Latn" else (bare, f"{consonants(bare)}=")
    return known[-1] if in_phrase and len(known[-1]) > _FEWEST_BONES else known[0]


@lru_cache(maxsize=8_192)
def of_roman_urdu(token: str) -> Keys:
    """Keys of a token of Roman Urdu: long vowels, w and v and double letters made one; and its
    consonants."""
    word = fold(token)
    for often, once in (("oo", "u"), ("ee", "i"), ("aa", "a"), ("ai", "e"), ("ay", "e")):
        word = word.replace(often, once)
    for often, once in (("w", "v"), ("q", "k"), ("ph", "f"), ("ou", "u"), ("y", "i")):
        word = word.replace(often, once)
    word = _once(word)
    bones = _once(_VOWELS.sub("", word))
    return word, f"{bones}="


MORPHOLOGY: Final[dict[str, Callable[[str], Keys]]] = {
    "ar": of_arabic,
    "ur": of_plain,
    "en": of_plain,
    "fr": of_plain,
    "ary-Latn": of_arabizi,
    "ur-Latn": of_roman_urdu,
}


def _stems(
    word: str,
    fronts: frozenset[str],
    ends: frozenset[str],
    verb: frozenset[str],
    objects: frozenset[str],
    longest: int,
) -> Iterator[str]:
    for start in range(min(longest, len(word) - _SHORTEST) + 1):
        front = word[:start]
        if front not in fronts:
            continue
        for stop in range(len(word), max(start + _SHORTEST, len(word) - 6) - 1, -1):
            end = word[stop:]
            if end in ends:
                yield f"{word[start:stop]}+"
                if front in verb and end in objects:
                    yield f"{word[start:stop]}@"
