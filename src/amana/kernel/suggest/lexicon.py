# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words by meaning, in six forms of writing, and the tokens of a text with their meanings.

A lexicon file maps a meaning ("kill", "family") to entries with commas between them, in the
notation of `grammar` and `affixes`; an entry of several words is a phrase. Rules speak of meanings
only, so that a sentence that begins in Roman Urdu and ends in English is understood as one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from amana.kernel.suggest.affixes import MORPHOLOGY, entry_key, plain
from amana.kernel.suggest.grammar import expand

FORMS: Final = ("ar", "ur", "en", "fr", "ary-Latn", "ur-Latn")
MOST_TOKENS: Final = 4_000
_ARABIC_FORMS: Final = ("ar", "ur")
_LATIN_FORMS: Final = ("en", "fr", "ary-Latn", "ur-Latn")
_MARKS = r"\u0300-\u036f\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
_TOKEN = re.compile(
    rf"\d{{2,}}(?=[a-z])|[\w{_MARKS}]+(?:['’`](?:t|s|ll|re|ve|m|d)(?![\w]))?", re.IGNORECASE
)
_STOP = re.compile(r"(?<!\.)\.(?![\w.])|[!?؟۔\n]+")
_SHORTEST_BONES: Final = 3
_YOUNGEST, _OF_AGE, _OLDEST = 3, 18, 99

Word = tuple[str, ...]
"""One choice at one place of a phrase: the keys of no, one or several words."""

Entry = tuple[str, Word, tuple[tuple[Word, ...], ...]]
"""A meaning, what follows the first word at its own place, and the places that follow."""


_NOTHING: Final[Mapping[str, list[Entry]]] = {}


class LexiconError(ValueError):
    """A file of words is not in its form."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in the text, and the sentence it belongs to."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a text, and for each meaning where it stands: (first, last) token."""

    tokens: tuple[Token, ...]
    hits: Mapping[str, list[tuple[int, int]]]


def read(text: str) -> Reading:
    """Read at most 4,000 tokens of `text`. Numbers from 3 to 17 mean `minor_number`, from 18 to
    99 `adult_number`, any other `number`."""
    stops = [found.start() for found in _STOP.finditer(text)]
    tokens: list[Token] = []
    keys: list[dict[str, tuple[str, ...]]] = []
    for found in _TOKEN.finditer(text):
        tokens.append(Token(found.start(), found.end(), bisect_right(stops, found.start())))
        keys.append(_keys(found[0]))
        if len(tokens) == MOST_TOKENS:
            break
    hits: dict[str, list[tuple[int, int]]] = {}
    for at, forms in enumerate(keys):
        for form, own in forms.items():
            entries = lexicon(form) if form in FORMS else _NOTHING
            for key in own:
                for meaning, rest, places in entries.get(key, ()):
                    stop = _end(keys, at + 1, (rest,), places, form)
                    if stop is not None:
                        hits.setdefault(meaning, []).append((at, stop - 1))
        if "number" in forms:
            hits.setdefault(_number(forms["number"][0]), []).append((at, at))
    return Reading(tuple(tokens), hits)


def _end(
    keys: list[dict[str, tuple[str, ...]]],
    at: int,
    choices: tuple[Word, ...],
    places: tuple[tuple[Word, ...], ...],
    form: str,
) -> int | None:
    """Where a phrase ends that goes on at `at` with one of `choices`, or None."""
    for words in choices:
        stop = at + len(words)
        if stop > len(keys) or any(
            word not in keys[at + step].get(form, ()) for step, word in enumerate(words)
        ):
            continue
        if not places:
            return stop
        found = _end(keys, stop, places[0], places[1:], form)
        if found is not None:
            return found
    return None


def _number(digits: str) -> str:
    value = int(digits)
    if _YOUNGEST <= value < _OF_AGE:
        return "minor_number"
    return "adult_number" if _OF_AGE <= value <= _OLDEST else "number"


@cache
def _script_forms(arabic: bool) -> tuple[str, ...]:
    return _ARABIC_FORMS if arabic else _LATIN_FORMS


def _keys(token: str) -> dict[str, tuple[str, ...]]:
    arabic = any("\u0600" <= char <= "\u06ff" and not char.isdigit() for char in token)
    found = {form: MORPHOLOGY[form](token) for form in _script_forms(arabic)}
    if token.isdigit() and len(token) <= 3:
        digits = plain(token)
        found["number"] = (digits,)
        # A figure may stand in a phrase of either script: "24 ساعة".
        found |= dict.fromkeys(FORMS, (digits,))
    return found


@cache
def lexicon(form: str) -> Mapping[str, list[Entry]]:
    """The words of one form of writing: key of a first word → meanings. Raises `LexiconError`."""
    data = {**_file(form), **{topic: told[form] for topic, told in _file("topics").items()}}
    entries: dict[str, list[Entry]] = {}
    for meaning, listed in data.items():
        if not isinstance(meaning, str) or not isinstance(listed, str):
            raise LexiconError(f"{form}: {meaning!r} needs words with commas between them")
        for item in listed.split(","):
            if not item.strip():
                raise LexiconError(f"{form}: {meaning} holds an empty entry")
            places = [_choices(form, place) for place in _places(item.strip())]
            # A place that may be empty at the front is left out once for all.
            while places:
                for word in places[0]:
                    if word and not _too_short(form, word[0]):
                        first, *rest = word
                        entry = (meaning, tuple(rest), tuple(places[1:]))
                        entries.setdefault(first, []).append(entry)
                if () not in places[0]:
                    break
                places.pop(0)
    return {key: list(dict.fromkeys(found)) for key, found in entries.items()}


def _too_short(form: str, key: str) -> bool:
    """A stem of two consonants is part of far too many romanised words."""
    return form == "ary-Latn" and key[-1] in "+@=" and len(key) <= _SHORTEST_BONES


@cache
def _file(name: str) -> Mapping[str, Any]:
    source = files("amana.kernel.suggest") / "lexicon" / f"{name}.yaml"
    with source.open("rb") as stream:
        data = yaml.load(stream, Loader=yaml.CSafeLoader)
    if not isinstance(data, dict):
        raise LexiconError(f"{name}: a mapping of meanings is expected")
    return data


def _places(phrase: str) -> list[str]:
    """A phrase cut at the spaces that stand outside brackets."""
    depth, places = 0, [""]
    for char in phrase:
        depth += (char == "(") - (char == ")")
        if char == " " and depth == 0:
            places.append("")
        else:
            places[-1] += char
    return [place for place in places if place]


def _choices(form: str, place: str) -> tuple[Word, ...]:
    """The words that may stand at one place, the longest first."""
    found = {
        tuple(entry_key(form, word) for word in choice.replace("-", " ").split())
        for choice in expand(place)
    }
    return tuple(sorted(found, key=lambda word: (-len(word), word)))
