# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana restore`: all of it is checked before anything is written; nobody is in afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.core.management import call_command
from django.db import connection, transaction

from amana.casework import services as casework
from amana.cli import occupied, say
from amana.cli.errors import CommandFailed
from amana.cli.keeping import databases, manifest
from amana.cli.keeping.backup import BLOBS, copy_blob
from amana.config.clock import now
from amana.config.env import env
from amana.evidence.blobs import FolderBlobs
from amana.evidence.erasing import erase_traces
from amana.journal import state
from amana.journal.events import NODE, Act, Tag
from amana.journal.sequencer import NO_AGENCY, head
from amana.journal.services import record
from amana.people.models import Officer
from amana.people.services import restored
from amana.reports import sessions

FILE: Final = "restored.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """`accounts` wait to be confirmed; `held_back` says why the log signs nothing, or is empty."""

    accounts: int
    held_back: str
    kept: Path | None


def restore(folder: Path, *, force: bool) -> Restored:
    """Put a backup into this home. With `force`, a SQLite database that is there is kept under
    another name; nothing is ever written over. Until its end a mark lies in the home, and while
    it lies there no node starts. Raises `CommandFailed`."""
    found = manifest.read(folder)
    if found.database != connection.vendor:
        raise CommandFailed(
            f"this is a backup of {found.database}; this home uses {connection.vendor}"
        )
    _check_blobs(folder, found)
    taken = not databases.empty()
    if taken and not force:
        raise CommandFailed(
            "this home holds a database; --force keeps it under another name and restores"
        )
    if taken:
        databases.require_movable()
    occupied.mark_restoring()
    kept = databases.move_aside() if taken else None
    _copy_blobs(folder, found)
    databases.copy_in(folder / found.database_file)
    call_command("migrate", verbosity=0, interactive=False)
    if casework.destroy_again():
        erase_traces()
    accounts = _shut_everybody_out(found)
    occupied.end_restoring()
    return Restored(accounts=accounts, held_back=_held_back(), kept=kept)


def waiting() -> list[UUID]:
    """Accounts that were open in the copy and wait to be confirmed."""
    try:
        said = json.loads(_path().read_text("utf-8"))
    except FileNotFoundError:
        return []
    return [UUID(each) for each in said["accounts"]]


def is_waiting() -> bool:
    """Whether a restore has not been accepted yet."""
    return _path().exists()


def accept(*, without: list[str]) -> tuple[int, int]:
    """Open the accounts again, but for these sign-in names, which are ended for good; returns how
    many of each. Raises `CommandFailed` for a name that nobody has."""
    ids = set(waiting())
    people = Officer.objects.filter(pk__in=ids)
    dismissed = {officer.pk for officer in people if officer.login in without}
    unknown = set(without) - {officer.login for officer in people}
    if unknown:
        raise CommandFailed(f"no such account waits: {', '.join(sorted(unknown))}")
    restored.confirm(officers=ids - dismissed, dismiss=dismissed)
    _path().unlink(missing_ok=True)
    return len(ids - dismissed), len(dismissed)


def _path() -> Path:
    return env().state_folder / FILE


def _check_blobs(folder: Path, found: manifest.Manifest) -> None:
    store = FolderBlobs(folder / BLOBS)
    progress = say.Progress("checking sealed files", found.blobs)
    for number, address in enumerate(manifest.blob_lines(folder), start=1):
        if manifest.digest_of(store.path(address)) != address:
            raise CommandFailed(f"{store.path(address)} is not what was backed up")
        progress(number)
    progress.close()


def _copy_blobs(folder: Path, found: manifest.Manifest) -> None:
    """An address is the digest of its bytes, so a file that is here already is the same one."""
    source, target = FolderBlobs(folder / BLOBS), FolderBlobs(env().blob_folder)
    progress = say.Progress("sealed files", found.blobs)
    for number, address in enumerate(manifest.blob_lines(folder), start=1):
        if not target.path(address).exists():
            copy_blob(source.path(address), target.path(address))
        elif manifest.digest_of(target.path(address)) != address:
            raise CommandFailed(f"{target.path(address)} is damaged; move it away and try again")
        progress(number)
    progress.close()


def _shut_everybody_out(found: manifest.Manifest) -> int:
    """One transaction: there is no moment in which an old session opens anything."""
    env().state_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with transaction.atomic():
        sessions.end_all()
        accounts = restored.suspend_all()
        facts: dict[str, str | int | bool | None] = {
            "made_at": found.made_at,
            "log_size": found.log_size,
        }
        record(Act(Tag.RESTORE_RUN, NODE, NO_AGENCY, facts=facts))
        _path().unlink(missing_ok=True)
        if not accounts:
            return 0
        said = {"at": now().isoformat(), "accounts": [str(each) for each in accounts]}
        manifest.write_new(_path(), json.dumps(said).encode())
    return len(accounts)


def _held_back() -> str:
    return state.held_back(head())
