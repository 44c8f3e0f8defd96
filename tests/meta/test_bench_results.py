# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bench says which of its targets were met, and its lines keep the shape that others read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import result
from benchmarks.result import Figure, Results, met


def figure(value: float, target: str, ratio: float | None = None) -> Figure:
    return Figure("filing", "rate", value, "1/s", target, "floor", ratio)


@pytest.mark.parametrize(
    ("value", "target", "ratio", "holds"),
    [
        (250.0, ">= 250", None, True),
        (249.9, ">= 250", None, False),
        (80.0, "<= 80", None, True),
        (80.1, "<= 80", None, False),
        (1.0, "< 1", None, False),
        (0.0, "0", None, True),
        (1.0, "0", None, False),
        (9.0, ">= 0.6 of the floor", 0.61, True),
        (9.0, ">= 0.6 of the floor", 0.59, False),
        (9.0, ">= 0.6 of the floor", None, False),
        (9.0, "", None, None),
        (9.0, "as good as can be", None, None),
    ],
)
def test_a_target_is_met_or_not(
    value: float, target: str, ratio: float | None, holds: bool | None
) -> None:
    assert met(figure(value, target, ratio)) is holds


def test_lines_and_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(result, "OUTPUT", tmp_path / "bench.jsonl")
    results = Results()
    results.add("filing", "rate", 100.0, "1/s", target=">= 250", peer="fsync 400/s", of=400.0)
    results.add("filing", "failures", 0, "", target="0")
    results.show()
    (first, _) = map(json.loads, (tmp_path / "bench.jsonl").read_text().splitlines())
    assert list(first) == ["bench", "metric", "value", "unit", "target", "peer", "ratio"]
    assert first["ratio"] == 0.25
    said = capsys.readouterr().out
    assert "1 of 2 targets met" in said
    assert "missed: filing · rate" in said
