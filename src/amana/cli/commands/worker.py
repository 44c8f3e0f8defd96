# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana worker`: sequences the journal and keeps the clocks; on further hosts
only where they share the folder `state/` (threat model, losing what was entrusted)."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import Any, Final

CHORE_GRACE_SECONDS: Final = 5.0


def register(commands: Any) -> None:
    parser = commands.add_parser("worker", help="sequence the journal, keep deadlines, send alerts")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    import django

    from amana.cli import occupied
    from amana.cli.lifeline import follow_parent, leave_no_core

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    leave_no_core()
    follow_parent()
    occupied.occupy()
    django.setup()
    from amana.cli.rounds import Rounds, chores, log_jobs, outside_jobs

    others = [
        threading.Thread(target=Rounds(stop, jobs).run, name=name, daemon=True)
        for name, jobs in (("chores", chores()), ("outside", outside_jobs()))
    ]
    for other in others:
        other.start()
    Rounds(stop, log_jobs()).run()
    for other in others:
        other.join(CHORE_GRACE_SECONDS)
    return 0
