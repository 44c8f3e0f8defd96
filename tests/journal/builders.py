# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries for a log, without any other room."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction

from amana.journal.events import NODE, Act, Tag
from amana.journal.models import Event
from amana.journal.sequencer import publish_hour, sequence_all
from amana.journal.services import record

AGENCY = UUID(int=7)


def add(count: int = 1) -> list[Event]:
    """Store entries that wait for their place, as a service would."""
    acts = [
        Act(Tag.BACKUP_RUN, NODE, AGENCY, "thing", uuid4(), unit_id=uuid4(), facts={"number": n})
        for n in range(count)
    ]
    with transaction.atomic():
        return record(*acts)


def log_of(count: int, *, hour: int | None = 500_000) -> list[Event]:
    """A log of `count` entries, in two batches, and a published checkpoint."""
    first = add(count // 2)
    sequence_all()
    second = add(count - count // 2)
    sequence_all()
    if hour is not None:
        publish_hour(hour=hour)
    return [Event.objects.get(pk=event.pk) for event in [*first, *second]]
