# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker's part: a filed report takes its place among the others within seconds.

Filing itself only stores the token set. One report at a time is linked, under a lock, since two
that arrive together must see each other."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from amana.config.clock import now
from amana.journal.events import NODE, Act
from amana.journal.services import record
from amana.kernel.linking.clusters import Outcome
from amana.kernel.linking.ground import parse, values_in
from amana.kernel.linking.muted import Muted
from amana.kernel.pause import no_collector
from amana.reports.models import Report
from amana.triage.events import Tag
from amana.triage.links import statements
from amana.triage.links.ground import OFTEN, Around, Kept, around
from amana.triage.links.models import (
    LinkDecision,
    LinkSet,
    LinkToken,
    SharedToken,
    TokenDecision,
)
from amana.triage.links.statements import Lying

log = structlog.get_logger("amana.links")
AT_ONCE: Final = 200
IN_A_CROWD: Final = 5
"""Each report is a transaction, and on SQLite it holds the gate that those who file wait for."""
CROWD: Final = 50
CROWD_WITHIN: Final = timedelta(seconds=2)
LONG: Final = timedelta(minutes=10)
AGAIN_AFTER: Final = 600.0


def link_new(*, limit: int = AT_ONCE) -> int:
    """Link the reports that wait for it, the oldest first; returns how many. While a crowd comes
    in, or as soon as one does, only a few: whoever files goes first, and what waits is linked when
    it is quiet again."""
    waiting = LinkSet.objects.filter(linked_at__isnull=True).order_by("report_id")
    ids = _due(waiting.values_list("report_id", flat=True)[: limit + len(_put_off)])[:limit]
    done = 0
    for start in range(0, len(ids), IN_A_CROWD):
        done += sum(map(_try, ids[start : start + IN_A_CROWD]))
        if _crowd():
            break
    return done


def waiting_for_long() -> int:
    """How many reports have waited longer than linking ever takes: something is wrong with them,
    or no worker runs."""
    since = now() - LONG
    return LinkSet.objects.filter(linked_at__isnull=True, report__received_at__lt=since).count()


_put_off: dict[UUID, float] = {}
"""Reports that could not be linked, and when they are tried again; each worker has its own."""


def _try(report_id: UUID) -> int:
    """Link one; what is wrong with it must not keep the others waiting."""
    try:
        return _link_one(report_id)
    except (OperationalError, InterfaceError):
        raise  # nothing is wrong with the report: the database is away
    except Exception as error:
        # The log keeps its kind and place alone: a message may quote what was being read.
        log.error("report not linked", report=str(report_id), exc_info=error)
        _put_off[report_id] = time.monotonic() + AGAIN_AFTER
        return 0


def _due(ids: Iterable[UUID]) -> list[UUID]:
    moment = time.monotonic()
    for report_id in [key for key, when in _put_off.items() if when <= moment]:
        del _put_off[report_id]
    return [report_id for report_id in ids if report_id not in _put_off]


def _crowd() -> bool:
    """Whether more than `CROWD` reports came in within the last seconds."""
    newest = LinkSet.objects.order_by("-report_id").values_list("report__received_at", flat=True)
    received = newest[CROWD : CROWD + 1].first()
    return received is not None and now() - received < CROWD_WITHIN


def forget_links(*, report: Report) -> None:
    """Take a report out of all links. Inside the caller's transaction; the worker looks anew at
    those it was linked with."""
    row = LinkSet.objects.filter(report=report).first()
    if row is None:
        return
    tokens = sorted({token for _, token in parse(bytes(row.packed)).tolist()})
    for start in range(0, len(tokens), 500):
        chunk = tokens[start : start + 500]
        LinkToken.objects.filter(token__in=chunk, number=row.number).delete()
    mates = LinkSet.objects.filter(cluster=row.cluster).exclude(pk=row.pk)
    mates.update(linked_at=None)
    row.delete()


def destroy_links(*, report: Report) -> None:
    """Take a destroyed report out of all links, with what was decided about it. What an officer
    said of a value that others name too goes on without this report and without her reason."""
    row = LinkSet.objects.filter(report=report).first()
    said = TokenDecision.objects.filter(report=report)
    held = {token for _, token in parse(bytes(row.packed)).tolist()} if row else set()
    held |= set(said.values_list("token", flat=True))
    forget_links(report=report)
    mine = LinkDecision.objects.filter(Q(one=report) | Q(other=report))
    live = mine.filter(undone_at__isnull=True).values_list("one_id", "other_id")
    others = {key for pair in live for key in pair} - {report.pk}
    mine.delete()
    look_again(Report.objects.filter(pk__in=others))
    tokens = sorted(held)
    for start in range(0, len(tokens), 500):
        chunk = tokens[start : start + 500]
        named = LinkToken.objects.filter(token__in=chunk).values_list("token", flat=True)
        alone = set(chunk).difference(named.distinct())
        TokenDecision.objects.filter(token__in=alone).delete()
        SharedToken.objects.filter(token__in=alone).delete()
    said.update(report=None, sealed_reason=b"")


