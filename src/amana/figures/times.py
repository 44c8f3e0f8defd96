# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12: how long things take. The median and the 90th percentile of times that were measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from amana.figures.facts import Reported
from amana.figures.protection import Level, Shown, protect
from amana.figures.tables import ALL, TERRORISM
from amana.kernel.disclosure import median, p90
from amana.packs import Taxonomy

Row = dict[str, str | int | float | None]

STEPS: Final[dict[str, Callable[[Reported], datetime | None]]] = {
    "diagnosed": lambda report: report.diagnosed_at,
    "referred": lambda report: report.referred_at,
    "first_news": lambda report: report.first_news_at,
    "closed": lambda report: report.closed_at,
}


def times(
    reports: Sequence[Reported], taxonomy: Taxonomy, shown: Shown
) -> tuple[list[Row], list[Row]]:
    """From receipt to each step, in hours; `count` is how many have reached it. For all (T12), and
    for each group of T1 (T12G): what a person is told to expect (M-046).

    `shown` is what the numbered tables show of these reports. A group that they hide is hidden
    here, and no small number follows from the others and their total. What would follow from
    another period, or from how many have not come to a step, is not looked at (decision 0015)."""
    groups = [group.code for group in taxonomy.groups]
    hours: dict[str, list[float]] = {step: [] for step in STEPS}
    hours |= {f"{code}/{step}": [] for code in groups for step in STEPS}
    for report in reports:
        group = taxonomy.rollup(report.category, report.facts)
        for step, taken in _taken(report):
            hours[step].append(taken)
            hours[f"{group}/{step}"].append(taken)
    counts = {key: len(found) for key, found in hours.items()}
    levels = [Level(step, tuple(f"{code}/{step}" for code in groups)) for step in STEPS]
    closed = {key for key, number in shown.items() if number is None}
    also = {key for key, number in counts.items() if number and _rests_on(key) in closed}
    visible = protect(counts, levels, also=also)
    rows = {key: _row(key, found, visible[key]) for key, found in hours.items()}
    return (
        [rows[step] for step in STEPS],
        [
            {**rows[f"{code}/{step}"], "group": code, "step": step}
            for code in groups
            for step in STEPS
        ],
    )


def _taken(report: Reported) -> Iterator[tuple[str, float]]:
    """The steps that a report has come to, and how long each took, in hours."""
    for step, reached in STEPS.items():
        at = reached(report)
        if at is not None:
            yield step, (at - report.received_at).total_seconds() / 3600


def _rests_on(key: str) -> str:
    """The number of T1 that says how many reports there are of which these have come to a step."""
    group, slash, _step = key.partition("/")
    if not slash:
        return ALL
    return TERRORISM if group == TERRORISM else f"T1/{group}"


def _row(key: str, hours: Sequence[float], count: int | None) -> Row:
    middle, most = (None, None) if count is None else (median(hours), p90(hours))
    return {
        "key": key,
        "count": count,
        "percent": None,
        "median_hours": _tenth(middle),
        "p90_hours": _tenth(most),
    }


def _tenth(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)
