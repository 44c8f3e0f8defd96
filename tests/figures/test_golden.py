# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quarter that E-Blagh published comes out to the last digit (mission, section C)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amana.figures.computing import compute
from tests.figures import builders as make

pytestmark = pytest.mark.db


@pytest.fixture
def tables(db: None) -> dict[str, Any]:
    at = make.agency()
    make.eblagh(at)
    computed = compute(at, make.Q3, as_of=make.AFTER_Q3)
    found: dict[str, Any] = json.loads(computed.document)
    return found


def rows(document: dict[str, Any], table: str) -> dict[str, tuple[int, float]]:
    return {row["key"]: (row["count"], row["percent"]) for row in document["tables"][table]}


def test_every_published_figure_comes_out(tables: dict[str, Any]) -> None:
    # m147, C3, C4: terrorism stands outside of the 6,788, and the shares add up to 100
    assert rows(tables, "T1") == {
        "fraud": (4073, 60.0),
        "sexual_blackmail": (1358, 20.0),
        "insult": (679, 10.0),
        "threats": (339, 5.0),
        "other": (339, 5.0),
    }
    assert tables["about"]["T1"] == {"unit": "notification", "denominator": 6788}
    # m148, C7
    terror = rows(tables, "T2")
    assert terror["total"] == (295, 100.0)
    assert terror["isis"] == (85, 28.8)
    # m149, C5: the last is computed
    assert rows(tables, "T3") == {
        "identified": (82, 100.0),
        "before_justice": (23, 28.0),
        "search_notice": (9, 11.0),
        "ongoing": (50, 61.0),
    }
    assert tables["about"]["T3"]["unit"] == "suspect"
    # C1, C2: reporters, and computed from the count: no "more than two thirds"
    assert rows(tables, "T4") == {"named": (4117, 58.1), "other": (2966, 41.9)}
    # C6
    assert rows(tables, "T5")["abroad"] == (564, 8.0)
    assert tables["about"]["T5"]["denominator"] == 7083


def test_the_native_rows_stand_beside_the_contract(tables: dict[str, Any]) -> None:
    native = rows(tables, "T4N")
    assert native["confidential"][0] + native["anonymous"][0] == 2966
    assert round(native["confidential"][1] + native["anonymous"][1], 1) == 41.9
    regions = rows(tables, "T5")
    assert regions["gulf"][0] + regions["europe"][0] + regions["north_america"][0] == 564
    shares = [regions[key][1] for key in ("gulf", "europe", "north_america")]
    assert round(sum(shares), 1) == 8.0
