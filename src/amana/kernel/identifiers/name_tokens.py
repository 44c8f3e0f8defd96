# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of a text as accounts are looked for among them, and the platforms that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from amana.kernel.identifiers.found import STRUCK
from amana.kernel.identifiers.name_shapes import is_made, is_name, is_shaped
from amana.kernel.identifiers.name_words import (
    ACCOUNTS,
    AFTER_IT,
    BEFORE_IT,
    MARKERS,
    NAMED,
    NAMING,
    PLACES,
)
from amana.kernel.identifiers.platforms import UNSURE, may_be_platform, platform_of
from amana.kernel.language import fold

SENTENCE: Final = frozenset(".!?؟\n۔;؛")
"""What ends one."""
_TOKEN = re.compile(
    r"[A-Za-z']*+[\u00c0-\u024f][A-Za-z\u00c0-\u024f'\-]*"
    r"|(?:(?<![A-Za-z0-9._])@)?[A-Za-z0-9_](?:[A-Za-z0-9._'\-]*[A-Za-z0-9_])?"
    r"|(?<![A-Za-z0-9._])@[^\W\d][\w.]*"
    r"|[^\W_]+(?:'[^\W_]+)?|\n|[^\w\s]|_+"
)


class Token(NamedTuple):
    """What is known of a word wherever it stands."""

    text: str
    word: str
    opens: str
    may_be_platform: bool
    shaped: bool


class NamedPlatform(NamedTuple):
    """A platform, how many words name it, and whether these words can be nothing else here."""

    name: str
    size: int
    sure: bool


Platforms = dict[int, NamedPlatform]
"""By the place of their first word."""


@lru_cache(maxsize=8_192)
def _token(text: str) -> Token:
    word = fold(text.removeprefix("@"))
    opens = "marker" if word in MARKERS else "account" if word in ACCOUNTS else ""
    named = len(text) <= 20 and text[0].isalpha() and may_be_platform(text)
    shaped = is_name(text) and is_shaped(text)
    if not opens and text[0] == "@" and is_name(text):
        opens = "name"
    elif not opens and shaped and "_" in text.strip("_") and not is_made(word):
        opens = "underscored"
    elif not opens and word in PLACES:
        opens = "place"
    elif not opens and (word in NAMING or word in NAMED):
        opens = "naming"
    return Token(text, word, opens, named, shaped)


def _readable(text: str) -> str:
    return text.replace(STRUCK, "\n")


def tokens_of(text: str) -> list[Token]:
    """The words, signs and ends of lines of a text, in their order."""
    return list(map(_token, _TOKEN.findall(_readable(text))))


def starts_of(text: str) -> list[int]:
    """Where each of `tokens_of` begins."""
    return [match.start() for match in _TOKEN.finditer(_readable(text))]


def platforms_in(tokens: list[Token]) -> Iterator[tuple[int, NamedPlatform]]:
    """Where platforms are named, each with what is known of its name there."""
    skip = -1
    for place, token in enumerate(tokens):
        if place <= skip or not token.may_be_platform:
            continue
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        found = platform_of(token.text, following)
        if found:
            skip = place + found[1] - 1
            sure = token.word not in UNSURE or _is_said_as_one(tokens, place, skip + 1)
            yield place, NamedPlatform(*found, sure)


def _is_said_as_one(tokens: list[Token], place: int, after: int) -> bool:
    """Whether "x" or "line" is where something is: "on X", "compte X", "(x pe)", "ایکس پر"."""
    before = tokens[place - 1].word if place else ""
    following = tokens[after].word if after < len(tokens) else ""
    if before == "(" and following == ")":
        return True
    return before in BEFORE_IT or before in ACCOUNTS or following in AFTER_IT
