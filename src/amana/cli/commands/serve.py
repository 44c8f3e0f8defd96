# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana serve`: portal, desk, API and worker as one process group."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import Any

from amana.cli.errors import CommandFailed
from amana.cli.lifeline import PARENT, leave_no_core

WEB_GRACE_SECONDS = 6
WORKER_GRACE_SECONDS = 8


def register(commands: Any) -> None:
    parser = commands.add_parser("serve", help="run the node: portal, desk, API and worker")
    parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from amana.cli import occupied, pulse
    from amana.cli.commands.setup import check_settings, prepare

    leave_no_core()
    check_settings()
    _refuse_taken_port()
    occupied.occupy()
    prepare(say=lambda line: print(f"  {line}", flush=True))
    _greet()
    os.environ[PARENT] = str(os.getpid())
    pulse.forget()
    # A supervisor may stop us before the server has taken over the signals.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    worker = None if options.no_worker else _start_worker()
    try:
        _warm()
        _let_go_of_the_database()
        _serve()
    finally:
        if worker is not None:
            _stop(worker)
    return 0


def _refuse_taken_port() -> None:
    """Say so before anything is made. Whoever takes the port later is found by the server."""
    from amana.config.env import env

    settings = env()
    try:
        family, kind, *_, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise _port_taken(error) from error


def _port_taken(error: Exception) -> CommandFailed:
    from amana.config.env import env

    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    where = f"{env().host} port {env().port}"
    return CommandFailed(f"cannot listen on {where}: {reason}. Set PORT to another one")


def _warm() -> None:
    """Read once what every web process needs, so that they share it and the first person who
    opens a question, or files a report, does not wait for it."""
    from django.urls import get_resolver

    from amana.kernel.identifiers import tolerant
    from amana.kernel.suggest import risks_in
    from amana.packs import countries, load_taxonomy
    from amana.reports.intake import current_questionnaire

    len(get_resolver().url_patterns)
    current_questionnaire()
    load_taxonomy()
    countries()
    risks_in("24")  # a figure stands in every form of writing: all lexicons are read
    tolerant("phone", "+962790000000")
    gc.collect()
    gc.freeze()


def _let_go_of_the_database() -> None:
    """The web processes are made by fork, and a connection must not be in two of them."""
    from django.db import connections

    connections.close_all()


def _serve() -> None:
    from granian import Granian
    from granian.constants import Interfaces

    from amana.config.env import env

    settings = env()
    try:
        Granian(
            "amana.cli.web:application",
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
            workers_kill_timeout=WEB_GRACE_SECONDS,
        ).serve()
    except (OSError, RuntimeError) as error:
        raise _port_taken(error) from error


def _greet() -> None:
    from amana.agencies.selectors import current_agency
    from amana.cli.keeping.restore import is_waiting
    from amana.config.env import env
    from amana.people.services.accounts import first_code

    settings = env()
    agency = current_agency()
    base = settings.public_url.rstrip("/") or settings.listens_at
    print(f"\n  {agency.names.get('en', agency.code)}  ({agency.pack})")
    print(f"  portal  {base}/")
    print(f"  desk    {base}/desk/")
    if is_waiting():
        print("  this home was restored: look at the accounts, then  amana restore --accept")
        print(flush=True)
        return
    code = first_code(agency=agency)
    if code:
        print(f"  first administrator: open the desk and type the one-time code  {code}")
    print(flush=True)


def _start_worker() -> subprocess.Popen[bytes]:
    """In a process of its own, so that a slow job never holds up a page. It follows us."""
    worker = subprocess.Popen([sys.executable, "-m", "amana", "worker"], stdin=subprocess.DEVNULL)
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
