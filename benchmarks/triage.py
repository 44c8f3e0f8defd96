# SPDX-License-Identifier: AGPL-3.0-or-later
"""All of triage: each part measures one of its doors, on sets that were held out whole."""

from __future__ import annotations

from benchmarks import links, suggestions, triage_text, whole_reports
from benchmarks.result import Results

PARTS = (triage_text.run, suggestions.run, whole_reports.run, links.run)


def run(results: Results) -> None:
    for part in PARTS:
        part(results)
