# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gives waiting events their place in the tree, in batches, and signs each new state.

Runs beside the web processes; a second sequencer does no harm: on PostgreSQL it waits for the
lock, on SQLite for the write gate, and a place is unique in the database anyway."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from amana.config.prepared import Prepared
from amana.journal import cosigning, state
from amana.journal.events import NODE, Act, Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint
from amana.journal.services import prepare, store
from amana.journal.store import DatabaseTiles
from amana.journal.waiting import (
    Waiting,
    anything_waits,
    first_waiting,
    give_places,
    waiting,
)
from amana.kernel.ledger.checkpoints import Checkpoint as Signed
from amana.kernel.ledger.checkpoints import sign_checkpoint
from amana.kernel.ledger.notes import SigningKey
from amana.kernel.ledger.tiles import append
from amana.kernel.ledger.tree import EMPTY_ROOT, leaf_hash

BATCH: Final = 2048
REMEMBER_EACH: Final = 8
PAD_TO: Final = 64
"""The public size grows in steps of 64: a neighbour who reads the checkpoints every hour cannot
tell an hour with three reports from an hour with none."""
HOUR: Final = 3600
NO_AGENCY: Final = UUID(int=0)
_LOCK: Final = 0x616D616E61
_HEAD: Final = Prepared(lambda: Checkpoint.objects.order_by("-size")[:1])


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What one batch did: how many events got a place, and the size of the tree after it."""

    added: int
    size: int


def head() -> Checkpoint | None:
    """The last signed checkpoint."""
    return _HEAD.first()


def sequence(*, limit: int = BATCH) -> Sequenced | None:
    """Place up to `limit` waiting events; `None` when there is nothing to do.

    Raises `LogHeldBack` while the database is behind the last signed state."""
    made = _batch(limit)
    if made is None:
        return None
    done, note = made
    state.remember(note)
    return done


def sequence_all(*, batch: int = BATCH) -> int:
    """Place everything that waits; returns how many.

    Of a long queue only each eighth state is written down outside of the database, and the last
    one. Nobody sees those in between: what leaves the node is published, and remembered, later.
    A crash there leaves the database ahead of the state, as one before `remember` always may."""
    total, number, note = 0, 0, ""
    try:
        while (made := _batch(batch)) is not None:
            done, note = made
            total, number = total + done.added, number + 1
            if number % REMEMBER_EACH == 0:
                state.remember(note)
                note = ""
    finally:
        if note:
            state.remember(note)
    return total


def _batch(limit: int) -> tuple[Sequenced, str] | None:
    """One batch, committed; the caller remembers its note."""
    if not anything_waits():
        return None
    with transaction.atomic():
        lock()
        last, tiles = head(), DatabaseTiles()
        _may_sign(last, tiles)
        entries = first_waiting(limit)
        if not entries:  # another sequencer placed them while we waited for the lock
            return None
        return place(entries, state.current_key(), after=last, tiles=tiles)


def publish_hour(*, hour: int | None = None) -> PublicCheckpoint | None:
    """Make the checkpoint of this hour, padded with random leaves; `None` when it is there.

    The last leaf names the hour, so that the table of published checkpoints is covered too."""
    hour = int(time.time()) // HOUR if hour is None else hour
    if PublicCheckpoint.objects.filter(hour__gte=hour).exists():
        return None
    sequence_all()
    with transaction.atomic():
        lock()
        last, tiles = head(), DatabaseTiles()
        _may_sign(last, tiles)
        if PublicCheckpoint.objects.filter(hour__gte=hour).exists():
            return None
        entries = first_waiting()
        pads = -((last.size if last else 0) + len(entries) + 1) % PAD_TO
        # What is committed by others from here on waits for the next batch: the size stays
        # padded, and the leaf that names the hour stays the last one.
        named = prepare(Act(Tag.LOG_PUBLISH, NODE, NO_AGENCY, facts={"hour": hour}))
        entries += waiting(store([*(_pad() for _ in range(pads)), named]))
        done, note = place(entries, state.current_key(), after=last, tiles=tiles)
        public = PublicCheckpoint.objects.create(hour=hour, checkpoint_id=done.size)
        cosigning.cosign_own(public.checkpoint)
    state.remember(note)
    return public


def place(
    entries: Sequence[Waiting],
    key: SigningKey,
    *,
    after: Checkpoint | None,
    tiles: DatabaseTiles,
) -> tuple[Sequenced, str]:
    """Append these entries to the state `after`, store the tiles and sign. Inside a transaction
    that holds the lock and has checked that state; the caller remembers the note once it has
    committed."""
    size = after.size if after else 0
    grown = append(tiles, size, [leaf_hash(entry.commitment) for entry in entries])
    tiles.put_many(grown.changed)
    give_places(entries, start=size)
    root = grown.root if grown.size else EMPTY_ROOT
    note = sign_checkpoint(Signed(origin=key.name, size=grown.size, root=root), key)
    Checkpoint.objects.create(size=grown.size, root=root, note=note)
    return Sequenced(added=len(entries), size=grown.size), note


def _may_sign(last: Checkpoint | None, tiles: DatabaseTiles) -> None:
    """Raise `LogHeldBack`, or let the log begin: its empty state is written down before the first
    entry commits, so that neither a crash nor a second sequencer finds entries without a state."""
    state.check(last, tiles)
    if last is None and state.remembered() is None:
        key = state.current_key()
        state.remember(sign_checkpoint(Signed(origin=key.name, size=0, root=EMPTY_ROOT), key))


def _pad() -> Event:
    """A leaf that says nothing: the random bytes keep equal pads from looking alike."""
    noise = {"noise": secrets.token_hex(8)}
    return prepare(Act(Tag.LOG_PAD, NODE, NO_AGENCY, facts={**noise}))


def lock() -> None:
    """One writer of the tree at a time, until the end of the transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
