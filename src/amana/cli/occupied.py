# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether anybody is using a home: running nodes share a lock, a restore wants it alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from amana.cli.errors import CommandFailed
from amana.config.env import env

FILE: Final = "node.lock"


def occupy() -> int:
    """Say that a node runs here. Held until the last process that inherited it is gone.

    Raises `CommandFailed` while a restore is under way."""
    descriptor = _open()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise CommandFailed("this home is being restored; start the node afterwards") from None
    return descriptor


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
