# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana worker`: sequences the journal and keeps the clocks; runs on as many hosts as wanted."""

from __future__ import annotations

import argparse
import select
import signal
import threading
from typing import Any


def register(commands: Any) -> None:
    parser = commands.add_parser("worker", help="sequence the journal, keep deadlines, send alerts")
    parser.add_argument("--until-closed", type=int, metavar="FD", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from amana.cli.rounds import Rounds

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if options.until_closed is not None:
        threading.Thread(
            target=_until_closed, args=(options.until_closed, stop), daemon=True
        ).start()
    Rounds(stop).run()
    return 0


def _until_closed(descriptor: int, stop: threading.Event) -> None:
    """The other end of the pipe closes when `serve` is gone, however it went."""
    select.select([descriptor], [], [])
    stop.set()
