# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana demo`: a node with invented stories, served until it is stopped."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from typing import Any

from amana.cli.errors import CommandFailed

READY_WITHIN_SECONDS = 120.0
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  (compared, not listened on)


def register(commands: Any) -> None:
    parser = commands.add_parser("demo", help="serve a demonstration: nine stories, 500 reports")
    parser.add_argument("--fill", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--code", metavar="KEY", help="six digits for an authenticator key, now")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve as `amana serve` does; a child of ours fills the home through the running node.

    Refuses a home that holds a real report before anything is started."""
    if options.fill:
        return _fill(options.fill)
    if options.code:
        return _print_code(options.code)
    from amana.cli.commands import serve
    from amana.cli.commands.setup import check_settings, prepare
    from amana.config.env import env

    check_settings()
    prepare(say=lambda line: print(f"  {line}", flush=True))
    from django.db import connections

    from amana.agencies.selectors import current_agency
    from amana.cli.lifeline import PARENT
    from amana.cli.replay.ground import refuse_real

    refuse_real(current_agency())
    connections.close_all()
    settings = env()
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    subprocess.Popen(
        [
            sys.executable,
            "-m",
            "amana",
            "demo",
            "--fill",
            settings.model_copy(update={"host": host}).listens_at,
        ],
        stdin=subprocess.DEVNULL,
        env={**os.environ, PARENT: str(os.getpid())},
    )
    return serve.run(argparse.Namespace(no_worker=False))


def _fill(node: str) -> int:
    from amana.cli.lifeline import follow_parent

    follow_parent()
    import django

    django.setup()
    from amana.cli.demo.filling import fill

    _wait(node)
    for sign_in in fill(node):
        print(f"  {sign_in.name:18} sign-in {sign_in.login}  password '{sign_in.password}'")
        print(f"  {'':18} vault '{sign_in.passphrase}'  authenticator key {sign_in.totp}")
    print(
        f"\n  The demonstration is ready: {node}/  {node}/desk/  {node}/figures/"
        "\n  Six digits for an authenticator key: amana demo --code KEY\n",
        flush=True,
    )
    return 0


def _print_code(key: str) -> int:
    import django

    django.setup()
    from amana.cli.replay.officers import one_time_code

    try:
        print(one_time_code(key.replace(" ", "").upper()))
    except ValueError as error:
        raise CommandFailed("this is no authenticator key") from error
    return 0


def _wait(node: str) -> None:
    """Until the node answers. Raises `CommandFailed` when it does not."""
    import http.client

    from amana.cli.replay.client import Client

    end = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < end:
        client = Client(node)
        try:
            if client.request("GET", "/healthz").status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            client.close()
        time.sleep(0.2)
    raise CommandFailed(f"the node at {node} does not answer")
