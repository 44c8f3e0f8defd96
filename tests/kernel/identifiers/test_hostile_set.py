# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every line of the sets of hostile spellings is read: what is there, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from amana.kernel.identifiers import TYPES, find_identifiers
from benchmarks.triage_text import HOSTILE

SETS = Path(__file__).parents[3] / "benchmarks" / "sets"
LINES = [
    line for name in HOSTILE for line in yaml.safe_load((SETS / name).read_text(encoding="utf-8"))
]


def found(text: str, country: str | None) -> set[str]:
    said: set[str] = set()
    for one in find_identifiers(text, country=country):
        values = [reading.value for reading in one.readings] or [one.value]
        said |= {f"{one.type} {value}" for value in values if one.type in TYPES}
    return said


@pytest.mark.parametrize(("country", "text", "planted"), LINES)
def test_what_is_there_is_found_and_nothing_else(
    country: str | None, text: str, planted: list[str]
) -> None:
    assert found(text, country) == set(planted)


@pytest.mark.parametrize(("country", "text", "planted"), [x for x in LINES if x[2]][::4])
@pytest.mark.parametrize("around", ["({})", "«{}»", "* {} *", "> {}", "\u2067{}\u2069", "{}\n\n"])
def test_what_stands_around_changes_nothing(
    country: str | None, text: str, planted: list[str], around: str
) -> None:
    assert set(planted) <= found(around.format(text), country)


def test_the_set_has_every_type() -> None:
    assert {line.split(" ")[0] for _, _, planted in LINES for line in planted} == set(TYPES)
