# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing into the journal. Events go in with the act itself and get their place later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.config.clock import now
from amana.config.fresh import fresh
from amana.journal.events import Act, Actor, Tag, canonical
from amana.journal.models import Event
from amana.kernel.ids import uuid7
from amana.kernel.ledger.commitments import commit, new_salt

BLANK_AT: Final = datetime(1970, 1, 1, tzinfo=UTC)
BLANK_AGENCY: Final = UUID(int=0)


def prepare(act: Act) -> Event:
    """The unsaved event of an act: its stored bytes, salt and commitment."""
    event_id, at = uuid7(), now()
    body, salt = canonical(act, event_id=event_id, at=at), new_salt()
    return fresh(
        Event,
        id=event_id,
        agency_id=act.agency_id,
        tag=str(act.tag),
        subject_id=act.subject_id,
        unit_id=act.unit_id,
        at=at,
        body=body,
        salt=salt,
        commitment=commit(salt, body),
    )


def record(*acts: Act) -> list[Event]:
    """Store the events of acts. Must run inside the transaction of the acts themselves, so that
    neither can exist without the other (peers T-07)."""
    return store([prepare(act) for act in acts])


def store(events: Sequence[Event]) -> list[Event]:
    """Insert prepared events in one statement, inside the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is stored in the transaction of its act")
    return Event.objects.bulk_create(events)


@transaction.atomic
def shred(*, events: Sequence[Event], actor: Actor, agency_id: UUID, purpose: str) -> None:
    """Destroy what these entries say, with a leaf for each: the tree still verifies, and no
    entry can lose its content without one. The other columns are emptied too, since nothing
    could vouch for them any more."""
    for event in events:
        act = Act(Tag.LOG_SHRED, actor, agency_id, "entry", event.id, purpose=purpose)
        store([prepare(act)])
    Event.objects.filter(pk__in=[event.pk for event in events]).update(
        body=None,
        salt=None,
        tag="",
        at=BLANK_AT,
        agency_id=BLANK_AGENCY,
        subject_id=None,
        unit_id=None,
    )
