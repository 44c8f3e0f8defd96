# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the log is doing, for the health check and the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from amana.config.clock import now
from amana.config.prepared import Prepared
from amana.journal import origins, state
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Event
from amana.journal.proofs import latest_public
from amana.journal.sequencer import HOUR, head
from amana.kernel.ledger.notes import Vkey

BEHIND: Final = timedelta(seconds=10)
"""Two seconds are promised; a health check leaves room for a busy disk."""


@dataclass(frozen=True, slots=True)
class LogState:
    """`size` signed entries, `waiting` without a place; `behind` since the oldest of those;
    `held_back` says why nothing is signed, or is empty; `public_hour` counted from the epoch."""

    origin: str
    size: int
    waiting: int
    behind: timedelta
    held_back: str
    public_hour: int | None


def behind() -> timedelta:
    """How long the oldest entry without a place has been waiting."""
    oldest = _OLDEST.first()
    return max(timedelta(), now() - oldest[0]) if oldest is not None else timedelta()


def _oldest() -> QuerySet[Event, tuple[datetime]]:
    waiting = Event.objects.filter(leaf_index__isnull=True).order_by("id")
    return waiting.values_list("at")[:1]


_OLDEST: Final = Prepared(_oldest)


def keeps_up() -> bool:
    """Whether entries get their place in time. A log that is held back after a restore is the
    operator's business and no reason to turn people away."""
    return behind() < BEHIND or bool(state.held_back(head()))


def log_state() -> LogState:
    """Everything an operator may want to know about the log."""
    last, public = head(), latest_public()
    return LogState(
        origin=origins.origin_of(last.note) if last is not None else origins.first(),
        size=last.size if last is not None else 0,
        waiting=Event.objects.filter(leaf_index__isnull=True).count(),
        behind=behind(),
        held_back=state.held_back(last),
        public_hour=public.hour if public is not None else None,
    )


def hours_since_published() -> int | None:
    """Whole hours since the last published checkpoint; nothing before the first."""
    public = latest_public()
    return None if public is None else int(now().timestamp()) // HOUR - public.hour


def vkeys() -> list[Vkey]:
    """The keys with which others check this log: the present name first, older ones after it."""
    accepted = Event.objects.filter(tag=Tag.RESTORE_ACCEPT, leaf_index__isnull=False)
    names = {origins.first(): None}
    for index in accepted.order_by("leaf_index").values_list("leaf_index", flat=True)[:100]:
        name = _origin_after(index)
        if name:
            names[name] = None
    return [origins.vkey_of(name) for name in reversed(names) if origins.ours(name)]


def _origin_after(index: int | None) -> str:
    row = Checkpoint.objects.filter(size__gt=index or 0).order_by("size").first()
    return origins.origin_of(row.note) if row is not None else ""
