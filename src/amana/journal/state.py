# SPDX-License-Identifier: AGPL-3.0-or-later
"""The last signed state of the log, kept outside the database and outside every backup.

A database that was put back from an older copy must not sign a second history: whatever it holds
has to continue the state that stands here (design, Journal)."""

from __future__ import annotations

import os
from pathlib import Path

from amana.config.env import env
from amana.config.node import signing_key
from amana.journal.models import Checkpoint
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger.checkpoints import Checkpoint as Signed
from amana.kernel.ledger.checkpoints import open_checkpoint
from amana.kernel.ledger.tiles import root_at

FILE = "head.note"


class LogHeldBack(Exception):
    """The log signs nothing until an operator has decided; the text says why."""


def path() -> Path:
    return env().state_folder / FILE


def remembered() -> Signed | None:
    """The state that was signed last on this machine, or `None` before the first one."""
    try:
        note = path().read_text("utf-8")
    except FileNotFoundError:
        return None
    return open_checkpoint(note, [signing_key().vkey])


def remember(note: str) -> None:
    """Write the state down so that it survives a power cut."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)


def check(head: Checkpoint | None) -> None:
    """Raise `LogHeldBack` unless the database continues the state that was signed last."""
    last = remembered()
    if last is None:
        if head is not None:
            raise LogHeldBack(
                "the log has entries but the last signed state is missing on this machine"
            )
        return
    size = head.size if head is not None else 0
    if size < last.size:
        raise LogHeldBack(
            f"the database holds {size} signed entries but {last.size} were signed before: "
            "it was put back from an older copy"
        )
    if root_at(DatabaseTiles(), last.size) != last.root:
        raise LogHeldBack("the database holds another history than the one that was signed")
