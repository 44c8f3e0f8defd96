# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key of the day, under which sources are counted.

It lives in a file outside every backup and dies with the day (UTC): afterwards nobody, with any
copy of the database, can tell whether an address had ever been here.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from datetime import UTC, date
from pathlib import Path
from typing import Final

from amana.config.clock import now
from amana.config.env import env

KEY_BYTES: Final = 32
_PREFIX: Final = "day-"
_SUFFIX: Final = ".key"

_lock = threading.Lock()
_held: dict[Path, tuple[date, bytes]] = {}


def key_of_the_day() -> bytes:
    """32 bytes, the same in every process of this node until midnight UTC."""
    today, folder = now().astimezone(UTC).date(), env().run_folder
    held = _held.get(folder)
    if held is None or held[0] != today:
        with _lock:
            held = _held[folder] = (today, _read_or_make(folder, today))
        destroy_old_keys()
    return held[1]


def destroy_old_keys() -> int:
    """Overwrite and unlink the keys of all other days. Returns how many."""
    today, folder, gone = now().astimezone(UTC).date(), env().run_folder, 0
    for pattern in (f"{_PREFIX}*", f".{_PREFIX}*"):
        for path in folder.glob(pattern):
            if today.isoformat() not in path.name:
                gone += _destroy(path)
    return gone


def _path(folder: Path, day: date) -> Path:
    return folder / f"{_PREFIX}{day.isoformat()}{_SUFFIX}"


def _read_or_make(folder: Path, day: date) -> bytes:
    path = _path(folder, day)
    for _ in range(3):
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        _make(path)
    raise RuntimeError("the folder AMANA_HOME/run does not keep files")


def _make(path: Path) -> None:
    # A link fails when another process was first, and then its key counts for all.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _destroy(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            length = os.fstat(file.fileno()).st_size
            file.write(secrets.token_bytes(max(length, KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:  # another process was quicker
        return False
    return True
