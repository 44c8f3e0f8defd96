# SPDX-License-Identifier: AGPL-3.0-or-later
"""The last signed state of the log, kept outside the database and outside every backup.

A database that was put back from an older copy must not sign a second history: whatever it holds
has to continue the state that stands here (design, Journal; docs/decisions/0013)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amana.config.env import env
from amana.journal import origins
from amana.journal.models import Checkpoint
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger.checkpoints import Checkpoint as Signed
from amana.kernel.ledger.checkpoints import open_checkpoint
from amana.kernel.ledger.errors import LedgerError, NoteError
from amana.kernel.ledger.notes import SigningKey
from amana.kernel.ledger.tiles import root_at

FILE = "head.note"
UNKNOWN = "keys-were-elsewhere"
DISPUTED = "disputed.txt"
WITNESSED = "witnessed"
_read: dict[Path, tuple[object, Signed | None]] = {}


class LogHeldBack(Exception):
    """The log signs nothing until an operator has decided; the text says why."""


def path() -> Path:
    return env().state_folder / FILE


def remembered() -> Signed | None:
    """The state that was signed last on this machine, or `None` before the first one.

    Raises a `LedgerError` for a note that this node did not sign."""
    try:
        found = path().stat()
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size, origins.first())
        at, signed = _read.get(path(), (None, None))
        if at != stamp or signed is None:
            signed = _open(_text(path()))
            _read[path()] = (stamp, signed)
    except FileNotFoundError:
        return None
    return signed


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError("it is no text") from error


def _open(note: str) -> Signed:
    return open_checkpoint(note, [origins.vkey_of(origins.origin_of(note))])


def current_key() -> SigningKey:
    """The signing key under the name that the log has now."""
    last = remembered()
    return origins.key_of(last.origin if last is not None else origins.first())


def remember(note: str) -> None:
    """Write the state down so that it survives a power cut. An older state of the same log
    never replaces a newer one, whoever was slower."""
    target = path()
    new = _open(note)
    with _alone(target.parent):
        old = remembered()
        if old is not None and old.origin == new.origin and old.size > new.size:
            return
        _write(target, note)


def set_aside() -> None:
    """Keep the note of a state that was given up: it is what others may hold against us. One that
    nobody can read any more is moved away, so that the next can be written."""
    with _alone(path().parent):
        try:
            lost = remembered()
        except LedgerError:
            path().replace(path().with_name(f"unreadable-{int(path().stat().st_mtime)}.note"))
            return
        if lost is not None:
            kept = path().with_name(f"lost-{lost.size}-{lost.root.hex()[:16]}.note")
            _write(kept, path().read_text("utf-8"))


def keys_came_from_elsewhere() -> None:
    """Note that the node keys were put back here: they may have signed what nobody here knows."""
    folder = path().parent
    with _alone(folder):
        if not path().exists():
            _write(folder / UNKNOWN, "")


def dispute(reason: str) -> bool:
    """Note that a witness contradicts this log; nothing is signed until an operator has decided.

    False when one is noted already."""
    with _alone(path().parent):
        if disputed():
            return False
        _write(path().parent / DISPUTED, f"{reason}\n")
    return True


def disputed() -> str:
    """What a witness holds against this log, or nothing."""
    try:
        return (path().parent / DISPUTED).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def settle() -> bool:
    """End a dispute; its text is kept beside. False when there was none."""
    with _alone(path().parent):
        if not disputed():
            return False
        file = path().parent / DISPUTED
        file.replace(file.with_name(f"settled-{int(file.stat().st_mtime)}.txt"))
    return True


def witnessed(place: str) -> Signed | None:
    """What this node cosigned last of a partner's log, by the copy outside of the database."""
    try:
        return Signed.parse((path().parent / WITNESSED / place).read_text("utf-8"))
    except FileNotFoundError:
        return None


def remember_witnessed(place: str, text: str) -> None:
    """Write down what was cosigned (a checkpoint's text), unless more was meanwhile."""
    with _alone(path().parent / WITNESSED):
        old, new = witnessed(place), Signed.parse(text)
        if old is None or old.size < new.size:
            _write(path().parent / WITNESSED / place, text)


def check(head: Checkpoint | None, tiles: DatabaseTiles | None = None) -> None:
    """Raise `LogHeldBack` unless the database continues the state that was signed last, and no
    witness says otherwise. `tiles` keeps what was read for whoever appends next."""
    _check(head, _last_signed(), tiles)


def _last_signed() -> Signed | None:
    try:
        return remembered()
    except LedgerError as error:
        raise LogHeldBack(f"the last signed state cannot be read: {error}") from error


def _check(
    head: Checkpoint | None, last: Signed | None, tiles: DatabaseTiles | None = None
) -> None:
    if reason := disputed():
        raise LogHeldBack(reason)
    if last is None:
        _check_beginning(head)
        return
    size = head.size if head is not None else 0
    if size < last.size:
        raise LogHeldBack(
            f"the database holds {size} signed entries but {last.size} were signed before: "
            "it was put back from an older copy"
        )
    if head is not None and origins.origin_of(head.note) != last.origin:
        raise LogHeldBack("the database was signed under another name than the last signed state")
    if root_at(tiles or DatabaseTiles(), last.size) != last.root:
        raise LogHeldBack("the database holds another history than the one that was signed")


def held_back(head: Checkpoint | None) -> str:
    """Why the log signs nothing now; empty when it may sign."""
    try:
        check(head)
    except (LogHeldBack, LedgerError) as error:
        return str(error)
    return ""


def held_back_now() -> str:
    """The same while the log may be growing: the state is read before the database, since the
    other way round a signing in between would look like a loss."""
    try:
        last = _last_signed()
        _check(Checkpoint.objects.order_by("-size").first(), last)
    except (LogHeldBack, LedgerError) as error:
        return str(error)
    return ""


def _check_beginning(head: Checkpoint | None) -> None:
    if head is not None:
        raise LogHeldBack(
            "the log has entries but the last signed state is missing on this machine"
        )
    if (path().parent / UNKNOWN).exists():
        raise LogHeldBack(
            "the node keys were put back from a backup, so they may have signed another log before"
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(target: Path, text: str) -> None:
    temporary = target.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
