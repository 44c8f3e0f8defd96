# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether anybody is using a home: running nodes share a lock, a restore wants it alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from amana.cli.errors import CommandFailed
from amana.cli.keeping.manifest import sync_folder
from amana.config.env import env

FILE: Final = "node.lock"
RESTORING: Final = "restoring"
"""Lies in the home from before a restore writes anything until it has shut everybody out: a copy
that stands there half restored holds old sessions and accounts."""

BROKEN_OFF: Final = (
    "a restore was broken off on this home: run it again, amana restore --from DIR --force"
)


def occupy() -> int:
    """Say that a node runs here. Held until the last process that inherited it is gone.

    Raises `CommandFailed` while a restore is under way, or after one that was broken off."""
    descriptor = _open()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise CommandFailed("this home is being restored; start the node afterwards") from None
    if is_restoring():
        os.close(descriptor)
        raise CommandFailed(f"{BROKEN_OFF}; nothing is served until then")
    return descriptor


def is_restoring() -> bool:
    """Whether a restore has begun on this home and not run to its end."""
    return (env().home / RESTORING).exists()


def mark_restoring() -> None:
    """On the disk before this returns."""
    folder = env().home
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / RESTORING, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(folder)


def end_restoring() -> None:
    """Everybody is out: the home may be used."""
    (env().home / RESTORING).unlink(missing_ok=True)
    sync_folder(env().home)


@contextmanager
def alone() -> Iterator[None]:
    """Work on a home that nobody uses. Raises `CommandFailed` while a node runs on it."""
    descriptor = _open()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CommandFailed("a node is running on this home; stop it first") from None
    finally:
        os.close(descriptor)


def _open() -> int:
    folder = env().run_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
