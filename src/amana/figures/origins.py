# SPDX-License-Identifier: AGPL-3.0-or-later
"""T13: by which door reports came, and to which unit. For quarters only: in a month most of its
cells would be small, and twelve such tables laid on four would give too much away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from amana.figures.facts import Reported
from amana.figures.protection import K
from amana.kernel.disclosure import Table, percent, suppress
from amana.reports.models import Origin

Row = dict[str, str | int | float | dict[str, int | None] | None]


def origin_by_unit(reports: Sequence[Reported]) -> list[Row]:
    """A row for each unit and one for all; `cells` by origin. Rows and columns add up."""
    pairs = Counter((report.unit or "none", report.origin) for report in reports)
    units = sorted({unit for unit, _ in pairs})
    table = Table.of_rows({unit: {o: pairs[unit, o] for o in Origin.values} for unit in units})
    shown = suppress(table, K)
    whole = shown.get()
    rows: list[Row] = []
    for unit in (*units, None):
        number = shown.get(unit)
        share = None if number is None or not whole else percent(number, whole)
        rows.append(
            {
                "key": unit or "total",
                "count": number,
                "percent": None if share is None else float(share),
                "cells": {o: shown.get(unit, o) if units else 0 for o in Origin.values},
            }
        )
    return rows
