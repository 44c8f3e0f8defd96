# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a web process of `amana serve` runs: the application, for as long as `serve` lives."""

from __future__ import annotations

import sys
from typing import Final

from amana.cli.lifeline import follow_parent
from amana.config.wsgi import application

TURN_SECONDS: Final = 0.0005
"""Longest time for which a thread keeps the interpreter while others wait for it. Python's own
five milliseconds are long for a writer who comes back from each statement and holds the gate."""

follow_parent()
sys.setswitchinterval(TURN_SECONDS)

__all__ = ["application"]
