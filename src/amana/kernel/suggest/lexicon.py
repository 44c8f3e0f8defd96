# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words by meaning, in six forms of writing.

A lexicon file maps a meaning ("kill", "family") to entries with commas between them, in the
notation of `grammar` and `affixes`; an entry of several words is a phrase. Rules speak of meanings
only, so that a sentence that begins in Roman Urdu and ends in English is understood as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from amana.kernel.pause import no_collector
from amana.kernel.suggest.affixes import entry_key
from amana.kernel.suggest.grammar import expand

FORMS: Final = ("ar", "ur", "en", "fr", "ary-Latn", "ur-Latn")
_SHORTEST_BONES: Final = 3
_MOST_TOGETHER: Final = 512

Word = tuple[str, ...]
"""One choice at one place of a phrase: the keys of no, one or several words."""


class LexiconError(ValueError):
    """A file of words is not in its form."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What may stand at one place of a phrase, the longest first. `by_first` finds the choices
    by their first key; each place is made once, so that it is equal to itself only."""

    choices: tuple[Word, ...]
    by_first: Mapping[str, tuple[Word, ...]]
    may_be_empty: bool


Entry = tuple[str, tuple[Place, ...]]
"""A meaning, and the places that follow its first word."""


@dataclass(frozen=True, slots=True)
class First:
    """What begins with a word. `alone` needs no second word; `after` holds, for each second word
    that an entry needs, what it leaves possible."""

    entries: tuple[Entry, ...]
    alone: tuple[Entry, ...]
    after: Mapping[str, tuple[Entry, ...]]
    _together: dict[tuple[str, ...], tuple[Entry, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def after_any_of(self, keys: tuple[str, ...]) -> tuple[Entry, ...]:
        """What second words leave possible that have several keys; all of them stand in `after`.
        Kept, since a common word begins hundreds of entries; keys are the lexicon's, not hers."""
        found = self._together.get(keys)
        if found is None:
            wanted = {id(entry) for key in keys for entry in self.after[key]}
            found = tuple(entry for entry in self.entries if id(entry) in wanted)
            if len(self._together) < _MOST_TOGETHER:
                self._together[keys] = found
        return found


@cache
def firsts(form: str) -> Mapping[str, First]:
    """The words of one form of writing by the key of their first word. Raises `LexiconError`."""
    with no_collector():  # looking for garbage would take a third of the time
        return {key: _first(entries) for key, entries in _entries(form).items()}


@cache
def inner_keys(form: str) -> frozenset[str]:
    """Every key that stands in a phrase behind its first word."""
    return frozenset(
        key
        for entries in _entries(form).values()
        for _meaning, places in entries
        for place in places
        for word in place.choices
        for key in word
    )


def _first(entries: Sequence[Entry]) -> First:
    following = [(entry, _following(entry)) for entry in entries]
    nexts = {key for _entry, keys in following for key in keys if key}
    return First(
        entries=tuple(entries),
        alone=tuple(entry for entry, keys in following if "" in keys),
        after={
            key: tuple(entry for entry, keys in following if "" in keys or key in keys)
            for key in nexts
        },
    )


def _following(entry: Entry) -> set[str]:
    """The keys of which the next word must have one; with "" none is needed."""
    found: set[str] = set()
    for place in entry[1]:
        found |= place.by_first.keys()
        if not place.may_be_empty:
            return found
    return {*found, ""}


def _meanings(form: str) -> dict[str, Any]:
    """What a form's own file says, with the topics and the wider words of that form."""
    data = dict(_file(form))
    for name in ("topics", "broad", "wider", "heard"):
        for meaning, told in _file(name).items():
            if form in told:
                data[meaning] = f"{data[meaning]}, {told[form]}" if meaning in data else told[form]
    return data


@cache
def _entries(form: str) -> Mapping[str, list[Entry]]:
    data = _meanings(form)
    entries: dict[str, list[Entry]] = {}
    for meaning, listed in data.items():
        if not isinstance(meaning, str) or not isinstance(listed, str):
            raise LexiconError(f"{form}: {meaning!r} needs words with commas between them")
        for item in listed.split(","):
            if not item.strip():
                raise LexiconError(f"{form}: {meaning} holds an empty entry")
            told = _places(item.strip())
            places = [_choices(form, place, len(told) > 1) for place in told]
            # A place that may be empty at the front is left out once for all.
            while places:
                for word in places[0]:
                    if word and not _too_short(form, word[0]):
                        first, *rest = word
                        behind = (_place((tuple(rest),)),) if rest else ()
                        entry = (meaning, (*behind, *map(_place, places[1:])))
                        entries.setdefault(first, []).append(entry)
                if () not in places[0]:
                    break
                places.pop(0)
    return {key: list(dict.fromkeys(found)) for key, found in entries.items()}


@cache
def _place(choices: tuple[Word, ...]) -> Place:
    by_first: dict[str, list[Word]] = {}
    for word in choices:
        if word:
            by_first.setdefault(word[0], []).append(word)
    kept = {key: tuple(words) for key, words in by_first.items()}
    return Place(choices, kept, () in choices)


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


@cache
def _choices(form: str, place: str, in_phrase: bool) -> tuple[Word, ...]:
    """The words that may stand at one place, the longest first."""
    found = {
        tuple(entry_key(form, word, in_phrase=in_phrase or len(words) > 1) for word in words)
        for choice in expand(place)
        if (words := choice.replace("-", " ").split()) is not None
    }
    return tuple(sorted(found, key=lambda word: (-len(word), word)))
