# SPDX-License-Identifier: AGPL-3.0-or-later
"""Risks that a text speaks of, each with the words that say so.

A rule is a chain of meanings: ``threaten ~8 kill`` (within eight words, in either order),
``will >4 kill`` (after it). ``unless`` names meanings that take the sense away ("a film",
"never"): ``fiction ~9`` near the words, ``negation <2`` at most two words before one of them. A
rule never looks across the end of a sentence, and one sentence that is excused excuses no other.
``sure: false`` marks a rule that was wrong too often in whole reports: what it finds is weighed
by the second reader (`hints`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from amana.kernel.suggest.lexicon import LexiconError
from amana.kernel.suggest.reading import Reading

RISKS: Final = (
    "child_at_risk",
    "self_harm",
    "threat_to_life",
    "honour_risk",
    "contact_offence",
    "deadline",
    "ongoing",
    "published",
)
MOST_SPOKEN: Final = 8
_LINK = re.compile(r"([~<>])(\d{1,2})\Z")

Span = tuple[int, int]
"""First and last token."""

Match = tuple[Span, ...]
"""Where the parts of a rule stand."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a risk was named: the rule, and where its words stand in the text (characters)."""

    risk: str
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """`meaning` within `reach` words; `side` is ``~`` either, ``>`` after, ``<`` before."""

    side: str
    reach: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Rule:
    risk: str
    name: str
    first: str
    then: tuple[Link, ...]
    unless: tuple[Link, ...]
    needs: frozenset[str]
    sure: bool = True


Spoken = tuple[Rule, list[Span]]
"""A rule, and where it speaks."""
Silent = tuple[str, Span]
"""A risk, and where its rules know better."""


def signs(reading: Reading) -> list[Sign]:
    """Every sign by rule in a text that has been read, in the order of `RISKS`: at most one for
    each rule."""
    return [sign_of(reading, rule, spans[0]) for rule, spans in weighed(reading)[0]]


def sign_of(reading: Reading, rule: Rule, span: Span) -> Sign:
    """A sign of what stands at a span of tokens."""
    tokens = reading.tokens
    return Sign(rule.risk, rule.name, tokens[span[0]].start, tokens[span[1]].end)


def weighed(reading: Reading) -> tuple[list[Spoken], list[Silent]]:
    """The rules that speak, each with the places where it does, up to eight; and where rules stayed
    silent because something excuses the words: the risk, and the place."""
    found: list[Spoken] = []
    silent: list[Silent] = []
    hits = reading.hits.keys()
    for rule in rules():
        if not rule.needs <= hits:
            continue
        spoken: list[Span] = []
        for match in _matches(rule, reading):
            span = _whole(match)
            if _excused(rule, match, reading):
                silent.append((rule.risk, span))
            else:
                spoken.append(span)
                if len(spoken) == MOST_SPOKEN:
                    break
        if spoken:
            found.append((rule, spoken))
    return found, silent


def with_rules(reading: Reading, found: Sequence[Spoken]) -> Reading:
    """A reading to which the rules that speak are meanings too."""
    said = {f"!{rule.risk} {rule.name}": spans for rule, spans in found}
    return replace(reading, hits={**reading.hits, **said})


def _matches(rule: Rule, reading: Reading) -> Iterator[Match]:
    for first in reading.hits[rule.first]:
        yield from _chain((first,), rule.then, reading)


def _chain(match: Match, links: tuple[Link, ...], reading: Reading) -> Iterator[Match]:
    if not links:
        yield match
        return
    for other in _linked(_whole(match), links[0], reading):
        yield from _chain((*match, other), links[1:], reading)


def _whole(match: Match) -> Span:
    if len(match) == 1:
        return match[0]
    return min(part[0] for part in match), max(part[1] for part in match)


def _linked(span: Span, link: Link, reading: Reading) -> Iterator[Span]:
    """Where the meaning of `link` stands within its reach of `span`, in the same sentence."""
    first, last = span
    sentences, side, reach = reading.sentences, link.side, link.reach
    for other in reading.hits.get(link.meaning, ()):
        after, before = other[0] - last, first - other[1]
        if after > reach:
            return  # and so is whatever stands behind it
        if before > reach or sentences[other[0]] != sentences[first]:
            continue
        # With neither, one is inside the other, or it is the same word with two meanings.
        if side == "~" or (after > 0 if side == ">" else before > 0):
            yield other


def _excused(rule: Rule, match: Match, reading: Reading) -> bool:
    """What stands before excuses the part it stands before ("will not kill"); what is near, all."""
    for link in rule.unless:
        if link.meaning in reading.hits:
            for span in match if link.side == "<" else (_whole(match),):
                if next(_linked(span, link, reading), None) is not None:
                    return True
    return False


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order of `RISKS`. Raises `LexiconError` for a file not in its form."""
    source = files("amana.kernel.suggest") / "lexicon" / "rules.yaml"
    with source.open("rb") as stream:
        data = yaml.load(stream, Loader=yaml.CSafeLoader)
    if not isinstance(data, dict) or set(data) != {*RISKS}:
        raise LexiconError(f"rules: exactly these risks are expected: {', '.join(RISKS)}")
    return tuple(rule for risk in RISKS for rule in _rules_of(risk, data[risk]))


def _rules_of(risk: str, block: object) -> Iterator[Rule]:
    if not isinstance(block, Mapping) or not {*block} <= {"unless", "when"}:
        raise LexiconError(f"rules: {risk} has `when` and `unless`, nothing else")
    shared = tuple(_links(risk, block.get("unless") or []))
    for item in block["when"]:
        told: dict[str, Any] = {"find": item} if isinstance(item, str) else item
        if not {*told} <= {"find", "unless", "sure"}:
            raise LexiconError(f"rules: {risk}: a rule has `find`, `unless`, `sure`, nothing else")
        first, *rest = told["find"].split()
        then = tuple(_link(risk, *pair) for pair in zip(rest[::2], rest[1::2], strict=True))
        needs = frozenset((first, *(link.meaning for link in then)))
        unless = (*shared, *_links(risk, told.get("unless") or []))
        yield Rule(risk, told["find"], first, then, unless, needs, told.get("sure", True))


def _links(risk: str, listed: list[str]) -> Iterator[Link]:
    for item in listed:
        meaning, reach = item.split()
        yield _link(risk, reach, meaning)


def _link(risk: str, reach: str, meaning: str) -> Link:
    found = _LINK.match(reach)
    if found is None:
        raise LexiconError(f"rules: {risk}: {reach!r} is no distance such as ~8, >4 or <3")
    return Link(found[1], int(found[2]), meaning)
