# SPDX-License-Identifier: AGPL-3.0-or-later
"""One module a command; each has `register(commands)` that adds its parser and sets `run`."""

from __future__ import annotations

from amana.cli.commands import (
    capture,
    demo,
    doctor,
    evidence,
    figures,
    journal,
    keeping,
    keys,
    link,
    pack,
    replay,
    serve,
    setup,
    triage,
    worker,
)

COMMANDS = (
    serve,
    demo,
    worker,
    setup,
    doctor,
    journal,
    evidence,
    figures,
    replay,
    pack,
    keys,
    link,
    keeping,
    triage,
    capture,
)
