# SPDX-License-Identifier: AGPL-3.0-or-later
"""A consistent copy of the database while the node runs, and back into an empty one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db import connection

from amana.cli import say
from amana.cli.errors import CommandFailed
from amana.cli.keeping.manifest import sync_folder

SQLITE_FILE: Final = "amana.sqlite3"
POSTGRES_FILE: Final = "amana.pgdump"
STEPS: Final = 100_000
BESIDE: Final = ("", "-wal", "-shm")


def copy_out(folder: Path) -> str:
    """Write the copy into `folder`; returns its file name."""
    if connection.vendor == "sqlite":
        _sqlite_out(_sqlite_path(), folder / SQLITE_FILE)
        return SQLITE_FILE
    with (folder / POSTGRES_FILE).open("xb") as target:
        os.fchmod(target.fileno(), 0o600)
        _run([_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"], stdout=target)
        os.fsync(target.fileno())
    return POSTGRES_FILE


def empty() -> bool:
    """Whether there is no table in the database of this home. Of SQLite also a log that was left
    without its file counts: it would be taken for the log of what is put there."""
    if connection.vendor == "sqlite" and not _sqlite_path().exists():
        return not _parts(_sqlite_path())
    found = not connection.introspection.table_names()
    connection.close()
    return found


def copy_in(source: Path) -> None:
    """Put a copy into the empty database of this home."""
    connection.close()
    if connection.vendor != "sqlite":
        name = str(connection.settings_dict["NAME"])
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run([_tool("pg_restore"), *options, f"--dbname={name}", str(source)])
        return
    target = _sqlite_path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, temporary)
        temporary.chmod(0o600)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def require_movable() -> None:
    """Raise `CommandFailed` where a database cannot be kept under another name."""
    if connection.vendor != "sqlite":
        raise CommandFailed("the PostgreSQL database is not empty; name an empty one to restore to")


def move_aside() -> Path | None:
    """Keep what is here under another name; `None` when there is nothing. SQLite only."""
    require_movable()
    path = _sqlite_path()
    kept = path.with_name(f"{path.name}.before-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
    connection.close()
    parts = _parts(path)
    moved = [
        part.rename(kept.with_name(kept.name + part.name.removeprefix(path.name))) for part in parts
    ]
    return moved[0] if moved else None


def _parts(path: Path) -> list[Path]:
    """What there is of a database: its file, and the log and the index beside it."""
    beside = (path.with_name(path.name + suffix) for suffix in BESIDE)
    return [part for part in beside if part.exists()]


def _sqlite_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _sqlite_out(source: Path, target: Path) -> None:
    """VACUUM INTO reads one moment of the database while others write, and takes along no page
    that was freed."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    progress, steps = say.Progress("database: steps"), 0

    def count() -> int:
        nonlocal steps
        steps += STEPS
        progress(steps)
        return 0

    with closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=60)) as database:
        database.execute("PRAGMA temp_store=MEMORY")
        database.set_progress_handler(count, STEPS)
        database.execute("VACUUM INTO ?", [str(target)])
    progress.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CommandFailed(
            f"{name} is not on this machine; install PostgreSQL's client programs, or copy the "
            "database with the tools of its own server"
        )
    return found


def _environment() -> Mapping[str, str]:
    """libpq's own variables: a password in the arguments would stand in the list of processes."""
    settings = connection.settings_dict
    options: Mapping[str, object] = settings.get("OPTIONS") or {}
    said = {
        "PGDATABASE": settings["NAME"],
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGOPTIONS": options.get("options"),
    }
    return {**os.environ, **{name: str(value) for name, value in said.items() if value}}


def _run(command: list[str], *, stdout: object = None) -> None:
    say.tell(f"{Path(command[0]).name} …")
    done = subprocess.run(
        command,
        env=dict(_environment()),
        stdout=stdout or subprocess.DEVNULL,  # type: ignore[call-overload]
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CommandFailed(f"{Path(command[0]).name} failed: {words[-1] if words else ''}")
