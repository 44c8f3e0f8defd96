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
from django.db.models import QuerySet

from amana.config.statements import Statement
from amana.journal import cosigning, state
from amana.journal.events import NODE, Act, Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint
from amana.journal.services import prepare, store
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger.checkpoints import Checkpoint as Signed
from amana.kernel.ledger.checkpoints import sign_checkpoint
from amana.kernel.ledger.notes import SigningKey
from amana.kernel.ledger.tiles import append
from amana.kernel.ledger.tree import EMPTY_ROOT, leaf_hash

BATCH: Final = 2048
PAD_TO: Final = 64
"""The public size grows in steps of 64: a neighbour who reads the checkpoints every hour cannot
tell an hour with three reports from an hour with none."""
HOUR: Final = 3600
NO_AGENCY: Final = UUID(int=0)
_LOCK: Final = 0x616D616E61
_PLACE_ALL: Final = Statement(
    "UPDATE journal_event AS event SET leaf_index = given.place "
    "FROM unnest(%s::uuid[], %s::bigint[]) AS given (id, place) WHERE event.id = given.id"
)


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What one batch did: how many events got a place, and the size of the tree after it."""

    added: int
    size: int


def head() -> Checkpoint | None:
    """The last signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def sequence(*, limit: int = BATCH) -> Sequenced | None:
    """Place up to `limit` waiting events; `None` when there is nothing to do.

    Raises `LogHeldBack` while the database is behind the last signed state."""
    if not _waiting().exists():
        return None
    with transaction.atomic():
        lock()
        _may_sign(head())
        events = list(_waiting().only("id", "commitment").order_by("id")[:limit])
        if not events:  # another sequencer placed them while we waited for the lock
            return None
        done, note = place(events, state.current_key())
    state.remember(note)
    return done


def sequence_all() -> int:
    """Place everything that waits; returns how many."""
    total = 0
    while (done := sequence()) is not None:
        total += done.added
    return total


def publish_hour(*, hour: int | None = None) -> PublicCheckpoint | None:
    """Make the checkpoint of this hour, padded with random leaves; `None` when it is there.

    The last leaf names the hour, so that the table of published checkpoints is covered too."""
    hour = int(time.time()) // HOUR if hour is None else hour
    if PublicCheckpoint.objects.filter(hour__gte=hour).exists():
        return None
    sequence_all()
    with transaction.atomic():
        lock()
        last = head()
        _may_sign(last)
        if PublicCheckpoint.objects.filter(hour__gte=hour).exists():
            return None
        events = list(_waiting().only("id", "commitment").order_by("id"))
        pads = -((last.size if last else 0) + len(events) + 1) % PAD_TO
        # What is committed by others from here on waits for the next batch: the size stays
        # padded, and the leaf that names the hour stays the last one.
        events += store([_pad() for _ in range(pads)])
        events += store([prepare(Act(Tag.LOG_PUBLISH, NODE, NO_AGENCY, facts={"hour": hour}))])
        done, note = place(events, state.current_key())
        public = PublicCheckpoint.objects.create(hour=hour, checkpoint_id=done.size)
        cosigning.cosign_own(public.checkpoint)
    state.remember(note)
    return public


def _waiting() -> QuerySet[Event]:
    return Event.objects.filter(leaf_index__isnull=True)


def place(events: Sequence[Event], key: SigningKey) -> tuple[Sequenced, str]:
    """Append these events, store the tiles and sign. Inside a transaction that holds the lock
    and has checked the state; the caller remembers the note once it has committed."""
    last = head()
    size = last.size if last else 0
    tiles = DatabaseTiles()
    grown = append(tiles, size, [leaf_hash(bytes(event.commitment)) for event in events])
    tiles.put_many(grown.changed)
    give_places(events, start=size)
    root = grown.root if grown.size else EMPTY_ROOT
    note = sign_checkpoint(Signed(origin=key.name, size=grown.size, root=root), key)
    Checkpoint.objects.create(size=grown.size, root=root, note=note)
    return Sequenced(added=len(events), size=grown.size), note


def give_places(events: Sequence[Event], *, start: int) -> None:
    """Write each event's index. By hand: the ORM's one long CASE would keep the gate shut for as
    long as filing a dozen reports takes."""
    for index, event in enumerate(events, start=start):
        event.leaf_index = index
    if connection.vendor == "postgresql":
        _PLACE_ALL.run([[e.id for e in events], [e.leaf_index for e in events]])
        return
    key = Event._meta.pk
    rows = [(e.leaf_index, key.get_db_prep_value(e.id, connection)) for e in events]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE journal_event SET leaf_index = %s WHERE id = %s", rows)


def _may_sign(last: Checkpoint | None) -> None:
    """Raise `LogHeldBack`, or let the log begin: its empty state is written down before the first
    entry commits, so that neither a crash nor a second sequencer finds entries without a state."""
    state.check(last)
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
