# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing. It only adds; what was shown stays shown."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.figures import selectors
from amana.figures.computing import compute, zone_of
from amana.figures.events import Tag
from amana.figures.models import Publication
from amana.figures.periods import Kind, Period, containing
from amana.figures.protection import K, Shown
from amana.figures.tables import RULES
from amana.journal.events import NODE, Act, Actor
from amana.journal.models import PublicCheckpoint
from amana.journal.sequencer import HOUR, head, publish_hour, sequence_all
from amana.journal.services import record


class OpenPeriodError(Exception):
    """The period has not ended; live counts are never shown."""


class TooEarlyError(Exception):
    """No public checkpoint of the journal covers the end of the period yet."""


class TooCloseError(Exception):
    """The new revision differs from the last one by so little that it would show single people."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


@dataclass(frozen=True, slots=True)
class _Root:
    size: int
    root: bytes


def publish(*, agency: Agency, period: Period, actor: Actor = NODE) -> Publication:
    """Publish a closed month or quarter. What has been published before becomes a new revision,
    unless nothing has changed: then the last one is returned.

    Only a demonstration may publish a period that has not ended. Raises `OpenPeriodError`,
    `TooEarlyError`, `TooCloseError`."""
    moment, zone = now(), zone_of(agency)
    start, end = period.bounds(zone)
    if start > moment or (end > moment and not agency.demonstration):
        raise OpenPeriodError(period.code)
    checkpoint = _checkpoint(agency, end)
    before = selectors.published(agency.id, period.code)
    around = {} if agency.demonstration else selectors.neighbours(agency.id, period)
    computed = compute(agency, period, as_of=moment, neighbours=around)
    if before is not None and _same(before.tables, computed.document):
        return before
    publication = Publication(
        agency=agency,
        period=period.code,
        kind=period.kind,
        starts_at=start,
        ends_at=end,
        time_zone=zone.key,
        revision=before.revision + 1 if before else 1,
        tables=computed.document,
        counting_rules_version=RULES,
        taxonomy_version=computed.taxonomy_version,
        extracted_at=moment,
        checkpoint_size=checkpoint.size,
        checkpoint_root=checkpoint.root,
        demonstration=agency.demonstration,
    )
    if before is not None and not agency.demonstration:
        _refuse_too_close(before, publication)
    return _store(publication, actor)


def publish_due(*, agency: Agency) -> list[Publication]:
    """Publish every closed month and quarter of this agency that has not been published; for the
    worker. Safe to run twice and on several hosts at once."""
    made: list[Publication] = []
    there = selectors.periods(agency.id)
    for period in _closed(agency, now()):
        if period.code in there:
            continue
        try:
            made.append(publish(agency=agency, period=period))
        except TooEarlyError:
            continue
        except IntegrityError:  # another worker was quicker
            continue
    return made


def publish_all_due() -> int:
    """What the worker calls: publish what is due for the agency of this node. Returns how many."""
    return sum(len(publish_due(agency=agency)) for agency in Agency.objects.all())


def _closed(agency: Agency, moment: datetime) -> list[Period]:
    """Months and quarters since the agency began, a month before the quarter that ends with it."""
    zone = zone_of(agency)
    found: list[tuple[datetime, int, Period]] = []
    kinds: tuple[Kind, ...] = ("month", "quarter")
    for order, kind in enumerate(kinds):
        period = containing(agency.created_at, kind, zone)
        while (end := period.bounds(zone)[1]) <= moment:
            found.append((end, order, period))
            period = period.following()
    return [period for _, _, period in sorted(found)]


def _checkpoint(agency: Agency, end: datetime) -> _Root:
    """The public checkpoint that covers the period. Internal ones tell how many entries there are
    and leave the node only where nothing is real."""
    if agency.demonstration:
        sequence_all()
        newest = head()
        return _Root(newest.size, bytes(newest.root)) if newest else _Root(0, b"")
    publish_hour()
    public = PublicCheckpoint.objects.select_related("checkpoint").order_by("-hour").first()
    if public is None or public.hour * HOUR < end.timestamp():
        raise TooEarlyError
    return _Root(public.checkpoint.size, bytes(public.checkpoint.root))


def _same(one: str, other: str) -> bool:
    """Whether two documents say the same, apart from the silences, which grow by themselves."""
    documents = [json.loads(text) for text in (one, other)]
    for document in documents:
        del document["tables"]["T12S"], document["about"]["T12S"]
    return bool(documents[0] == documents[1])


def _refuse_too_close(before: Publication, after: Publication) -> None:
    """Two revisions of one period, laid on each other, must not show single people."""
    one, other = selectors.shown_numbers(before), selectors.shown_numbers(after)
    close = [key for key in one.keys() | other.keys() if _gives_away(one, other, key)]
    if close:
        raise TooCloseError(sorted(close))


def _gives_away(one: Shown, other: Shown, key: str) -> bool:
    """A small difference, or a number that was hidden once and is shown now beside others that
    did not change (or the reverse): both fill the gaps of one another."""
    first, second = one.get(key, 0), other.get(key, 0)
    if first is None or second is None:
        return first is not second
    return 0 < abs(first - second) < K


@transaction.atomic
def _store(publication: Publication, actor: Actor) -> Publication:
    publication.save(force_insert=True)
    digest = hashlib.sha256(publication.tables.encode()).hexdigest()
    record(
        Act(
            tag=Tag.PUBLISH,
            actor=actor,
            agency_id=publication.agency_id,
            subject="publication",
            subject_id=publication.id,
            facts={
                "period": publication.period,
                "revision": publication.revision,
                "digest": digest,
            },
        )
    )
    return publication
