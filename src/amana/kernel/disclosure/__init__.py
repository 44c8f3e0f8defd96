# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publish counts without publishing a person: rounding, small cells, differencing, times."""

from __future__ import annotations

from amana.kernel.disclosure.cells import Cell, Published, Table, recoverable, suppress
from amana.kernel.disclosure.differencing import differencing
from amana.kernel.disclosure.rounding import apportion, largest_remainder, percent
from amana.kernel.disclosure.times import median, p90, percentile

__all__ = [
    "Cell",
    "Published",
    "Table",
    "apportion",
    "differencing",
    "largest_remainder",
    "median",
    "p90",
    "percent",
    "percentile",
    "recoverable",
    "suppress",
]
