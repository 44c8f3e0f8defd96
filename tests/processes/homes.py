# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking into the home of a node from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

PARTS_OF_A_REPORT = (
    "reports_receipt",
    "reports_sealedpart",
    "triage_assessment",
    "casework_deadline",
)
LEAVES = "SELECT subject_id FROM journal_event WHERE tag = 'report:receipt:issue'"


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    """Read from a node's SQLite database."""
    path = home / "amana.sqlite3"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(sql).fetchall()


def count(home: Path, table: str) -> int:
    """How many rows a table has."""
    ((number,),) = rows(home, f"SELECT count(*) FROM {table}")
    assert isinstance(number, int)
    return number


def half_filed(home: Path) -> list[str]:
    """What is there of a report without the rest of it; empty in a home that is whole."""
    looks = {"report without its leaf": f"reports_report WHERE id NOT IN ({LEAVES})"}
    for table in PARTS_OF_A_REPORT:
        looks[f"report without {table}"] = (
            f"reports_report WHERE id NOT IN (SELECT report_id FROM {table})"
        )
        looks[f"{table} without a report"] = (
            f"{table} WHERE report_id NOT IN (SELECT id FROM reports_report)"
        )
    looks["leaf without a report"] = (
        f"({LEAVES}) WHERE subject_id NOT IN (SELECT id FROM reports_report)"
    )
    return [what for what, where in looks.items() if count(home, where)]