def look_again(reports: Iterable[Report]) -> None:
    """Have the worker link these reports, and those they are linked with, once more."""
    clusters = LinkSet.objects.filter(report__in=list(reports)).values_list("cluster", flat=True)
    LinkSet.objects.filter(cluster__in=list(clusters)).update(linked_at=None)


def _link_one(report_id: UUID) -> int:
    # Thousands of small lists, none of which is part of a circle.
    with no_collector(), transaction.atomic():
        statements.one_at_a_time(report_id)
        row = statements.waiting(report_id)
        if row is None:
            return 0
        near_by = around(row)
        if near_by.new:
            post(row)
        outcome = near_by.settled()
        name = _keep_clusters(row, near_by, outcome)
        _keep_verdicts(row, near_by, outcome)
        LinkSet.objects.filter(pk=row.report_id).update(linked_at=now(), cluster=name)
    return 1


def post(row: Lying) -> None:
    """Enter the tokens of a report into the index."""
    kinds = {token: kind for kind, token in reversed(parse(row.packed).tolist())}
    statements.enter(row.number, kinds)


def _keep_clusters(row: Lying, near_by: Around, outcome: Outcome) -> int:
    """Write the cluster of each report around, where it has changed, and find that of the report
    itself. A cluster is named after the report that was filed first."""
    numbers = near_by.ground.numbers
    members: dict[int, list[Lying]] = {}
    for at, label in enumerate(outcome.labels):
        members.setdefault(label, []).append(near_by.rows[numbers[at]])
    moved: list[tuple[Lying, int]] = []
    for group in members.values():
        first, apart = min(group, key=lambda one: one.report_id), group
        if partly := near_by.partly.intersection(one.cluster for one in group):
            if row not in group:
                continue  # what is known of a body in part moves nobody in it
            first = _join_whole(first, partly)
            apart = [one for one in group if one.cluster not in partly]
        moved += [(one, first.number) for one in apart if one.cluster != first.number]
    names = {one.number: name for one, name in moved}
    mine = names.pop(row.number, row.cluster)
    if names:
        statements.name_clusters([*names.values()], [*names])
    found = [one for one, _ in moved if one.cluster == one.number and one.waits]
    if found:
        record(*(Act(Tag.LINK_FIND, NODE, f.agency_id, "report", f.report_id) for f in found))
    return mine


def _join_whole(first: Lying, clusters: set[int]) -> Lying:
    """Make whole bodies one, also those in them who do not lie here; the report after which they
    are named, which may be `first`."""
    name = min([first, *statements.lying(clusters)], key=lambda one: one.report_id)
    goes = clusters - {name.number}
    if goes:
        LinkSet.objects.filter(cluster__in=goes).update(cluster=name.number)
    return name


def _keep_verdicts(row: Lying, near_by: Around, outcome: Outcome) -> None:
    """Keep what was found out about the report's own tokens, once it is worth keeping."""
    ground = near_by.ground
    places = {token: at for at, token in enumerate(ground.tokens)}
    keep, drop = [], []
    for token in dict.fromkeys(token for _, token in values_in(row.packed)):
        before, at = near_by.kept.get(token), places.get(token)
        after = _verdict(near_by, outcome, token, at)
        if after is None:
            if before is not None and before.holders < OFTEN:
                drop.append(token)
        elif after != before:
            keep.append(SharedToken(token=token, at=now(), **after._asdict()))
    if keep:
        SharedToken.objects.bulk_create(
            keep,
            update_conflicts=True,
            unique_fields=["token"],
            update_fields=["kind", "holders", "muted", "at"],
        )
    if drop:
        SharedToken.objects.filter(token__in=drop).delete()


def _verdict(near_by: Around, outcome: Outcome, token: int, at: int | None) -> Kept | None:
    """What is to be kept of a value that lies at this place; None for nothing."""
    before = near_by.kept.get(token)
    if at is None or token in near_by.heard:  # what was found with all who hold it stands
        return before and before._replace(holders=before.holders + near_by.new)
    why, count = outcome.muted.get(token), near_by.ground.counts[at]
    if why == Muted.OFFICER:
        return before and before._replace(holders=count)
    if not why and count < OFTEN:
        return None
    return Kept(near_by.ground.kinds[at], count, str(why or ""))
