# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells that a spreadsheet program does not take for a formula (peers T-18)."""

from __future__ import annotations

from typing import Final

FORMULA: Final = tuple("=+-@\t\r\n|%")


def safe_cell(value: object) -> str:
    """A cell for CSV: numbers as they are, nothing for None; text that begins like a formula gets
    an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
