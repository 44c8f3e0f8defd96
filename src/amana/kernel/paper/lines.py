# SPDX-License-Identifier: AGPL-3.0-or-later
"""Break a paragraph into lines that fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from amana.kernel.paper.bidi import Char

_LONGEST_WORD = 160
Measure = Callable[[Sequence[Char]], float]


def break_lines(chars: Sequence[Char], *, room: float, measure: Measure) -> list[list[Char]]:
    """Return the lines of one paragraph, none wider than `room` while it has more than one letter.

    Lines break at plain spaces; a word that is wider than the line breaks between letters.
    """
    lines: list[list[Char]] = []
    line: list[Char] = []
    used = 0.0
    for word in _words(chars):
        if line and used + measure(_trimmed(word)) > room:
            lines.append(_trimmed(line))
            line, used = [], 0.0
        rest = word
        while len(rest) > 1 and measure(_trimmed(rest)) > room:
            head, rest = _cut(rest, room=room, measure=measure)
            lines.append(head)
        line += rest
        used += measure(rest)
    if line:
        lines.append(_trimmed(line))
    return lines


def _words(chars: Sequence[Char]) -> list[list[Char]]:
    """Split after each space, so that every word carries the space that follows it.

    Endless words are cut too: measuring them would cost time and stack without an answer.
    """
    words: list[list[Char]] = [[]]
    for char in chars:
        words[-1].append(char)
        if char.text == " " or len(words[-1]) == _LONGEST_WORD:
            words.append([])
    return [word for word in words if word]


def _trimmed(line: list[Char]) -> list[Char]:
    end = len(line)
    while end and line[end - 1].text == " ":
        end -= 1
    return line[:end]


def _cut(word: list[Char], *, room: float, measure: Measure) -> tuple[list[Char], list[Char]]:
    """Cut as many letters as fit (at least one), never before a combining mark."""
    low, high = 1, len(word) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    cut = low
    while cut > 1 and unicodedata.combining(word[cut].text):
        cut -= 1
    return word[:cut], word[cut:]
