# SPDX-License-Identifier: AGPL-3.0-or-later
"""Going on after a restore (docs/decisions/0013).

The old log ends where it was last signed, and nobody signs for it again. The entries that are
here go on under a new name, and the first leaf under it says what is missing."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from amana.journal import origins, state
from amana.journal.events import NODE, Act, Tag
from amana.journal.sequencer import NO_AGENCY, head, lock, place
from amana.journal.services import prepare, record, store
from amana.journal.store import DatabaseTiles
from amana.journal.verify import verify
from amana.journal.waiting import waiting
from amana.kernel.ledger.checkpoints import Checkpoint as Signed
from amana.kernel.ledger.errors import LedgerError

MAX_REASON: Final = 300


class NotHeldBack(Exception):
    """The log signs as it should: there is nothing to accept."""


class LogDamaged(Exception):
    """What is here does not hold in itself; `problems` says why. It must not be signed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems[:5]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new name of the log, the size it goes on from, and how many signed entries are lost
    (`None` when nothing on this machine says how many there were)."""

    origin: str
    size: int
    lost: int | None


def accept(*, reason: str) -> Accepted:
    """Give the old log up and go on under a new name. Raises `NotHeldBack`, `LogDamaged`."""
    if not state.held_back(head()):
        raise NotHeldBack
    found = verify(against_state=False)
    if not found.holds:
        raise LogDamaged(found.problems)
    given_up, origin = _given_up(), origins.fresh()
    with transaction.atomic():
        lock()
        last = head()
        size = last.size if last is not None else 0
        event = prepare(_act(origin, size, given_up, reason))
        store([event])
        key, tiles = origins.key_of(origin), DatabaseTiles()
        _done, note = place(waiting([event]), key, after=last, tiles=tiles)
    state.set_aside()
    state.settle()
    state.remember(note)
    lost = None if given_up is None else max(0, given_up.size - size)
    return Accepted(origin=origin, size=size, lost=lost)


def settle(*, reason: str) -> None:
    """Go on under the same name although a witness contradicted this log: the operator has found
    the fault on the other side. Raises `NotHeldBack`."""
    if not state.disputed():
        raise NotHeldBack
    with transaction.atomic():
        record(Act(Tag.LOG_SETTLE, NODE, NO_AGENCY, purpose=reason[:MAX_REASON]))
    state.settle()


def _given_up() -> Signed | None:
    try:
        return state.remembered()
    except LedgerError:
        return None


def _act(origin: str, size: int, given_up: Signed | None, reason: str) -> Act:
    return Act(
        tag=Tag.RESTORE_ACCEPT,
        actor=NODE,
        agency_id=NO_AGENCY,
        purpose=reason[:MAX_REASON],
        facts={
            "origin": origin,
            "size": size,
            "given_up_origin": given_up.origin if given_up else None,
            "given_up_size": given_up.size if given_up else None,
            "given_up_root": base64.b64encode(given_up.root).decode() if given_up else None,
        },
    )
