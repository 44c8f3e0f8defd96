# SPDX-License-Identifier: AGPL-3.0-or-later
"""From stored order to drawn order, one line at a time (Unicode UAX #9).

The levels of a paragraph come from fpdf2's implementation, which passes Unicode's conformance
tests; breaking lines before reordering (rules L1 and L2) is ours, because fpdf2 reorders nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

_STRONG = {"L", "R", "AL", "EN", "AN"}
_INVISIBLE = {"LRI", "RLI", "FSI", "PDI"}
_UNDRAWN = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
_BLANK = {"WS", "BN", "S", "B"} | _INVISIBLE
# fpdf2 looks for the next strong character by recursion; Python stops it at a thousand.
_LONGEST_NEUTRAL_RUN = 200


@dataclass(frozen=True, slots=True)
class Char:
    """One stored character and its embedding level (odd: right to left)."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in stored order that are drawn in one direction."""

    text: str
    rtl: bool


def levels(text: str, *, rtl: bool) -> list[Char]:
    """Return each character of one paragraph with its resolved level."""
    text = _with_footholds(text, rtl=rtl)
    if not text:
        return []
    direction = TextDirection.RTL if rtl else TextDirection.LTR
    paragraph = BidiParagraph(text, base_direction=direction, preserve_bn_chars=True)
    return [Char(c.character, c.embedding_level) for c in paragraph.get_characters()]


def visual_runs(line: Sequence[Char], *, rtl: bool) -> list[Run]:
    """Return the runs of one line from left to right, blanks at its end in base direction."""
    base = 1 if rtl else 0
    chars = list(line)
    for index in range(len(chars) - 1, -1, -1):
        if unicodedata.bidirectional(chars[index].text) not in _BLANK:
            break
        chars[index] = Char(chars[index].text, base)
    groups: list[tuple[int, str]] = []
    for char in chars:
        if groups and groups[-1][0] == char.level:
            groups[-1] = (char.level, groups[-1][1] + char.text)
        else:
            groups.append((char.level, char.text))
    drawn = ((level, text.translate(_UNDRAWN)) for level, text in _reordered(groups))
    return [Run(text, bool(level % 2)) for level, text in drawn if text]


def _reordered(groups: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Rule L2 on whole runs: from the highest level down, turn each stretch around."""
    odd = [level for level, _ in groups if level % 2]
    if not odd:
        return groups
    for floor in range(max(level for level, _ in groups), min(odd) - 1, -1):
        turned: list[tuple[int, str]] = []
        stretch: list[tuple[int, str]] = []
        for group in groups:
            if group[0] >= floor:
                stretch.append(group)
            else:
                turned += [*reversed(stretch), group]
                stretch = []
        groups = turned + stretch[::-1]
    return groups


def _with_footholds(text: str, *, rtl: bool) -> str:
    """Break endless runs of signs with a mark, so that no stored text can exhaust the stack."""
    mark = "\u200f" if rtl else "\u200e"
    kept: list[str] = []
    neutral = 0
    for char in text:
        neutral = 0 if unicodedata.bidirectional(char) in _STRONG else neutral + 1
        if neutral > _LONGEST_NEUTRAL_RUN:
            kept.append(mark)
            neutral = 1
        kept.append(char)
    return "".join(kept)
