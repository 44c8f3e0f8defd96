# SPDX-License-Identifier: AGPL-3.0-or-later
"""The entries that wait for their place: read as bare rows, placed by one statement.

A model of each would cost the sequencer three times what its hashes do, and the write gate stays
shut meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from amana.config.statements import Statement
from amana.journal.models import Event
from amana.kernel.ledger.encoding import MAX_SIZE

_ANY: Final = Statement("SELECT EXISTS (SELECT 1 FROM journal_event WHERE leaf_index IS NULL)")
_FIRST: Final = Statement(
    "SELECT id, commitment FROM journal_event WHERE leaf_index IS NULL ORDER BY id LIMIT %s"
)
_PLACE_ALL: Final = Statement(
    "UPDATE journal_event AS event SET leaf_index = given.place "
    "FROM unnest(%s::uuid[], %s::bigint[]) AS given (id, place) WHERE event.id = given.id"
)
_PLACE_EACH: Final = "UPDATE journal_event SET leaf_index = %s WHERE id = %s"


class Waiting(NamedTuple):
    """An entry without a place: its key as the database's driver has it, and what enters the
    tree."""

    key: str | UUID
    commitment: bytes


def anything_waits() -> bool:
    """Whether any entry waits; asks before the lock is taken."""
    return bool(_ANY.run(())[0][0])


def first_waiting(limit: int | None = None) -> list[Waiting]:
    """The entries that have waited longest, oldest first."""
    rows = _FIRST.run((MAX_SIZE if limit is None else limit,))
    return [Waiting(key, bytes(commitment)) for key, commitment in rows]


def waiting(events: Sequence[Event]) -> list[Waiting]:
    """The same of entries that were stored just now, in their order."""
    key = Event._meta.pk
    return [
        Waiting(key.get_db_prep_value(event.id, connection), bytes(event.commitment))
        for event in events
    ]


def give_places(entries: Sequence[Waiting], *, start: int) -> None:
    """Write the index of each, from `start` on."""
    if connection.vendor == "postgresql":
        places = list(range(start, start + len(entries)))
        _PLACE_ALL.run([[entry.key for entry in entries], places])
        return
    with connection.cursor() as cursor:
        cursor.executemany(_PLACE_EACH, [(n, e.key) for n, e in enumerate(entries, start)])
