# SPDX-License-Identifier: AGPL-3.0-or-later
"""The digits of a text in the pieces in which they were written, and what lies between them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from amana.kernel.identifiers.found import STRUCK
from amana.kernel.identifiers.spoken import digit_of, is_weak, pair_of, repeats, tens_of
from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

MOST_PIECES = 4_000
TIGHT, BLANK, LOOSE, BREAK = 0, 1, 2, 9
_DIGITS = re.compile(r"(?P<plus>\+[\s(]{0,2})?(?P<digits>\d+)")
# "o6 12" and "06l2345678": letters that look like digits, between digits.
_LOOKALIKE = re.compile(
    r"(?<=\d)[oO]{1,3}(?=[ .\-]?\d)|(?<![^\W_])[oO](?=\d\d?(?![^\W\d_]))"
    r"|(?<=\d)[lI](?=\d)|(?<=\d )[lI](?=\d)"
)
_BESIDE_DIGITS = re.compile(r"[^\W\d_]{3}[ ,.\-]{1,2}\d|\d[ ,.\-]{1,2}[^\W\d_]{3}")
_NEAR_DIGITS = re.compile(r"[oOlI]\d|\d ?[lI]|\d[oO]")
_SPEAKING = re.compile(r"\d?[^\W\d_]+(?:\d[^\W\d_]+)*")  # "sb3a", "5amsa", "wa7d"
_CONNECTING = re.compile(r"[^\W_]*[^\W\d_][^\W_]*")  # "mn b3d" too
_LETTERS = re.compile(r"[^\W\d_]+(?![^\W_])")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# What people put between the parts of a number so that no filter finds it.
_LISTS = {
    key: frozenset(map(fold, found))
    for key, found in word_lists("amana.kernel.identifiers", "joins").items()
}
_CONNECTORS, _PLUS_WORDS = _LISTS["connectors"], _LISTS["plus"]
_MOST_CONNECTORS = 5
_SOFT = set(" \t().-/_·•*~'|\\[]{}<>→←")


@dataclass(frozen=True, slots=True)
class Piece:
    """Digits at ``[start, end)``; `gap` says how they hang on the piece before."""

    digits: str
    start: int
    end: int
    plus: bool
    spoken: bool
    gap: int
    bracketed: bool = False


def pieces_of(text: str) -> list[Piece]:
    """Return the digits of a text, in figures and in words, at most 4,000 pieces."""
    if _NEAR_DIGITS.search(text):
        text = _LOOKALIKE.sub(_meant, text)
    found = [*_figures(text), *_words(text)]
    found.sort(key=lambda piece: piece[1])
    result: list[Piece] = []
    for digits, start, end, plus, spoken in found[:MOST_PIECES]:
        if result and start < result[-1].end:
            continue
        before = text[result[-1].end : start] if result else STRUCK
        bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
        is_plus = plus or _plus_word(text[max(0, start - 12) : start])
        gap = BREAK if is_plus and not bracketed else gap_of(before)
        if gap == LOOSE and spoken and result[-1].spoken and not before.strip(" ,،-."):
            gap = BLANK
        result.append(Piece(digits, start, end, is_plus, spoken, gap, bracketed))
    return result


def _meant(match: re.Match[str]) -> str:
    return ("0" if match.group()[0] in "oO" else "1") * len(match.group())


def _figures(text: str) -> list[tuple[str, int, int, bool, bool]]:
    found = []
    for match in _DIGITS.finditer(text):
        start, digits = match.start("digits"), match["digits"]
        before, after = text[start - 1 : start], text[match.end() : match.end() + 1]
        long = len(digits) >= 8
        if after.isalpha() and not (long and not after.isascii()):
            glued = _LETTERS.match(text, match.end())
            if len(digits) < 2 or glued is None or fold(glued.group()) not in _CONNECTORS:
                continue
        if before.isalpha() and not (long and (not before.isascii() or digits[0] == "0")):
            continue
        found.append((digits, start, match.end(), bool(match["plus"]), False))
    return found


def _words(text: str) -> list[tuple[str, int, int, bool, bool]]:
    speaking = [_speaks(word) for word in _SPEAKING.findall(text)]
    if sum(speaking) < 2 and not (any(speaking) and _BESIDE_DIGITS.search(text)):
        return []
    words = [(m[0], *m.span()) for m in _SPEAKING.finditer(text)]
    found, at = [], 0
    while at < len(words):
        if not speaking[at]:
            at += 1
            continue
        digits, used = _read(words, at)
        if digits:
            found.append((digits, words[at][1], words[at + used - 1][2], False, True))
        at += used
    return _without_weak(text, found)


def _without_weak(
    text: str, found: list[tuple[str, int, int, bool, bool]]
) -> list[tuple[str, int, int, bool, bool]]:
    """A weak word ("do", "un") is a digit only right behind another digit."""
    kept: list[tuple[str, int, int, bool, bool]] = []
    for piece in found:
        start, end = piece[1], piece[2]
        follows = bool(kept) and not text[kept[-1][2] : start].strip(" ,.-،")
        if (
            follows
            or not is_weak(text[start:end])
            or text[max(0, start - 4) : start].rstrip(" ,.-،")[-1:].isdigit()
        ):
            kept.append(piece)
    return kept


def _read(words: list[tuple[str, int, int]], at: int) -> tuple[str, int]:
    """Read the digits said from word `at` on, and how many words they took."""
    word = words[at][0]
    times = repeats(word)
    if times:
        digit = digit_of(words[at + 1][0]) if at + 1 < len(words) else None
        return (str(digit) * times, 2) if digit is not None else ("", 1)
    near = [word]
    for place in range(at + 1, min(at + 6, len(words))):
        if words[place][1] - words[place - 1][2] > 1:
            break
        near.append(words[place][0])
    pair = pair_of(near)
    if pair:
        return pair
    digit = digit_of(word)
    return ("", 1) if digit is None else (str(digit), 1)


@lru_cache(maxsize=8192)
def _speaks(word: str) -> bool:
    return digit_of(word) is not None or tens_of(word) is not None or repeats(word) > 0


def _plus_word(before: str) -> bool:
    words = _WORD.findall(before)
    return bool(words) and before.rstrip().endswith(words[-1]) and fold(words[-1]) in _PLUS_WORDS


def gap_of(between: str) -> int:
    """Return how two pieces hang together: TIGHT, BLANK, LOOSE or BREAK."""
    if STRUCK in between or len(between) > 60:
        return BREAK
    if len(between) <= 5 and all(char in _SOFT or _is_picture(char) for char in between):
        return BLANK if any(char.isspace() for char in between) or not between else TIGHT
    words = _CONNECTING.findall(between)
    marks = _CONNECTING.sub("", between)
    if any(char.isdigit() or char in "+=%#€$£@&" for char in marks):
        return BREAK
    if len(words) > _MOST_CONNECTORS or len(marks) > 16 or between.count("\n") > 2:
        return BREAK
    return LOOSE if all(fold(word) in _CONNECTORS for word in words) else BREAK


def _is_picture(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char) in {"So", "Sk", "Po", "Sm", "Pd"}
