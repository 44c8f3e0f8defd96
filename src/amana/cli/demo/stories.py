# SPDX-License-Identifier: AGPL-3.0-or-later
"""The nine stories of the mission as reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml

from amana.packs import Pack


@dataclass(frozen=True, slots=True)
class Story:
    """`body` is what the API takes; `answer` is what the team writes back, in her language."""

    code: str
    who: str
    body: dict[str, Any] = field(repr=False)
    answer: str = field(repr=False)


def stories(pack: Pack) -> list[Story]:
    """All nine, at home in the country of this pack."""
    place = pack.children_of(None)[0].code
    centre = next((unit.seat for unit in pack.units if unit.kind == "centre" and unit.seat), place)
    named = {"HOME": pack.country, "REGION": centre if centre in _regions(pack) else place}
    text = files(__package__).joinpath("stories.yaml").read_text("utf-8")
    rows = yaml.safe_load(text)["stories"]
    return [
        Story(row["code"], row["who"], _filled(row["body"], named), row["answer"]) for row in rows
    ]


def _regions(pack: Pack) -> frozenset[str]:
    return frozenset(territory.code for territory in pack.territories)


def _filled(value: Any, named: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, named) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, named) for inner in value]
    return named.get(value, value) if isinstance(value, str) else value
