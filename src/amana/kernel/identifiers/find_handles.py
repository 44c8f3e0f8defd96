# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts named in prose: "my insta is …", "حسابه على الانستا …", "snap: …", "tg @…".

A name is taken when something says that it is one: an @, a mark or a word such as "username",
or a platform beside it together with a form that no word has (digits, points, underscores), or
Latin letters in the middle of Arabic prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from amana.kernel.identifiers.found import STRUCK, Sheet
from amana.kernel.identifiers.platforms import UNSURE, may_be_platform, platform_of
from amana.kernel.identifiers.suffixes import is_file_ending
from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

_LISTS = {
    key: frozenset(map(fold, found))
    for key, found in word_lists("amana.kernel.identifiers", "names").items()
}
# What announces a name; what may stand between; what leads back to a platform; where a clause
# begins that no longer speaks of it; what is never a name; forms of "is" and "is called".
MARKERS, FILLERS, ON = _LISTS["markers"], _LISTS["fillers"], _LISTS["on"]
ENDS, STOP, BEING = _LISTS["ends"], _LISTS["stop"], _LISTS["being"]
ACCOUNTS = _LISTS["accounts"]
_TOKEN = re.compile(
    r"[A-Za-z']*+[\u00c0-\u024f][A-Za-z\u00c0-\u024f'\-]*"
    r"|(?:(?<![A-Za-z0-9._])@)?[A-Za-z0-9_](?:[A-Za-z0-9._'\-]*[A-Za-z0-9_])?"
    r"|(?<![A-Za-z0-9._])@[^\W\d][\w.]*"
    r"|[^\W_]+(?:'[^\W_]+)?|\n|[^\w\s]|_+"
)
_NAME = re.compile(r"@?[A-Za-z0-9_][A-Za-z0-9._\-]{1,39}|@[^\W\d][\w.]{1,39}")
_SHAPED = re.compile(r"(?=.*[A-Za-z])(?=.*[\d._])[A-Za-z0-9._\-]+")
_REDDIT = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{3,20})(?![\w/])")
_NUMBER = re.compile(r"\+?\d[\d.\-]*")
_FAR, _BACK, _SENTENCE = 8, 4, frozenset(".!?؟\n۔;؛")
_MARKS = frozenset(":=>-→~/|\"'(«“@–،,<")
_STRONG = frozenset(":=>→(\"'«“<@")


class _Token(NamedTuple):
    """What is known of a word wherever it stands."""

    text: str
    word: str
    opens: str
    may_be_platform: bool


@lru_cache(maxsize=8_192)
def _token(text: str) -> _Token:
    word = fold(text.removeprefix("@"))
    opens = "marker" if word in MARKERS else "account" if word in ACCOUNTS else ""
    if not opens and text[0] == "@" and _is_name(text):
        opens = "name"
    named = len(text) <= 20 and text[0].isalpha() and may_be_platform(text)
    return _Token(text, word, opens, named)


def find_handles(sheet: Sheet) -> None:
    """Take each named account as ``platform:name``, ``unknown:name`` where no platform is named."""
    for match in _REDDIT.finditer(sheet.rest):
        sheet.take("handle", f"reddit:{match[1].lower()}", match.start(), match.end())
    tokens = _tokens(sheet.rest)
    platforms = dict(_platforms(tokens))
    taken: dict[int, str] = {}
    for place in platforms:
        _beside(tokens, place, platforms, taken)
    for place, token in enumerate(tokens):
        if token.opens:
            name = _announced(tokens, place, platforms)
            if name is not None and name not in taken:
                taken[name] = _near(tokens, name, platforms)
    if taken:
        starts = [match.start() for match in _TOKEN.finditer(_readable(sheet.rest))]
        for place, platform in sorted(taken.items()):
            _take(sheet, tokens[place].text, starts[place], platform)


def _announced(
    tokens: list[_Token], place: int, platforms: dict[int, tuple[str, int]]
) -> int | None:
    """Find the name that a word announces, or the @ that makes the word one."""
    opens = tokens[place].opens
    if opens == "marker":
        return _after_marker(tokens, place + 1, platforms)
    return _after_account(tokens, place + 1) if opens == "account" else place


