# SPDX-License-Identifier: AGPL-3.0-or-later
"""T12: how long things take. The median and the 90th percentile of times that were measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from amana.figures.facts import Reported
from amana.figures.protection import K
from amana.kernel.disclosure import median, p90
from amana.packs import Taxonomy

Row = dict[str, str | int | float | None]

STEPS: Final[dict[str, Callable[[Reported], datetime | None]]] = {
    "diagnosed": lambda report: report.diagnosed_at,
    "referred": lambda report: report.referred_at,
    "first_news": lambda report: report.first_news_at,
    "closed": lambda report: report.closed_at,
}


def times(reports: Sequence[Reported]) -> list[Row]:
    """From receipt to each step, in hours; `count` is how many have reached it."""
    return [_row(step, reports, step) for step in STEPS]


def times_by_group(reports: Sequence[Reported], taxonomy: Taxonomy) -> list[Row]:
    """The same for each group of T1: what a person is told to expect (M-046)."""
    groups: dict[str, list[Reported]] = {group.code: [] for group in taxonomy.groups}
    for report in reports:
        groups[taxonomy.rollup(report.category, report.facts)].append(report)
    return [
        {**_row(f"{code}/{step}", members, step), "group": code, "step": step}
        for code, members in groups.items()
        for step in STEPS
    ]


def _row(key: str, reports: Iterable[Reported], step: str) -> Row:
    reached = STEPS[step]
    hours = [
        (at - report.received_at).total_seconds() / 3600
        for report in reports
        if (at := reached(report)) is not None
    ]
    few = 0 < len(hours) < K
    middle, most = (None, None) if few else (median(hours), p90(hours))
    return {
        "key": key,
        "count": None if few else len(hours),
        "percent": None,
        "median_hours": _tenth(middle),
        "p90_hours": _tenth(most),
    }


def _tenth(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)
