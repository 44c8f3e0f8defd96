# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts named in prose: "my insta is …", "حسابه على الانستا …", "snap: …", "tg @…".

A name is taken when something says that it is one: an @, a mark or a word such as "username",
or a platform beside it together with a form that no word has (digits, points, underscores), or
Latin letters in the middle of Arabic prose.
"""

from __future__ import annotations

import re

from amana.kernel.identifiers.found import Sheet
from amana.kernel.identifiers.name_platforms import by_the_only_one, lookalikes, near
from amana.kernel.identifiers.name_shapes import is_name
from amana.kernel.identifiers.name_tokens import (
    SENTENCE,
    Platforms,
    Token,
    platforms_in,
    starts_of,
    tokens_of,
)
from amana.kernel.identifiers.name_words import (
    BEFORE_IT,
    BEING,
    ENDS,
    FILLERS,
    GAMES,
    GIVERS,
    MARKERS,
    NAMED,
    NAMING,
    OF_GAMES,
    ON,
    PLACES,
    SELVES,
    STOP,
    TAKERS,
)
from amana.kernel.identifiers.platforms import UNSURE, platform_of

_REDDIT = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{3,20})(?![\w/])")
# What told two of one name apart on Discord until 2023.
_TAG = re.compile(r"#[0-9]{4}(?![0-9])")
_FAR, _BACK = 8, 4
_MARKS = frozenset(":=>-→~/|\"'(«“@–،,<")
_STRONG = frozenset(":=>→(\"'«“<@")
_QUOTES = frozenset("\"'«“")


def find_handles(sheet: Sheet) -> None:
    """Take each named account as ``platform:name``, ``unknown:name`` where no platform is named."""
    for match in _REDDIT.finditer(sheet.rest):
        sheet.take("handle", f"reddit:{match[1].lower()}", match.start(), match.end())
    tokens = tokens_of(sheet.rest)
    platforms = dict(platforms_in(tokens))
    taken: dict[int, str] = {}
    for place in sorted(platforms, key=lambda at: platforms[at].name == "whatsapp"):
        _beside(tokens, place, platforms, taken)
    for place, token in enumerate(tokens):
        if token.opens:
            name = _announced(tokens, place, platforms)
            if name is not None and name not in taken:
                taken[name] = near(tokens, name, platforms)
    lookalikes(tokens, taken, sheet)
    by_the_only_one(tokens, platforms, taken, sheet)
    if taken:
        starts = starts_of(sheet.rest)
        for place, platform in sorted(taken.items()):
            _take(sheet, tokens[place].text, starts[place], platform)


def _announced(tokens: list[Token], place: int, platforms: Platforms) -> int | None:
    """Find the name that a word announces, or the @ that makes the word one."""
    opens = tokens[place].opens
    if opens == "marker":
        return _after_marker(tokens, place + 1, platforms)
    if opens in {"account", "place"}:
        return _after_account(tokens, place + 1, is_place=opens == "place")
    if opens == "naming":
        return _named(tokens, place)
    return place if opens == "name" or _is_said_of_somebody(tokens, place) else None


def _named(tokens: list[Token], place: int) -> int | None:
    """Find the name with the form of one at "signing as …", "calls himself …", "… naam se"."""
    if tokens[place].word in NAMED and place and tokens[place - 1].shaped:
        return place - 1
    for at in range(place + 1, min(place + 1 + _FAR, len(tokens))):
        token = tokens[at]
        if token.shaped:
            return at
        said_of_it = token.word in SELVES or token.word in NAMING
        said_of_it |= token.word in GAMES or token.word in OF_GAMES
        if not (token.text in _STRONG or said_of_it):
            return None
    return None


def _is_said_of_somebody(tokens: list[Token], place: int) -> bool:
    """Whether a word with underscores is whom something comes from or who did something."""
    before = tokens[place - 1].word if place else ""
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    return before in GIVERS or after in TAKERS


def names_an_account(before: str, after: str, *, also_places: bool) -> bool:
    """Whether a word between these two, which may be a domain, is an account on a platform."""
    behind = tokens_of(before)[-4:]
    if also_places and behind and behind[-1].word in PLACES:
        return True
    return _leads_to_platform(behind[::-1]) or _leads_to_platform(tokens_of(after)[:4])


def _leads_to_platform(tokens: list[Token]) -> bool:
    for at, token in enumerate(tokens):
        if token.may_be_platform and token.word not in UNSURE:
            pair = tokens[at + 1].text if at + 1 < len(tokens) else ""
            return platform_of(token.text, pair) is not None
        if not (token.word in FILLERS or token.word in ON or token.text in "(:"):
            # The second word of a name of two.
            return at + 1 < len(tokens) and bool(platform_of(tokens[at + 1].text, token.text))
    return False


def _beside(tokens: list[Token], place: int, platforms: Platforms, taken: dict[int, str]) -> None:
    """Find the name that belongs to the platform named at a place."""
    platform, size, sure = platforms[place]
    name = _forward(tokens, place, platforms)
    before = _backward(tokens, place, platforms, taken) if sure else None
    if before is not None and (name is None or _is_nearer(tokens, before, place, size, name)):
        name = before
    if name is None or (platform == "whatsapp" and not _is_of_chat(tokens, name, place)):
        return
    if tokens[place].word in UNSURE and _may_be_arabizi(tokens, name):
        return
    taken.setdefault(name, platform)


def _may_be_arabizi(tokens: list[Token], name: int) -> bool:
    """Whether a name without mark is letters and one that is written as a digit: "f X kaybi3"."""
    marked = name and tokens[name - 1].text in _STRONG
    return not marked and re.fullmatch(r"[a-z]+[35679]", tokens[name].text) is not None


def _is_nearer(tokens: list[Token], before: int, place: int, size: int, name: int) -> bool:
    """Whether of two names, before and after a platform, the first is the one meant."""
    if not (tokens[name].shaped or tokens[name].text[0] == "@"):
        return True
    leads = tokens[place - 1].word in BEFORE_IT or tokens[place - 1].text == "("
    return leads and before >= place - 3 and tokens[place + size].text not in _STRONG


def _is_of_chat(tokens: list[Token], name: int, place: int) -> bool:
    """Whether a name is one in a chat app, where most have a number: "pseudo a.b sur whatsapp"."""
    text = tokens[name].text
    if text[0] == "@":
        return tokens[place - 1].word in BEFORE_IT
    return tokens[name].shaped and bool(re.search(r"[._]", text))


def _take(sheet: Sheet, shown: str, start: int, platform: str) -> None:
    written = shown.rstrip(".-")
    if platform == "discord" and (tag := _TAG.match(sheet.rest, start + len(written))):
        written += tag[0]
    name = written.removeprefix("@").lower()
    note = "no_platform" if platform == "unknown" else ""
    sheet.take("handle", f"{platform}:{name}", start, start + len(written), note=note)


def _forward(tokens: list[Token], place: int, platforms: Platforms) -> int | None:
    """Find the name that follows a platform's name, if one does."""
    _, size, sure = platforms[place]
    weak, unsure = tokens[place].word in UNSURE, not sure
    # "a server on Discord is …" speaks of the server.
    led = place > 0 and tokens[place - 1].word in BEFORE_IT
    place += size
    marked, named, arabic = False, False, _is_arabic(tokens[place - 1])
    for at in range(place, min(place + _FAR, len(tokens))):
        token = tokens[at]
        if token.text == "\n" and tokens[at - 1].text in _MARKS:
            continue
        if at in platforms or token.text in SENTENCE or token.word in ENDS:
            return None
        if token.text in _MARKS:
            strong = token.text in _STRONG or (at == place and token.text in "-–~/|")
            marked = (marked or strong) and token.text not in ",،"
        elif _is_taken(token, marked=marked, arabic=arabic and not weak, unsure=unsure):
            if _is_full_name(tokens, at) or not (named or _is_no_word(tokens, at)):
                return None
            return at
        elif token.word in MARKERS or token.word in FILLERS or token.word in BEING:
            named = named or token.word in MARKERS or token.word in NAMING
            marked = marked or named or (token.word in BEING and not led)
        elif unsure or not (at == place and _next_is_latin(tokens, at)):
            return None
        arabic = arabic or _is_arabic(token)
    return None