def _beside(
    tokens: list[_Token], place: int, platforms: dict[int, tuple[str, int]], taken: dict[int, str]
) -> None:
    """Find the name that belongs to the platform named at a place; chats have numbers instead."""
    platform, size = platforms[place]
    if platform == "whatsapp":
        return
    unsure = tokens[place].word in UNSURE
    name = _forward(tokens, place + size, platforms, unsure=unsure)
    if name is None and not unsure:
        name = _backward(tokens, place, platforms, taken)
    if name is not None:
        taken.setdefault(name, platform)


def _take(sheet: Sheet, shown: str, start: int, platform: str) -> None:
    written = shown.rstrip(".-")
    name = written.removeprefix("@").lower()
    note = "no_platform" if platform == "unknown" else ""
    sheet.take("handle", f"{platform}:{name}", start, start + len(written), note=note)


def _readable(text: str) -> str:
    return text.replace(STRUCK, "\n")


def _tokens(text: str) -> list[_Token]:
    return list(map(_token, _TOKEN.findall(_readable(text))))


def _platforms(tokens: list[_Token]) -> Iterator[tuple[int, tuple[str, int]]]:
    skip = -1
    for place, token in enumerate(tokens):
        if place <= skip or not token.may_be_platform:
            continue
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        found = platform_of(token.text, following)
        if found:
            skip = place + found[1] - 1
            yield place, found


def _forward(
    tokens: list[_Token], place: int, platforms: dict[int, tuple[str, int]], *, unsure: bool
) -> int | None:
    """Find the name that follows a platform's name, if one does."""
    marked, arabic = False, not tokens[place - 1].text.isascii()
    for at in range(place, min(place + _FAR, len(tokens))):
        token = tokens[at]
        if token.text == "\n" and tokens[at - 1].text in _MARKS:
            continue
        if at in platforms or token.text in _SENTENCE or token.word in ENDS:
            return None
        if token.text in _MARKS:
            strong = token.text in _STRONG or (at == place and token.text in "-–~/|")
            marked = (marked or strong) and token.text not in ",،"
        elif _is_taken(token, marked=marked, arabic=arabic and not unsure, unsure=unsure):
            return None if _is_full_name(tokens, at) else at
        elif token.word in MARKERS or token.word in FILLERS or token.word in BEING:
            marked = marked or token.word in MARKERS or token.word in BEING
        elif unsure or not (at == place and _next_is_latin(tokens, at)):
            return None
        arabic = arabic or not token.text.isascii()
    return None


