# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's sign of life, for `/healthz` and the doctor."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from amana.config.env import env

FILE: Final = "worker.beat"
FRESH_SECONDS: Final = 15.0
"""Longest silence of a worker that is well; a batch under load takes a second or two."""


def path() -> Path:
    """The file whose age is the time since the worker was last seen."""
    return env().run_folder / FILE


def beat() -> None:
    """Say that the worker is alive."""
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path().touch(mode=0o600)


def forget() -> None:
    """No worker of this home is expected (`amana serve --no-worker`)."""
    path().unlink(missing_ok=True)


def age() -> float | None:
    """Seconds since the worker's last sign of life; nothing when there never was one here."""
    try:
        # A sign of life that lies ahead is as old: the clock was set back, and nobody has
        # touched it since.
        return abs(time.time() - path().stat().st_mtime)
    except FileNotFoundError:
        return None


def alive() -> bool:
    """Whether the worker of this home is well. Where it runs on another host, the log tells."""
    seconds = age()
    return seconds is None or seconds < FRESH_SECONDS
