# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tokens of a text with their meanings.

Every report that is filed is read, so what is known of a word is looked up once: the keys under
which a lexicon may hold it, what it means alone, and which phrases begin with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Final, NamedTuple

from amana.kernel.suggest.affixes import MORPHOLOGY, plain
from amana.kernel.suggest.lexicon import FORMS, Entry, First, Place, Word, firsts, inner_keys

MOST_TOKENS: Final = 4_000
_ARABIC_FORMS: Final = ("ar", "ur")
_LATIN_FORMS: Final = ("en", "fr", "ary-Latn", "ur-Latn")
_MARKS = r"\u0300-\u036f\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
_TOKEN = re.compile(
    rf"\d{{2,}}(?=[a-z])|[\w{_MARKS}]+(?:['’`](?:t|s|ll|re|ve|m|d)(?![\w]))?", re.IGNORECASE
)
_STOP = re.compile(r"(?<!\.)\.(?![\w.])|[!?؟۔\n]+")
_YOUNGEST, _OF_AGE, _OLDEST = 3, 18, 99


class Token(NamedTuple):
    """A word as it stands in the text."""

    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A text by its tokens: for each the word as it was written and the sentence it belongs to,
    and for each meaning where it stands, as (first, last) token in the order of the first."""

    text: str
    words: Sequence[str]
    sentences: Sequence[int]
    hits: Mapping[str, list[tuple[int, int]]]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Where the tokens stand; filing never asks."""
        found: list[Token] = []
        end = 0
        for word in self.words:
            # Nothing that a word is made of stands between two of them.
            start = self.text.index(word, end)
            end = start + len(word)
            found.append(Token(start, end))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lexicons know of a token: keys inside phrases by form, what begins with it in each
    form, what it means as a number, and what it means when no phrase goes on behind it. Most words
    mean nothing here: they do not speak."""

    keys: Mapping[str, tuple[str, ...]]
    starts: tuple[tuple[str, First], ...] = ()
    number: str = ""
    meanings: tuple[str, ...] = ()
    phrases: tuple[tuple[str, First], ...] = ()
    always: bool = False
    speaks: bool = False

    def may_go_on(self, after: _Known) -> bool:
        """Whether a phrase may begin here; `after` is the next word."""
        if self.always:
            return True
        for form, first in self.phrases:
            for key in after.keys.get(form, ()):
                if key in first.after:
                    return True
        return False


_NO_WORD: Final = _Known({})


def read(text: str) -> Reading:
    """Read at most 4,000 tokens of `text`. Numbers from 3 to 17 mean `minor_number`, from 18 to
    99 `adult_number`, any other `number`."""
    shown: list[str] = []
    sentences: list[int] = []
    # No token reaches over a stop, so that each sentence may be read by itself.
    for number, sentence in enumerate(_STOP.split(text)):
        words = _TOKEN.findall(sentence)
        shown += words
        sentences += [number] * len(words)
        if len(shown) >= MOST_TOKENS:
            del shown[MOST_TOKENS:], sentences[MOST_TOKENS:]
            break
    known = list(map(_known, shown))
    hits: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, (word, after) in enumerate(zip(known, [*known[1:], _NO_WORD], strict=False)):
        if not word.speaks:
            continue
        if (word.phrases or word.always) and word.may_go_on(after):
            for meaning, stop in _phrases(word, known, at):
                hits[meaning].append((at, stop))
            continue
        for meaning in word.meanings:
            hits[meaning].append((at, at))
    return Reading(text, shown, sentences, dict(hits))


def _phrases(word: _Known, known: list[_Known], at: int) -> Iterator[tuple[str, int]]:
    """What begins at `at`, whether one word or several, and its last word."""
    for form, first in word.starts:
        for meaning, places in _to_try(first, form, known, at + 1):
            stop = _end_of(places, form, known, at + 1)
            if stop is not None:
                yield meaning, stop - 1
    if word.number:
        yield word.number, at


def _to_try(first: First, form: str, known: list[_Known], at: int) -> Sequence[Entry]:
    """The entries that the next word does not rule out, in their order."""
    if not first.after or at == len(known):
        return first.alone
    following = tuple(key for key in known[at].keys.get(form, ()) if key in first.after)
    if not following:
        return first.alone
    if len(following) == 1:
        return first.after[following[0]]
    return first.after_any_of(following)


def _end_of(places: tuple[Place, ...], form: str, known: list[_Known], at: int) -> int | None:
    """Where a phrase ends whose next place is at `at`, or None."""
    if not places:
        return at
    for words in _standing(places[0], form, known, at):
        found = _end_of(places[1:], form, known, at + len(words))
        if found is not None:
            return found
    if places[0].may_be_empty:
        return _end_of(places[1:], form, known, at)
    return None


def _standing(place: Place, form: str, known: list[_Known], at: int) -> list[Word]:
    """The choices of a place that stand at `at`, the longest first, without the empty one."""
    if at == len(known):
        return []
    found = [
        words
        for key in known[at].keys.get(form, ())
        for words in place.by_first.get(key, ())
        if len(words) == 1 or _stands(words, form, known, at)
    ]
    return sorted(found, key=_longest_first) if len(found) > 1 else found


def _longest_first(words: Word) -> tuple[int, Word]:
    return -len(words), words


def _stands(words: Word, form: str, known: list[_Known], at: int) -> bool:
    return at + len(words) <= len(known) and all(
        word in known[at + step].keys.get(form, ()) for step, word in enumerate(words)
    )


def _number(digits: str) -> str:
    value = int(digits)
    if _YOUNGEST <= value < _OF_AGE:
        return "minor_number"
    return "adult_number" if _OF_AGE <= value <= _OLDEST else "number"


@cache
def _script_forms(arabic: bool) -> tuple[str, ...]:
    return _ARABIC_FORMS if arabic else _LATIN_FORMS


def _keys(token: str) -> dict[str, tuple[str, ...]]:
    digits = plain(token) if token.isdigit() and len(token) <= 3 else ""
    if digits.isdecimal():  # not every digit of the world counts tens
        # A figure may stand in a phrase of either script: "24 ساعة".
        return {"number": (digits,), **dict.fromkeys(FORMS, (digits,))}
    arabic = any("\u0600" <= char <= "\u06ff" and not char.isdigit() for char in token)
    return {form: MORPHOLOGY[form](token) for form in _script_forms(arabic)}


@cache
def _long_numbers() -> frozenset[str]:
    """The figures of four digits or more that a lexicon knows: years."""
    keys = {key for form in FORMS for key in (*firsts(form), *inner_keys(form))}
    return frozenset(key for key in keys if len(key) > 3 and key.isdecimal())


@lru_cache(maxsize=8_192)
def _known(token: str) -> _Known:
    """A token with only those of its keys that stand somewhere in a lexicon."""
    if len(token) > 3 and token.isdecimal() and plain(token) not in _long_numbers():
        return _NO_WORD
    keys = _keys(token)
    number = _number(keys.pop("number")[0]) if "number" in keys else ""
    starts = [
        (form, first)
        for form, own in keys.items()
        for key in own
        if (first := firsts(form).get(key)) is not None
    ]
    kept = {
        form: tuple(key for key in own if key in inner_keys(form)) for form, own in keys.items()
    }
    alone = [entry for _form, first in starts for entry in first.alone]
    always = any(places for _meaning, places in alone)
    return _Known(
        keys={form: own for form, own in kept.items() if own},
        starts=tuple(starts),
        number=number,
        meanings=(*(meaning for meaning, _places in alone), *((number,) if number else ())),
        phrases=tuple((form, first) for form, first in starts if first.after),
        always=always,
        speaks=bool(starts or number),
    )
