# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small grammar in which words and sentences are written: ``k(e|i)ll(s|ing|)``.

A bar inside brackets separates choices, brackets nest, an empty choice is allowed, everything
else stands for itself. `<name>` is replaced by one of the texts of that name. Lexicons list all of
it (`expand`), the corpus draws one (`draw`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from random import Random

MOST_FORMS = 4_000
_NAMED = re.compile(r"<([a-z_]+)>")
_DEEPEST = 8

Node = str | tuple["Sequence[Sequence[Node]]"]


class GrammarError(ValueError):
    """Brackets do not match, a name is unknown, or a text stands for too many others."""


def expand(text: str) -> list[str]:
    """Every text that `text` stands for, each once. Raises `GrammarError` beyond 4,000."""
    found: dict[str, None] = {}
    for form in _all(_parsed(text)):
        found[form] = None
        if len(found) > MOST_FORMS:
            raise GrammarError(f"{text[:60]!r} stands for more than {MOST_FORMS} texts")
    return list(found)


def draw(text: str, random: Random, named: Mapping[str, Sequence[str]]) -> str:
    """One text that `text` stands for; `<name>` draws from `named`. Raises `GrammarError`."""
    for _ in range(_DEEPEST):
        text = "".join(_one(_parsed(text), random))
        if "<" not in text:
            return text
        text = _NAMED.sub(lambda found: random.choice(_of(found[1], named)), text)
    raise GrammarError(f"names within names without end near {text[:60]!r}")


def _of(name: str, named: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if not named.get(name):
        raise GrammarError(f"no texts are called <{name}>")
    return named[name]


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> tuple[Node, ...]:
    choices, end = _choices(text, 0, 0)
    if end != len(text) or len(choices) != 1:
        raise GrammarError(f"brackets or bars do not match in {text[:60]!r}")
    return choices[0]


def _choices(text: str, at: int, depth: int) -> tuple[list[tuple[Node, ...]], int]:
    """Choices from `at` up to the bracket that closes them, and where that is."""
    choices: list[tuple[Node, ...]] = []
    parts: list[Node] = []
    plain = at
    while at < len(text):
        char = text[at]
        if char not in "(|)":
            at += 1
            continue
        if plain < at:
            parts.append(text[plain:at])
        if char == ")":
            if depth == 0:
                raise GrammarError(f"a bracket too many in {text[:60]!r}")
            return [*choices, tuple(parts)], at
        if char == "|":
            choices.append(tuple(parts))
            parts = []
        else:
            inner, at = _choices(text, at + 1, depth + 1)
            if at >= len(text):
                raise GrammarError(f"a bracket stays open in {text[:60]!r}")
            parts.append((inner,))
        at += 1
        plain = at
    if plain < at:
        parts.append(text[plain:at])
    return [*choices, tuple(parts)], at


def _all(parts: Sequence[Node]) -> Iterator[str]:
    if not parts:
        yield ""
        return
    first, rest = parts[0], parts[1:]
    heads = [first] if isinstance(first, str) else [x for c in first[0] for x in _all(c)]
    for tail in _all(rest):
        for head in heads:
            yield head + tail


def _one(parts: Sequence[Node], random: Random) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            yield from _one(random.choice(part[0]), random)
