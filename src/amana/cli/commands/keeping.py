# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana backup` and `amana restore`: database and sealed files; the keys are kept apart."""

from __future__ import annotations

import argparse
import sqlite3
from pathlib import Path
from typing import Any

from amana.cli import say
from amana.cli.errors import CommandFailed


def register(commands: Any) -> None:
    backup = commands.add_parser("backup", help="copy database and sealed files of a running node")
    backup.add_argument("--to", required=True, type=Path, metavar="DIR", help="a new folder")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="put a backup into an empty home, or accept it")
    restore.add_argument("--from", type=Path, metavar="DIR", dest="source")
    restore.add_argument("--force", action="store_true", help="keep what is here under a new name")
    restore.add_argument("--accept", action="store_true", help="the accounts have been looked at")
    restore.add_argument(
        "--without", nargs="*", default=[], metavar="LOGIN", help="accounts to end for good"
    )
    restore.set_defaults(run=run_restore)


def run_backup(options: argparse.Namespace) -> int:
    """Copy the node; it may go on running."""
    import django

    django.setup()
    from django.db import DatabaseError

    from amana.agencies.selectors import NoAgencyError
    from amana.cli.keeping.backup import back_up

    folder: Path = options.to.absolute()
    try:
        done = back_up(folder)
    except (OSError, DatabaseError, sqlite3.Error, NoAgencyError) as error:
        raise CommandFailed(f"the backup was not finished: {error}") from error
    print(f"{folder}: {done.blobs} sealed files, {done.blob_bytes:,} bytes, {done.database}")
    print("the keys are not in it: amana keys backup --to FILE, and keep that somewhere else")
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """`--from` puts the copy back, `--accept` lets people in again."""
    if (options.source is None) == (not options.accept):
        raise CommandFailed("give either --from DIR or --accept")
    import django

    django.setup()
    return _accept(options.without) if options.accept else _restore(options)


def _restore(options: argparse.Namespace) -> int:
    from django.db import DatabaseError

    from amana.cli import occupied
    from amana.cli.keeping.restore import restore
    from amana.kernel.sealing.errors import KeyringMissing, SealingError

    try:
        with occupied.alone():
            done = restore(options.source.absolute(), force=options.force)
    except KeyringMissing:
        raise CommandFailed(
            "put the node keys back first: amana keys restore --from FILE"
        ) from None
    except (OSError, DatabaseError, SealingError) as error:
        raise CommandFailed(f"nothing was accepted; the restore stopped: {error}") from error
    if done.kept is not None:
        say.tell(f"what was here before is kept as {done.kept}")
    print("restored. Every session has ended.")
    if done.accounts:
        print(f"{done.accounts} accounts are closed until you have looked at them:")
        _list_accounts()
        print("then: amana restore --accept [--without LOGIN ...]")
    if done.held_back:
        print(f"the log signs nothing: {done.held_back}")
        print('if no newer copy can be found: amana journal accept --reason "…"')
    return 0


def _list_accounts() -> None:
    from amana.cli.keeping.restore import waiting
    from amana.people.models import Officer

    for officer in Officer.objects.filter(pk__in=waiting()).order_by("login")[:500]:
        last = officer.last_login.date().isoformat() if officer.last_login else "never"
        print(f"  {officer.login:<24} {officer.name:<32} last signed in {last}")


def _accept(without: list[str]) -> int:
    from amana.cli.keeping import restore

    if not restore.is_waiting():
        raise CommandFailed("no restore waits to be accepted")
    opened, ended = restore.accept(without=without)
    print(f"{opened} accounts are open again, {ended} ended for good")
    return 0
