# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proportions that E-Blagh published for its first quarter (mission, C1 to C7).

At 7,083 reports every published count comes out; any other number is divided the same way."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from amana.cli.replay.sketch import PLATFORMS, Sketch, identifier, name, narrative
from amana.kernel.disclosure import apportion
from amana.packs import Pack, load_taxonomy

REPORTS: Final = 7083
GROUPS: Final = {
    "fraud": 4073,
    "sexual_blackmail": 1358,
    "insult": 679,
    "threats": 339,
    "other": 339,
    "terrorism": 295,
}
# Only categories whose group does not depend on further answers.
CATEGORIES: Final[Mapping[str, Mapping[str, int]]] = {
    "fraud": {"F1": 40, "F2": 18, "F3": 22, "F5": 15, "F4": 5},
    "sexual_blackmail": {"X1": 75, "X2": 10, "I1": 10, "I2": 5},
    "insult": {"D1": 85, "H4": 15},
    "threats": {"H1": 55, "H2": 30, "H3": 15},
    "other": {"G1": 40, "V1": 20, "V2": 20, "A1": 20},
    "terrorism": {"T1": 85, "T2": 15},
}
ORGANISATIONS: Final = {"isis": 85, "al_qaeda": 30, "other": 60, "unknown": 120}
IDENTITIES: Final = {"named": 4117, "other": 2966}
UNNAMED: Final = {"anonymous": 7, "confidential": 3}
ABROAD: Final = 564
COUNTRIES: Final = {
    "FR": 150,
    "ES": 90,
    "IT": 70,
    "BE": 45,
    "NL": 30,
    "DE": 40,
    "AE": 35,
    "SA": 30,
    "QA": 15,
    "US": 25,
    "CA": 20,
    "GB": 14,
}
LANGUAGES: Final = {"ar": 62, "fr": 26, "en": 12}
SUSPECTS: Final = {"before_justice": 23, "search_notice": 9, "ongoing": 50}

T = TypeVar("T")


def dealt(rng: random.Random, number: int, weights: Mapping[str, int]) -> list[str]:
    """`number` keys in proportion to their weights, exactly, in random order."""
    parts = apportion(number, list(weights.values()))
    keys = [key for key, part in zip(weights, parts, strict=True) for _ in range(part)]
    rng.shuffle(keys)
    return keys


def sketches(number: int, pack: Pack, *, seed: int = 1) -> list[Sketch]:
    """So many invented reports. The same seed and pack give the same reports."""
    rng = random.Random(seed)  # noqa: S311  (invented texts, no secrets)
    groups = dealt(rng, number, GROUPS)
    identities = _identities(rng, number)
    places = _places(rng, number, pack)
    languages = dealt(rng, number, LANGUAGES)
    by_group = {group: iter(dealt(rng, groups.count(group), CATEGORIES[group])) for group in GROUPS}
    organisations = iter(dealt(rng, groups.count("terrorism"), ORGANISATIONS))
    made = []
    for place, group in enumerate(groups):
        answers = _answers(rng, group, next(by_group[group]), languages[place], pack)
        answers |= places[place] | identities[place]
        if answers["identity"] != "anonymous":
            answers["person"] = {"name": name(rng, languages[place])}
        if group == "terrorism":
            answers["terror_organisation"] = next(organisations)
        made.append(_sketch(answers, languages[place]))
    return made


def suspects(number: int) -> dict[str, int]:
    """How many suspects of each kind a replay of so many reports works out."""
    weights = [*SUSPECTS.values(), REPORTS - sum(SUSPECTS.values())]
    parts = apportion(number, weights)
    return dict(zip(SUSPECTS, parts, strict=False))


def closings(number: int) -> int:
    """How many reports a replay closes, and to how many people it writes: one in fifty each."""
    return number // 50


def _sketch(answers: dict[str, Any], language: str) -> Sketch:
    groups = (load_taxonomy().category(answers["category"]).public_group,)
    return Sketch(language=language, groups=groups, answers=answers)


def _identities(rng: random.Random, number: int) -> list[dict[str, Any]]:
    choices = dealt(rng, number, IDENTITIES)
    unnamed = iter(dealt(rng, choices.count("other"), UNNAMED))
    return [{"identity": next(unnamed) if c == "other" else c} for c in choices]


def _places(rng: random.Random, number: int, pack: Pack) -> list[dict[str, Any]]:
    abroad = {code: weight for code, weight in COUNTRIES.items() if code != pack.country}
    sides = dealt(rng, number, {"abroad": ABROAD, "home": REPORTS - ABROAD})
    codes = iter(dealt(rng, sides.count("abroad"), abroad))
    regions = _cycle(rng, [t.code for t in pack.children_of(None)])
    return [
        {"victim_country": next(codes)}
        if side == "abroad"
        else {"victim_country": pack.country, "victim_region": next(regions)}
        for side in sides
    ]


def _cycle(rng: random.Random, items: Sequence[T]) -> Iterator[T]:
    while True:
        yield from rng.sample(items, len(items))


def _answers(
    rng: random.Random, group: str, category: str, language: str, pack: Pack
) -> dict[str, Any]:
    platform = rng.choice(list(PLATFORMS))
    content = category in {"G1", "V1", "V2", "T1", "T2"}
    answers: dict[str, Any] = {
        "role": "witness" if content else rng.choice(["victim"] * 9 + ["witness"]),
        "offences": [category],
        "category": category,
        "minor": "no",
        "ongoing": rng.choice(["yes", "no", "unknown"]),
        "platform": platform,
        "narrative": narrative(
            rng, about=group, language=language, platform=platform, money=pack.header.currency
        ),
        "consents": ["police"],
    }
    if rng.random() < 0.7:
        answers["identifiers"] = [identifier(rng, category)]
    if rng.random() < 0.35:
        elsewhere = rng.choice([c for c in ("FR", "TR", "GB", "EG") if c != pack.country])
        answers |= {"suspect_location": "abroad", "suspect_country": elsewhere}
    else:
        answers["suspect_location"] = rng.choice(["unknown", "unknown", "domestic"])
    return answers
