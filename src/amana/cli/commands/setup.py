# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana setup`: make a home ready. Safe to run again; `serve` does it at every start."""

from __future__ import annotations

import argparse
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from amana.cli.errors import CommandFailed

DEFAULT_PACK = "jo"


def register(commands: Any) -> None:
    parser = commands.add_parser("setup", help="make the home ready: keys, tables, country pack")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    check_settings()
    prepare(say=lambda line: print(line, file=sys.stderr))
    return 0


def check_settings() -> None:
    """Raise for settings with which no node may start (`faults` says those that are none)."""
    from amana.config.env import env

    settings = env()
    if settings.load_test and (not settings.loopback or settings.trusted_proxies):
        raise CommandFailed(
            "AMANA_LOAD_TEST=1 lifts the flood limits; it is refused unless AMANA_HOST is a "
            "loopback address and no reverse proxy stands in front (AMANA_TRUSTED_PROXIES=0)"
        )


def prepare(*, say: Callable[[str], None]) -> None:
    """Folders, node keys, tables, style sheets, country pack, a key for every unit.

    A second run finds everything there and changes nothing."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        _folders()
        _keys()
        _database(say)
        _static(say)
        _agency(say)
    except ImproperlyConfigured as error:
        raise CommandFailed(str(error)) from error
    except DatabaseError as error:
        raise CommandFailed(f"the database cannot be used: {error}") from error
    except OSError as error:
        raise CommandFailed(f"{error.filename}: {error.strerror}") from error


def _folders() -> None:
    from amana.config.env import env

    settings = env()
    for folder in (settings.home, settings.run_folder, settings.state_folder, settings.blob_folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            with suppress(PermissionError):  # a mounted folder that belongs to somebody else
                folder.chmod(0o700)


def _keys() -> None:
    from amana.config.env import env
    from amana.kernel.sealing.errors import SealingError
    from amana.kernel.sealing.keyring import Keyring

    settings = env()
    try:
        passphrase = None
        if settings.keys_passphrase_file:
            passphrase = settings.keys_passphrase_file.read_text("utf-8").strip()
        Keyring.ensure(settings.key_folder, passphrase)
    except (SealingError, OSError) as error:
        raise CommandFailed(f"the node keys cannot be opened: {error}") from error


def _database(say: Callable[[str], None]) -> None:
    import django
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"database: {len(plan)} steps")
        call_command("migrate", verbosity=0, interactive=False)


def _static(say: Callable[[str], None]) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from amana import __version__

    stamp = settings.STATIC_ROOT / ".version"
    newest = f"{__version__} {_newest_static()}"
    if stamp.exists() and stamp.read_text() == newest:
        return
    say("style sheets")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(newest)


def _newest_static() -> int:
    from django.contrib.staticfiles.finders import get_finders

    newest = 0
    for finder in get_finders():
        for path, storage in finder.list([]):
            newest = max(newest, int(storage.get_modified_time(path).timestamp()))
    return newest


def _agency(say: Callable[[str], None]) -> None:
    from amana.agencies.models import Agency
    from amana.agencies.services import PackMismatchError, apply_pack
    from amana.config.env import env
    from amana.packs import PackError, load_pack
    from amana.people.services.keys import provision

    there = Agency.objects.values_list("pack", flat=True).first()
    code = env().pack or there or DEFAULT_PACK
    try:
        if there is None:
            say(f"country pack: {code}")
        agency = apply_pack(pack=load_pack(code))
    except (PackError, PackMismatchError) as error:
        raise CommandFailed(str(error)) from error
    provision(agency=agency)
