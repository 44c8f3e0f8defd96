# SPDX-License-Identifier: AGPL-3.0-or-later
"""All links made anew, from all token sets and all decisions: `amana link rebuild`.

Links of one report at a time look only at what bears on it; this looks at everything. It changes
nothing that people decided, and run twice it changes nothing at all."""

from __future__ import annotations

import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from amana.config.bulk import insert
from amana.config.clock import now
from amana.config.env import env
from amana.kernel.linking.clusters import Outcome
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import Ground
from amana.kernel.linking.muted import Muted
from amana.kernel.pause import no_collector
from amana.triage.links import bulk
from amana.triage.links.ground import OFTEN, decisions_about
from amana.triage.links.models import LinkSet, SharedToken
from amana.triage.links.statements import name_clusters

AT_ONCE: Final = 2_000
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found: reports looked at, clusters of two or more, values muted, reports moved."""

    reports: int
    clusters: int
    muted: int
    moved: int


def rebuild(*, progress: Told = lambda _: None) -> Rebuilt:
    """Link every report anew. `progress` hears how many token sets have been read."""
    with tempfile.TemporaryDirectory(prefix="links-", dir=_private()) as name:
        folder = Path(name)
        for done in bulk.write(folder, _sets()):
            progress(done)
        with no_collector():
            ground = bulk.read(folder)
    with no_collector():
        outcome = settle(ground, decisions_about(ground))
    moved = _keep(ground, outcome)
    _keep_verdicts(ground, outcome)
    shared = {label for at, label in enumerate(outcome.labels) if label != at}
    return Rebuilt(len(ground.numbers), len(shared), len(outcome.muted), moved)


def _private() -> Path:
    """A folder of this account alone, beside the data and never in a backup."""
    folder = env().run_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _sets() -> Iterator[tuple[int, bytes]]:
    rows = LinkSet.objects.values_list("number", "packed")
    for number, packed in rows.iterator(chunk_size=5_000):
        yield number, bytes(packed)


def _keep(ground: Ground, outcome: Outcome) -> int:
    """Write the clusters that differ; a cluster is named after its first report."""
    first: dict[int, int] = {}
    names, moved = array("q"), array("q")
    rows = LinkSet.objects.order_by("report_id").values_list("number", "cluster")
    for number, cluster in rows.iterator(chunk_size=5_000):
        at = bisect_left(ground.numbers, number)
        if at == len(ground.numbers) or ground.numbers[at] != number:
            continue  # filed after the others had been read
        name = first.setdefault(outcome.labels[at], number)
        if name != cluster:
            names.append(name)
            moved.append(number)
    for start in range(0, len(moved), AT_ONCE):
        few = slice(start, start + AT_ONCE)
        with transaction.atomic():
            name_clusters(names[few].tolist(), moved[few].tolist())
    return len(moved)


def _keep_verdicts(ground: Ground, outcome: Outcome) -> None:
    moment = now()
    rows = [
        SharedToken(
            token=token,
            kind=ground.kinds[place],
            holders=len(ground.holders[place]),
            muted=str(why or ""),
            at=moment,
        )
        for place, token in enumerate(ground.tokens)
        if (why := outcome.muted.get(token)) != Muted.OFFICER
        and (why or len(ground.holders[place]) >= OFTEN)
    ]
    with transaction.atomic():
        SharedToken.objects.all().delete()
        insert(rows)
