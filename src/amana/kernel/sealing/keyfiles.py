# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small secret files: private to their owner, written whole or not at all, destroyed by intent."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from amana.kernel.sealing.errors import (
    KeyExists,
    KeyMissing,
    KeyringDamaged,
    KeyringMissing,
    UnsafePermissions,
)

LOCK_FILE: Final = ".lock"
MAX_FILE_BYTES: Final = 64 * 1024

_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_OTHERS: Final = 0o077
_HALF_WRITTEN: Final = ".*.new"


def make_folder(folder: Path) -> None:
    """A folder of mode 0700. An existing one is left as it is and must already be private."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    check_folder(folder)


def check_folder(folder: Path) -> None:
    """Raises `KeyringMissing`, or `UnsafePermissions` when others may look in."""
    if not folder.is_dir():
        raise KeyringMissing
    if stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        raise UnsafePermissions(
            "The key folder can be opened by other accounts. Set its mode to 0700."
        )


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """One writer at a time over all processes; kept by the system, so a crash frees it."""
    descriptor = os.open(
        folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE_FILE
    )
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read(path: Path) -> bytes:
    """The bytes of a private file. Raises `KeyMissing`, `UnsafePermissions`, `KeyringDamaged`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeyMissing(f"The key file {path.name} is missing.") from None
    except OSError:
        raise KeyringDamaged(f"The key file {path.name} cannot be read.") from None
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_size > MAX_FILE_BYTES:
            raise KeyringDamaged(f"The key file {path.name} is not what it should be.")
        if stat.S_IMODE(state.st_mode) & _OTHERS:
            raise UnsafePermissions(
                f"The key file {path.name} can be read by other accounts. Set its mode to 0600."
            )
        return os.read(descriptor, MAX_FILE_BYTES)
    finally:
        os.close(descriptor)


def create(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet; call it inside `exclusive`. Raises `KeyExists`."""
    if path.exists() or path.is_symlink():
        raise KeyExists
    _write_beside(path, data).replace(path)
    sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Write a file over an older one at once; what stood in the older one is overwritten."""
    temporary = _write_beside(path, data)
    old: int | None = None
    with suppress(FileNotFoundError):
        old = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        temporary.replace(path)
        sync_folder(path.parent)
        if old is not None:
            _overwrite(old)
    finally:
        if old is not None:
            os.close(old)


def destroy(path: Path) -> bool:
    """Overwrite, remove and sync; False when there was nothing.

    Overwriting reaches the old bytes on plain disks; on flash and copy-on-write file systems
    only removal is certain, which is why the folder can be locked with a passphrase.
    """
    # Out of the way first: a crash must not leave a key file full of noise.
    doomed = _temporary(path)
    try:
        path.rename(doomed)
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    wipe(doomed)
    return True


def wipe(path: Path) -> None:
    """Overwrite and remove a file under whatever name it has."""
    with suppress(FileNotFoundError):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            _overwrite(descriptor)
        finally:
            os.close(descriptor)
        path.unlink()
        sync_folder(path.parent)


def half_written(folder: Path) -> list[Path]:
    """What a crash left behind while writing or destroying; it may hold a key."""
    return sorted(folder.glob(_HALF_WRITTEN))


def sync_folder(folder: Path) -> None:
    """Make renames and removals in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_beside(path: Path, data: bytes) -> Path:
    temporary = _temporary(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, _PRIVATE_FILE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")


def _overwrite(descriptor: int) -> None:
    os.pwrite(descriptor, os.urandom(os.fstat(descriptor).st_size), 0)
    os.fsync(descriptor)