def _is_full_name(tokens: list[_Token], at: int) -> bool:
    """Whether a token begins the name of a person ("Ahmad Ali"), which many people have."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    pair = (tokens[at].text, following)
    return all(part.isascii() and part.isalpha() and part.istitle() for part in pair)


def _is_taken(token: _Token, *, marked: bool, arabic: bool, unsure: bool) -> bool:
    """Whether a token after a platform is its name, by its form or by what announced it."""
    if not _is_name(token.text):
        return False
    if token.text[0] == "@" or (_is_shaped(token.text) and (marked or not unsure)):
        return True
    return (marked or arabic) and _may_be_name(token)


def _next_is_latin(tokens: list[_Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text.isascii()


def _backward(
    tokens: list[_Token],
    place: int,
    platforms: dict[int, tuple[str, int]],
    taken: dict[int, str],
) -> int | None:
    """Find a name before "on instagram", "sur snap", "على الانستا", "3la insta"."""
    on = False
    for at in range(place - 1, max(-1, place - 1 - _BACK), -1):
        token = tokens[at]
        if token.text in _SENTENCE or at in platforms:
            return None
        if token.word in ON or token.text in "(,-،":
            on = True
            continue
        if at in taken or not _is_name(token.text):
            if token.word in FILLERS or token.word in MARKERS:
                continue
            if not on and token.text.isascii():
                return None
            continue
        if token.text[0] == "@" or _is_shaped(token.text):
            return at
        before = tokens[at - 1].word if at else ""
        if (before in MARKERS or before in BEING) and on and _may_be_name(token):
            return at
    return None


def _after_marker(
    tokens: list[_Token], place: int, platforms: dict[int, tuple[str, int]]
) -> int | None:
    """Find the name after "username", "pseudo", "يوزر", "آئی ڈی"."""
    marked = False
    for at in range(place, min(place + 6, len(tokens))):
        token = tokens[at]
        if at in platforms:
            return None
        if token.text in _SENTENCE or token.word in ENDS:
            return None
        if token.text in _MARKS:
            marked = True
            continue
        if _is_name(token.text):
            if token.text[0] == "@" or _is_shaped(token.text):
                return at
            if (marked or at == place) and _may_be_name(token) and _latin_in_arabic(tokens, at):
                return at
            if marked and _may_be_name(token):
                return at
        if (
            token.word in MARKERS
            or token.word in FILLERS
            or token.word in BEING
            or token.word in ON
        ):
            marked = marked or token.word in BEING
            continue
        return None
    return None


def _after_account(tokens: list[_Token], place: int) -> int | None:
    """Find a name right after "account:" that has the form of one."""
    for at in range(place, min(place + 2, len(tokens))):
        if _is_name(tokens[at].text) and _is_shaped(tokens[at].text):
            return at
        if tokens[at].text not in _STRONG:
            return None
    return None


def _latin_in_arabic(tokens: list[_Token], at: int) -> bool:
    return at > 0 and not tokens[at - 1].text.isascii()


def _near(tokens: list[_Token], place: int, platforms: dict[int, tuple[str, int]]) -> str:
    """Return the platform that the same sentence names nearest to a place."""
    for step in range(1, 9):
        for at in (place - step, place + step):
            if at in platforms and platforms[at][0] != "whatsapp":
                low, high = sorted((at, place))
                between = tokens[low + 1 : high]
                far = at > place or step > 5
                apart = any(t.text in _SENTENCE or (far and t.text in ",،") for t in between)
                if not apart and tokens[at].word not in UNSURE:
                    return platforms[at][0]
    return "unknown"


def _is_name(text: str) -> bool:
    bare = text.removeprefix("@")
    if _NUMBER.fullmatch(bare) or len(bare.strip("._-")) < 2:
        return False
    if is_file_ending(bare.rsplit(".", 1)[-1]) and "." in bare:
        return False
    return bool(_NAME.fullmatch(text))


def _is_shaped(text: str) -> bool:
    """Whether a token has a form that words have not: letters with digits, points, underscores."""
    if _CAMEL.fullmatch(text) and text.lower() not in STOP:
        return True
    if (
        not _SHAPED.fullmatch(text)
        or text.lower() in STOP
        or re.fullmatch(r"[A-Za-z]+\.[A-Z][a-z]+", text)
    ):
        return False
    return not _ARABIZI.fullmatch(text.lower()) and not _UNIT.fullmatch(text.lower())


_CAMEL = re.compile(r"[A-Z]?[a-z]+[A-Z][A-Za-z]*")
# Arabizi writes letters as digits inside of words: "3la", "7ta", "sa7bi", "9albi", "wa7ed".
_ARABIZI = re.compile(
    r"[379][a-z]{1,9}|[a-z]{1,8}[3795][a-z]{1,8}|(?:[a-z]*[235679][a-z]+){1,3}|[a-z]{1,4}[3795]"
)
_UNIT = re.compile(
    r"\d+(?:k|m|g|gb|mb|dh|dhs|jd|usd|eur|h|am|pm|min|s|th|st|nd|rd|e|eme|ème|x|ans|an|yo|f|m)|[ap]\.m|e\.g|i\.e|covid.?19|mp[34]|[245]g"
)


def _may_be_name(token: _Token) -> bool:
    return token.word not in STOP and len(token.word) > 2 and token.word not in FILLERS