def _is_no_word(tokens: list[Token], at: int) -> bool:
    """Whether a token is a name by its form or at least begins no sentence and is no verb."""
    token, before = tokens[at], tokens[at - 1]
    if token.shaped or token.text[0] == "@":
        return True
    if before.text.isascii() and before.word in BEING and re.search(r"..(?:ing|ed)$", token.word):
        return False
    following_word = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if before.word in BEING and following_word in GIVERS:
        return False  # "the Discord server is run by …"
    words = 0
    for following in tokens[at + 1 : at + 3]:
        if not following.text[0].isalnum() or not following.text.isascii():
            break
        if not words and before.text not in _QUOTES and following.word in STOP | FILLERS | ENDS:
            break
        words += 1
    return words < (1 if before.text in _QUOTES else 2) or before.text not in _MARKS


def _is_full_name(tokens: list[Token], at: int) -> bool:
    """Whether a token begins the name of a person ("Ahmad Ali"), which many people have."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    pair = (tokens[at].text, following)
    return all(part.isascii() and part.isalpha() and part.istitle() for part in pair)


def _is_taken(token: Token, *, marked: bool, arabic: bool, unsure: bool) -> bool:
    """Whether a token after a platform is its name, by its form or by what announced it."""
    if not is_name(token.text):
        return False
    if token.text[0] == "@" or (token.shaped and (marked or not unsure)):
        return True
    return (marked or arabic) and _may_be_name(token)


def _next_is_latin(tokens: list[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text.isascii()


def _backward(
    tokens: list[Token], place: int, platforms: Platforms, taken: dict[int, str]
) -> int | None:
    """Find a name before "on instagram", "sur snap", "على الانستا", "3la insta"."""
    on = False
    for at in range(place - 1, max(-1, place - 1 - _BACK), -1):
        token = tokens[at]
        if token.text in SENTENCE or at in platforms:
            return None
        if token.word in ON or token.text in "(,-،":
            on = True
            continue
        if at in taken or not is_name(token.text):
            if token.word in FILLERS or token.word in MARKERS:
                continue
            if not on and token.text.isascii():
                return None
            continue
        if token.text[0] == "@" or token.shaped:
            return at
        before = tokens[at - 1].word if at else ""
        if (before in MARKERS or before in BEING) and on and _may_be_name(token):
            return at
    return None


def _after_marker(tokens: list[Token], place: int, platforms: Platforms) -> int | None:
    """Find the name after "username", "pseudo", "يوزر", "آئی ڈی"."""
    marked = False
    for at in range(place, min(place + 6, len(tokens))):
        token = tokens[at]
        if at in platforms:
            return None
        if token.text in SENTENCE or token.word in ENDS:
            return None
        if token.text in _MARKS:
            marked = marked or token.text not in ",،"
            continue
        if is_name(token.text):
            if token.text[0] == "@" or token.shaped:
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
            or token.word in GAMES
        ):
            marked = marked or token.word in BEING
            continue
        return None
    return None


def _after_account(tokens: list[Token], place: int, *, is_place: bool) -> int | None:
    """Find a name right after "account:" that has the form of one; "group 5b" is none."""
    for at in range(place, min(place + 2, len(tokens))):
        if tokens[at].shaped and not (is_place and not re.search(r"\w{2}[._]\w", tokens[at].text)):
            return at
        if not (tokens[at].text in _STRONG or tokens[at].word in BEING):
            return None
    return None


def _latin_in_arabic(tokens: list[Token], at: int) -> bool:
    return at > 0 and _is_arabic(tokens[at - 1])


def _is_arabic(token: Token) -> bool:
    """Whether a token is of other letters than Latin ones, which may have accents ("piraté")."""
    return max(token.text) > "\u024f"


def _may_be_name(token: Token) -> bool:
    return token.word not in STOP and len(token.word) > 2 and token.word not in FILLERS
