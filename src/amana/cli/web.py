# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a web process of `amana serve` runs: the application, for as long as `serve` lives."""

from __future__ import annotations

import gc
import sys
from typing import Final

from amana.cli.lifeline import follow_parent
from amana.config.wsgi import application

TURN_SECONDS: Final = 0.0005
"""Longest time for which a thread keeps the interpreter while others wait for it. Python's own
five milliseconds are long for a writer who comes back from each statement and holds the gate."""

NEW_BEFORE_A_LOOK: Final = (10_000, 20, 50)
"""How much is made before Python looks for rings of garbage. A report makes thousands of things
that go by themselves; looking after every 700 of them costs a thirtieth of it."""

follow_parent()
sys.setswitchinterval(TURN_SECONDS)
gc.set_threshold(*NEW_BEFORE_A_LOOK)

__all__ = ["application"]
