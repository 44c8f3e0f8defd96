# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much may come in. What the operator may change is read from the settings, in bytes here."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Final

from amana.config.env import env

MEBIBYTE: Final = 1024 * 1024
MOST_OF_A_REPORT: Final = 200
"""Files of one report, whoever adds them."""
KEPT_FREE: Final = 512 * MEBIBYTE
"""Bytes of the disk that files may not use up: thousands of reports without files fit in."""


def max_file() -> int:
    """Bytes of one file."""
    return env().max_file_mb * MEBIBYTE


def max_of_sending() -> int:
    """Bytes that one file of a sending can have: never more than all of them together."""
    return min(max_file(), max_together())


def max_files() -> int:
    """Files of a draft, or of one sending to a filed report."""
    return env().max_files


def max_together() -> int:
    """Bytes of those files together."""
    return env().max_report_mb * MEBIBYTE


def in_words() -> dict[str, int]:
    """The three limits for a sentence: files, MB a file, MB together."""
    said = env()
    return {"files": said.max_files, "each": said.max_file_mb, "all": said.max_report_mb}


def leave_room(folder: Path, wanted: int | None = None) -> None:
    """Raise ENOSPC when `wanted` bytes more would eat what is kept free: files wait before words
    do, what is left of the disk belongs to reports (T-35)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    needed = KEPT_FREE + (max_file() if wanted is None else wanted)
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, "the disk is kept for reports")
