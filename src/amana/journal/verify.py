# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recomputes the whole journal from the stored bytes. Needs the public key and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from amana.config.node import signing_key
from amana.journal import state
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint, Tile
from amana.journal.state import LogHeldBack
from amana.kernel.ledger.checkpoints import open_checkpoint
from amana.kernel.ledger.commitments import commit
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.notes import Vkey
from amana.kernel.ledger.tree import Frontier, leaf_hash, root_of

TILE = 256
CHUNK = 2000


@dataclass(slots=True)
class Verdict:
    """What was checked and everything that did not hold."""

    entries: int = 0
    waiting: int = 0
    shredded: int = 0
    checkpoints: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.problems


class _Tiles:
    """Rebuilds the tiles as leaves pass by and compares each one with what is stored."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.levels: list[bytearray] = []
        self.counts: list[int] = []
        self.seen = 0

    def push(self, digest: bytes, level: int = 0) -> None:
        if len(self.levels) == level:
            self.levels.append(bytearray())
            self.counts.append(0)
        self.levels[level] += digest
        if len(self.levels[level]) == TILE * 32:
            whole = bytes(self.levels[level])
            self._compare(level, self.counts[level], whole)
            self.levels[level].clear()
            self.counts[level] += 1
            self.push(_root_of_tile(whole), level + 1)

    def finish(self) -> None:
        for level, rest in enumerate(self.levels):
            if rest:
                self._compare(level, self.counts[level], bytes(rest))
        extra = Tile.objects.count() - self.seen
        if extra:
            self.verdict.problems.append(f"{extra} tiles that do not belong to the tree")

    def _compare(self, level: int, index: int, hashes: bytes) -> None:
        self.seen += 1
        row = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
        if row is None or bytes(row) != hashes:
            self.verdict.problems.append(f"tile {level}/{index} is not what its leaves give")


def _root_of_tile(hashes: bytes) -> bytes:
    return root_of([hashes[i : i + 32] for i in range(0, len(hashes), 32)])


def verify(*, progress: Callable[[int], None] | None = None) -> Verdict:
    """Check every column of every journal table against the last signed checkpoint.

    `progress` is called with the number of entries done so far."""
    verdict = Verdict()
    vkey = signing_key().vkey
    checkpoints = Checkpoint.objects.order_by("size").iterator(chunk_size=CHUNK)
    awaited = next(checkpoints, None)
    tiles, frontier = _Tiles(verdict), Frontier()
    size = 0
    for event in _placed():
        if event.leaf_index != size:
            verdict.problems.append(f"entry {size} is missing")
            return verdict
        check_event(event, verdict)
        digest = leaf_hash(bytes(event.commitment))
        frontier = frontier.append([digest])
        tiles.push(digest)
        size += 1
        while awaited is not None and awaited.size == size:
            check_checkpoint(awaited, frontier.root(), vkey, verdict)
            awaited = next(checkpoints, None)
        if progress and size % CHUNK == 0:
            progress(size)
    verdict.entries = size
    tiles.finish()
    _check_ends(awaited, size, verdict)
    _check_public(verdict)
    _check_waiting(verdict)
    return verdict


def _placed() -> Iterator[Event]:
    rows = Event.objects.filter(leaf_index__isnull=False).order_by("leaf_index")
    return rows.iterator(chunk_size=CHUNK)


def check_event(event: Event, verdict: Verdict) -> None:
    """Compare each column with the stored bytes, and those with their commitment."""
    name = f"entry {event.leaf_index if event.leaf_index is not None else event.id}"
    if event.body is None or event.salt is None:
        verdict.shredded += 1
        return
    body = bytes(event.body)
    if commit(bytes(event.salt), body) != bytes(event.commitment):
        verdict.problems.append(f"{name}: the stored bytes do not match their commitment")
        return
    said = json.loads(body)
    columns = {
        "id": str(event.id),
        "agency": str(event.agency_id),
        "tag": event.tag,
        "at": event.at.isoformat(timespec="microseconds"),
        "subject_id": str(event.subject_id) if event.subject_id else None,
        "unit": str(event.unit_id) if event.unit_id else None,
    }
    for column, value in columns.items():
        if said.get(column) != value:
            verdict.problems.append(f"{name}: the column {column} was changed")


def check_checkpoint(row: Checkpoint, root: bytes, vkey: Vkey, verdict: Verdict) -> None:
    verdict.checkpoints += 1
    try:
        signed = open_checkpoint(row.note, [vkey])
    except LedgerError as error:
        verdict.problems.append(f"checkpoint {row.size}: {error}")
        return
    if (signed.size, signed.root) != (row.size, bytes(row.root)) or signed.root != root:
        verdict.problems.append(f"checkpoint {row.size} is not what its entries give")


def _check_ends(awaited: Checkpoint | None, size: int, verdict: Verdict) -> None:
    """The tree must end at a checkpoint, and that must continue the last signed state."""
    if awaited is not None:
        verdict.problems.append(f"entries up to {awaited.size} were signed, {size} are here")
    last = Checkpoint.objects.order_by("-size").first()
    if size and (last is None or last.size != size):
        verdict.problems.append(f"the {size} entries here do not end at a signed checkpoint")
    try:
        state.check(last)
    except (LogHeldBack, LedgerError) as error:
        verdict.problems.append(str(error))
    if last is None and size == 0 and Tile.objects.exists():
        verdict.problems.append("tiles without entries")


def _check_public(verdict: Verdict) -> None:
    """The last leaf before a published checkpoint names the hour it was published for."""
    for row in PublicCheckpoint.objects.order_by("hour").iterator(chunk_size=CHUNK):
        leaf = Event.objects.filter(leaf_index=row.checkpoint_id - 1).first()
        said = json.loads(bytes(leaf.body)) if leaf is not None and leaf.body is not None else {}
        facts = said.get("facts", {})
        if said.get("tag") != Tag.LOG_PUBLISH or facts.get("hour") != row.hour:
            verdict.problems.append(f"published checkpoint of hour {row.hour} has no leaf")
    published = PublicCheckpoint.objects.count()
    named = Event.objects.filter(tag=Tag.LOG_PUBLISH, leaf_index__isnull=False).count()
    if published != named:
        verdict.problems.append(f"{named} hours were published, {published} are listed")


def _check_waiting(verdict: Verdict) -> None:
    for event in Event.objects.filter(leaf_index__isnull=True).iterator(chunk_size=CHUNK):
        verdict.waiting += 1
        check_event(event, verdict)
