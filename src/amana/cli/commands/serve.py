# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana serve`: portal, desk, API and worker as one process group."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from amana.cli.errors import CommandFailed

WORKER_GRACE_SECONDS = 8


def register(commands: Any) -> None:
    parser = commands.add_parser("serve", help="run the node: portal, desk, API and worker")
    parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from amana.cli.commands.setup import prepare

    prepare(say=lambda line: print(f"  {line}", flush=True))
    _greet()
    worker = None if options.no_worker else _start_worker()
    # A supervisor may stop us before the server has taken over the signals.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _serve()
    finally:
        if worker is not None:
            _stop(worker)
    return 0


def _serve() -> None:
    from granian import Granian
    from granian.constants import Interfaces

    from amana.config.env import env

    settings = env()
    try:
        Granian(
            "amana.config.wsgi:application",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            websockets=False,
            backlog=1024,
            log_access=False,
            log_enabled=False,
            respawn_failed_workers=True,
            workers_kill_timeout=6,
        ).serve()
    except (OSError, RuntimeError) as error:
        raise CommandFailed(f"port {settings.port} cannot be used: {error}") from error


def _greet() -> None:
    from amana.agencies.selectors import current_agency
    from amana.config.env import env
    from amana.people.services.accounts import first_code

    settings = env()
    agency = current_agency()
    base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    print(f"\n  {agency.names.get('en', agency.code)}  ({agency.pack})")
    print(f"  portal  {base}/")
    print(f"  desk    {base}/desk/")
    code = first_code(agency=agency)
    if code:
        print(f"  first administrator: open the desk and type the one-time code  {code}")
    print(flush=True)


def _start_worker() -> subprocess.Popen[bytes]:
    """The worker dies with us: it watches the pipe that only we hold open."""
    read, write = os.pipe()
    worker = subprocess.Popen(
        [sys.executable, "-m", "amana", "worker", "--until-closed", str(read)],
        pass_fds=(read,),
        stdin=subprocess.DEVNULL,
    )
    os.close(read)
    os.set_inheritable(write, False)
    threading.Thread(target=_watch, args=(worker,), daemon=True).start()
    return worker


def _watch(worker: subprocess.Popen[bytes]) -> None:
    """A node without its worker signs no checkpoint and sends no news: stop, and be restarted."""
    code = worker.wait()
    if code not in (0, -signal.SIGTERM, -signal.SIGINT):
        print(f"amana: the worker ended with {code}; stopping", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(WORKER_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
