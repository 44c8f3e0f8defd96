# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a question is asked: small declarative structures, read once, never evaluated as code.

{groups: [money, account]}        the answer is, or holds, one of these
{groups: money, minor: "yes"}     all of these
{any: [...]} {all: [...]} {not: ...}
{answered: platform}              something was told (not skipped, not "I don't know")
{several: offences}               more than one value was told
{has_regions: victim_country}     the country is known to have regions
blackmail                         a condition of that name
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .types import Places, is_answer, items_of

Test = Callable[[Mapping[str, object], Places], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition and the answer keys it looks at."""

    test: Test
    keys: frozenset[str]


ALWAYS = Condition(lambda answers, places: True, frozenset())


def compile_condition(source: object, named: Mapping[str, Condition]) -> Condition:
    """Compile `source` (see the module's examples). Raises `ValueError` on any other shape."""
    if source is None:
        return ALWAYS
    if isinstance(source, str):
        if source not in named:
            raise ValueError(f"no condition is called {source!r}")
        return named[source]
    if isinstance(source, list):
        return _all([compile_condition(part, named) for part in source])
    if isinstance(source, dict) and source:
        return _all([_clause(str(key), value, named) for key, value in source.items()])
    raise ValueError(f"not a condition: {source!r}")


def _clause(key: str, value: object, named: Mapping[str, Condition]) -> Condition:
    if key in ("any", "all"):
        if not isinstance(value, list):
            raise ValueError(f"{key} takes a list: {value!r}")
        parts = [compile_condition(part, named) for part in value]
        return _any(parts) if key == "any" else _all(parts)
    if key == "not":
        inner = compile_condition(value, named)
        return Condition(lambda a, p: not inner.test(a, p), inner.keys)
    if key in _ABOUT_A_KEY:
        if not isinstance(value, str):
            raise ValueError(f"{key} takes the name of an answer: {value!r}")
        return _ABOUT_A_KEY[key](value)
    return _equals(key, value)


def _equals(key: str, value: object) -> Condition:
    wanted = items_of(value)
    if not wanted or not all(isinstance(item, str) for item in wanted):
        raise ValueError(f"{key} is compared with codes only: {value!r}")
    return Condition(
        lambda a, p: any(item in wanted for item in items_of(a.get(key))), frozenset({key})
    )


def _answered(key: str) -> Condition:
    return Condition(lambda a, p: is_answer(a.get(key)), frozenset({key}))


def _several(key: str) -> Condition:
    return Condition(
        lambda a, p: sum(is_answer(item) for item in items_of(a.get(key))) > 1, frozenset({key})
    )


def _has_regions(key: str) -> Condition:
    def test(answers: Mapping[str, object], places: Places) -> bool:
        country = answers.get(key)
        return isinstance(country, str) and bool(places.region_codes(country))

    return Condition(test, frozenset({key}))


_ABOUT_A_KEY: dict[str, Callable[[str], Condition]] = {
    "answered": _answered,
    "several": _several,
    "has_regions": _has_regions,
}


def _all(parts: list[Condition]) -> Condition:
    return Condition(lambda a, p: all(part.test(a, p) for part in parts), _keys(parts))


def _any(parts: list[Condition]) -> Condition:
    return Condition(lambda a, p: any(part.test(a, p) for part in parts), _keys(parts))


def _keys(parts: list[Condition]) -> frozenset[str]:
    return frozenset().union(*(part.keys for part in parts))
