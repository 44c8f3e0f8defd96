# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of the journal for auditors: tags, times and roles. Bodies are never handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from amana.casework.models import Alert
from amana.journal import state
from amana.journal.models import Checkpoint, Event
from amana.journal.state import LogHeldBack
from amana.kernel.ledger.errors import LedgerError

PER_PAGE: Final = 100
MOST_TAGS: Final = 400
JUST_WRITTEN: Final = 1000
MOST_TO_VERIFY: Final = 20_000
"""More entries than this are verified from the command line: a page must answer in time."""


@dataclass(frozen=True, slots=True)
class Entries:
    """One page, the newest first; `older` is where the next one begins, or empty."""

    events: list[Event]
    older: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stands. `held_back` says why it signs nothing; empty when it does."""

    entries: int
    waiting: int
    latest: datetime | None
    held_back: str


def entries(agency_id: UUID, *, before: str = "", tag: str = "") -> Entries:
    """A page of the agency's entries older than `before` (an entry's id)."""
    rows = Event.objects.filter(agency_id=agency_id).order_by("-id")
    try:
        rows = rows.filter(id__lt=UUID(before)) if before else rows
    except ValueError:
        rows = rows.none()
    found = _newest(rows, tag)
    older = str(found[PER_PAGE - 1].id) if len(found) > PER_PAGE else ""
    return Entries(found[:PER_PAGE], older)


def _newest(rows: QuerySet[Event], tag: str) -> list[Event]:
    """Up to one more than a page. The index by tag holds entries that have their place; those
    that wait for one have their own."""
    if not tag:
        return list(rows[: PER_PAGE + 1])
    wanted = rows.filter(tag=tag)
    waiting = list(wanted.filter(leaf_index__isnull=True)[: PER_PAGE + 1])
    placed = list(wanted.filter(leaf_index__isnull=False)[: PER_PAGE + 1])
    return sorted([*waiting, *placed], key=attrgetter("id"), reverse=True)[: PER_PAGE + 1]


def tags(agency_id: UUID) -> list[str]:
    """The tags that occur. The index is never read through: from each tag one leap to the next,
    and whose it is says its first entry, since no tag is both the node's and an agency's."""
    waiting = Event.objects.filter(agency_id=agency_id, leaf_index__isnull=True)
    found = set(waiting.order_by("id").values_list("tag", flat=True)[:JUST_WRITTEN])
    placed = Event.objects.filter(leaf_index__isnull=False).order_by("tag", "id")
    last = ""
    for _ in range(MOST_TAGS):
        first = placed.filter(tag__gt=last).values_list("tag", "agency_id").first()
        if first is None:
            break
        last, whose = first
        if whose == agency_id:
            found.add(last)
    return sorted(found)


def head() -> Head:
    """The last signed state, and what waits for the next one."""
    last = Checkpoint.objects.order_by("-size").first()
    # Ids are in the order of time, and there is no index by time.
    latest = Event.objects.order_by("-id").values_list("at", flat=True).first()
    try:
        state.check(last)
        held = ""
    except (LogHeldBack, LedgerError) as error:
        held = str(error)
    waiting = Event.objects.filter(leaf_index__isnull=True).count()
    return Head(last.size if last else 0, waiting, latest, held)


def unsent_alerts(agency_id: UUID) -> int:
    """Alerts that wait to be sent."""
    return Alert.objects.filter(agency_id=agency_id, sent_at__isnull=True).count()
