# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words of a text as search keys, each with the forms under which it is looked for.

PostgreSQL's Arabic stemmer leaves لابتزاز and وابتزني as they are (stack.md, row Search). Light
stemming in the manner of Larkey, Ballesteros and Connell ("Light stemming for Arabic information
retrieval", 2007) strips what is written onto a word; nothing here claims to find roots, except
one cheap skeleton for the family of a derived verb.
"""

from __future__ import annotations

import re
from functools import lru_cache

from amana.kernel.language.folding import fold

LONGEST_WORD = 48
MOST_WORDS = 4_000
_LONGEST_TEXT = 200_000
_WORD = re.compile(r"[^\W_]+")
_ARABIC_WORD = re.compile(r"[\u0620-\u06d3]+")
_PROCLITICS = "وفبكل"
_ARTICLES = ("ال", "لل")
_ENDINGS = ("هما", "كما", "تما", "ون", "ين", "ان", "ات", "وا", "ني", "نا", "ها", "هم", "هن", "كم")
_SHORT_ENDINGS = ("ه", "ي", "ك", "ت")
_ALL_ENDINGS = (*_ENDINGS, *_SHORT_ENDINGS)
_SHORTEST_STEM = 3
_LONG_VOWELS = re.compile("[اوي]")
_DOUBLED = re.compile(r"(.)\1+")


def words(text: str) -> list[str]:
    """Return the folded words of `text` and their stripped forms, each once, in order of meeting.

    ``لابتزاز``, ``وابتزني`` and ``المبتزون`` share a form with ``ابتزاز``. Words are cut at 48
    characters; at most 4,000 forms are returned and 200,000 characters read.
    """
    found: dict[str, None] = {}
    # Each word once: people repeat themselves.
    for piece in dict.fromkeys(text[:_LONGEST_TEXT].split()):
        found.update(_kept(piece) if len(piece) <= LONGEST_WORD else _of_piece(piece))
        if len(found) >= MOST_WORDS:
            return list(found)[:MOST_WORDS]
    return list(found)


def _of_piece(piece: str) -> dict[str, None]:
    """The forms of what stands between two blanks, as keys. Folding never joins two pieces."""
    return dict.fromkeys(
        form for word in _WORD.findall(fold(piece)) for form in forms(word[:LONGEST_WORD])
    )


_kept = lru_cache(maxsize=8_192)(_of_piece)


@lru_cache(maxsize=8_192)
def forms(word: str) -> tuple[str, ...]:
    """Return one folded word and the shorter forms under which it may be looked for."""
    if not _ARABIC_WORD.fullmatch(word):
        return (word,)
    bare = _without_front(word)
    stems = [_without_end(form) for form in dict.fromkeys(bare)]
    skeleton = _skeleton(min(stems, key=len))
    return tuple(dict.fromkeys([word, *bare, *stems, *([skeleton] if skeleton else [])]))


def _without_front(word: str) -> list[str]:
    """Strip و ف, then ب ك ل, then the article, as far as three letters remain."""
    found = [word]
    rest = word
    for _ in range(2):
        if rest.startswith(_ARTICLES) or rest[:1] not in _PROCLITICS:
            break
        if len(rest) - 1 < _SHORTEST_STEM:
            break
        rest = rest[1:]
        found.append(rest)
    found += [
        form[2:] for form in found if form.startswith(_ARTICLES) and len(form) - 2 >= _SHORTEST_STEM
    ]
    return found


def _without_end(word: str) -> str:
    if not word.endswith(_ALL_ENDINGS):
        return word
    for ending in _ALL_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _skeleton(stem: str) -> str:
    """Return the consonants of a stem without its derivational front, marked with ``~``.

    ابتزاز, ابتز, يبتز and مبتز all give ``~بتز``: the front letter of verb, noun and participle
    goes, long vowels go, a doubled consonant counts once.
    """
    core = stem[1:] if stem[0] in "امتنيس" and len(stem) > _SHORTEST_STEM else stem
    radicals = _LONG_VOWELS.sub("", core)
    consonants = _DOUBLED.sub(r"\1", radicals)
    return f"~{consonants}" if len(radicals) >= _SHORTEST_STEM else ""
