# SPDX-License-Identifier: AGPL-3.0-or-later
"""One figure each, with its target and what it is measured against in the same run."""

from __future__ import annotations

import json
import operator
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

OUTPUT = Path("var/bench.jsonl")
_TARGET: Final = re.compile(r"(>=|<=|<|>|) ?([0-9.]+)( of .*)?")
_HOLDS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    "": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value over the peer's or the limit's figure; `peer` names it with that figure."""

    bench: str
    metric: str
    value: float
    unit: str
    target: str
    peer: str
    ratio: float | None


class Results:
    """Collects figures, says each at once, writes them down and prints the table at the end."""

    def __init__(self) -> None:
        self._figures: list[Figure] = []

    def add(
        self,
        bench: str,
        metric: str,
        value: float,
        unit: str,
        *,
        target: str = "",
        peer: str = "",
        of: float | None = None,
    ) -> None:
        ratio = round(value / of, 3) if of else None
        figure = Figure(bench, metric, round(value, 3), unit, target, peer, ratio)
        self._figures.append(figure)
        OUTPUT.parent.mkdir(parents=True, exist_ok=True)
        with OUTPUT.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figure), ensure_ascii=False) + os.linesep)
        print(f"  {bench} · {metric}: {figure.value} {unit}", flush=True)

    def show(self) -> None:
        rows = [("bench", "metric", "value", "unit", "target", "met", "ratio", "measured against")]
        rows += [
            (f.bench, f.metric, str(f.value), f.unit, f.target, said(f), str(f.ratio or ""), f.peer)
            for f in self._figures
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        print()
        for row in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print(line.rstrip())
        aimed = [figure for figure in self._figures if met(figure) is not None]
        missed = [f"{f.bench} · {f.metric}" for f in aimed if not met(f)]
        print(f"\n{len(aimed) - len(missed)} of {len(aimed)} targets met")
        for line in missed:
            print(f"  missed: {line}")


def met(figure: Figure) -> bool | None:
    """Whether the target was met; `None` where there is none. Targets read `>= 250`, `< 1`, a
    number that must be met exactly, or `>= 0.6 of …` when the ratio counts."""
    found = _TARGET.fullmatch(figure.target)
    if found is None:
        return None
    sign, number, relative = found.groups()
    value = figure.ratio if relative else figure.value
    return value is not None and _HOLDS[sign](value, float(number))


def said(figure: Figure) -> str:
    """The word for it in the table."""
    return {None: "", True: "yes", False: "NO"}[met(figure)]
