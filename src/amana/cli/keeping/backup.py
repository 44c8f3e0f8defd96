# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana backup`: database first, then the sealed files it names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db import transaction

from amana import __version__
from amana.agencies.selectors import current_agency
from amana.cli import say
from amana.cli.errors import CommandFailed
from amana.cli.keeping import databases, manifest
from amana.config.clock import now
from amana.config.env import env
from amana.config.node import keyring
from amana.evidence.blobs import FolderBlobs
from amana.evidence.models import EvidenceItem
from amana.journal.events import NODE, Act, Tag
from amana.journal.sequencer import NO_AGENCY, head
from amana.journal.services import record

BLOBS: Final = "blobs"


def back_up(folder: Path) -> manifest.Manifest:
    """Copy a running node into a new folder. Raises `CommandFailed`; what was cut off has no
    manifest and cannot be restored."""
    _make(folder)
    last = head()  # before the copy: the copy holds at least this
    name = databases.copy_out(folder)
    copied, missing, size = _copy_blobs(folder)
    done = manifest.Manifest(
        format=manifest.FORMAT,
        version=__version__,
        made_at=now().isoformat(timespec="seconds"),
        node=keyring().public_key().hex(),
        pack=current_agency().pack,
        database="sqlite" if name == databases.SQLITE_FILE else "postgresql",
        database_file=name,
        log_size=last.size if last is not None else 0,
        blobs=copied,
        missing_blobs=missing,
        blob_bytes=size,
        files={each: manifest.digest_of(folder / each) for each in (name, manifest.BLOB_LIST)},
    )
    manifest.write(folder, done)
    with transaction.atomic():
        facts = {"log_size": done.log_size, "blobs": copied}
        record(Act(Tag.BACKUP_RUN, NODE, NO_AGENCY, facts={**facts}))
    return done


def _make(folder: Path) -> None:
    if folder.resolve().is_relative_to(env().home):
        raise CommandFailed("the backup would lie inside the home; name a folder elsewhere")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise CommandFailed(f"{folder} is not empty; a backup never writes over anything")


def _copy_blobs(folder: Path) -> tuple[int, int, int]:
    """Copies what the database named, however many; returns copied, gone meanwhile, bytes. What
    lies in a bucket stays there: its own versions and replicas are its backup."""
    if env().blob_bucket is not None:
        say.tell("sealed files lie in a bucket and are not copied: see to its replicas")
        (folder / manifest.BLOB_LIST).touch(exist_ok=False)
        return 0, 0, 0
    store, target = FolderBlobs(env().blob_folder), FolderBlobs(folder / BLOBS)
    progress = say.Progress("sealed files", EvidenceItem.objects.count())
    copied = missing = size = 0
    with (folder / manifest.BLOB_LIST).open("x", encoding="ascii") as listing:
        for address in _addresses():
            try:
                size += copy_blob(store.path(address), target.path(address))
            except FileNotFoundError:  # deleted with its draft since the database was copied
                missing += 1
                continue
            listing.write(f"{address}\n")
            copied += 1
            progress(copied)
        listing.flush()
        os.fsync(listing.fileno())
    progress.close()
    return copied, missing, size


def _addresses() -> Iterator[str]:
    rows = (
        EvidenceItem.objects.filter(shredded_at=None)
        .order_by("blob")
        .values_list("blob", flat=True)
    )
    yield from rows.distinct().iterator(chunk_size=2000)


def copy_blob(source: Path, target: Path) -> int:
    """Copy a blob to a place where nothing is; returns its size in bytes."""
    with source.open("rb") as reader:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as writer:
            shutil.copyfileobj(reader, writer, manifest.CHUNK)
            writer.flush()
            os.fsync(writer.fileno())
            return writer.tell()
