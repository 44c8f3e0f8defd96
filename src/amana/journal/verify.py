# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recomputes the whole journal from the stored bytes. Needs the public key and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from amana.config.snapshot import snapshot
from amana.journal import cosigning, origins, stamps, state, witnessing
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint, Tile
from amana.journal.services import BLANK_AGENCY, BLANK_AT
from amana.journal.vouching import Vouchers
from amana.kernel.ledger.checkpoints import open_checkpoint
from amana.kernel.ledger.commitments import commit
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.notes import Vkey, open_note
from amana.kernel.ledger.tree import Frontier, leaf_hash, root_of

TILE = 256
CHUNK = 2000
Said = Mapping[str, object]


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
        if extra > 0:
            self.verdict.problems.append(f"{extra} tiles that do not belong to the tree")

    def _compare(self, level: int, index: int, hashes: bytes) -> None:
        self.seen += 1
        row = Tile.objects.filter(level=level, index=index).first()
        if row is None or bytes(row.hashes) != hashes or row.pk != Tile.key(level, index):
            self.verdict.problems.append(f"tile {level}/{index} is not what its leaves give")


def _root_of_tile(hashes: bytes) -> bytes:
    return root_of([hashes[i : i + 32] for i in range(0, len(hashes), 32)])


@dataclass(slots=True)
class _Walk:
    """What the leaves themselves say about the rest of the log."""

    origin: str
    published: dict[int, object] = field(default_factory=dict)
    emptied: dict[str, str] = field(default_factory=dict)
    destroyed: set[str] = field(default_factory=set)
    vouchers: Vouchers = field(default_factory=Vouchers)

    def hear(self, index: int, said: Said, verdict: Verdict) -> None:
        tag, facts = said.get("tag"), said.get("facts")
        self.vouchers.hear(said)
        if not isinstance(facts, Mapping):
            return
        if tag == Tag.LOG_PUBLISH:
            self.published[index + 1] = facts.get("hour")
        elif tag == Tag.LOG_SHRED:
            self.destroyed.add(str(said.get("subject_id")))
        elif tag == Tag.RESTORE_ACCEPT:
            self.origin = str(facts.get("origin"))
            if facts.get("size") != index or not origins.ours(self.origin):
                verdict.problems.append(f"entry {index}: a new name of the log that is not ours")


def verify(*, progress: Callable[[int], None] | None = None, against_state: bool = True) -> Verdict:
    """Check every column of every journal table against the last signed checkpoint.

    Reads one moment of the database, so that a node at work may be checked. `progress` is called
    with the number of entries done so far. `against_state=False` leaves out whether the log
    continues what this machine signed last."""
    with snapshot():
        verdict = _verify(progress)
    if against_state and (reason := state.held_back_now()):
        verdict.problems.append(reason)
    return verdict


def _verify(progress: Callable[[int], None] | None) -> Verdict:
    verdict = Verdict()
    walk = _Walk(origins.first())
    checkpoints = Checkpoint.objects.order_by("size").iterator(chunk_size=CHUNK)
    awaited = next(checkpoints, None)
    tiles, frontier = _Tiles(verdict), Frontier()
    size = 0
    for event in _placed():
        if event.leaf_index != size:
            verdict.problems.append(f"entry {size} is missing")
            return verdict
        said = check_event(event, verdict)
        if said is None:
            walk.emptied[str(event.id)] = f"entry {size}"
        else:
            walk.hear(size, said, verdict)
        digest = leaf_hash(bytes(event.commitment))
        frontier = frontier.append([digest])
        tiles.push(digest)
        size += 1
        while awaited is not None and awaited.size <= size:
            check_checkpoint(awaited, size, frontier.root(), walk.origin, verdict)
            awaited = next(checkpoints, None)
        if progress and size % CHUNK == 0:
            progress(size)
    verdict.entries = size
    tiles.finish()
    _check_ends(awaited, size, verdict)
    _check_emptied(walk, verdict)
    _check_public(walk, verdict)
    _check_waiting(walk, verdict)
    verdict.problems.extend(walk.vouchers.problems())
    for room in (stamps, cosigning, witnessing):
        verdict.problems.extend(room.problems())
    return verdict


def _placed() -> Iterator[Event]:
    rows = Event.objects.filter(leaf_index__isnull=False).order_by("leaf_index")
    return rows.iterator(chunk_size=CHUNK)


def check_event(event: Event, verdict: Verdict) -> Said | None:
    """Compare each column with the stored bytes, and those with their commitment; returns what
    the entry says, or `None` when it says nothing any more."""
    name = f"entry {event.leaf_index if event.leaf_index is not None else event.id}"
    if event.body is None or event.salt is None:
        _check_blank(name, event, verdict)
        return None
    body = bytes(event.body)
    if not _opens(event, body):
        verdict.problems.append(f"{name}: the stored bytes do not match their commitment")
        return {}
    said = _read(body)
    if said is None:
        verdict.problems.append(f"{name}: these bytes were not written by this system")
        return {}
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
    return said


def _opens(event: Event, body: bytes) -> bool:
    try:
        return commit(bytes(event.salt or b""), body) == bytes(event.commitment)
    except ValueError:  # a salt of another length
        return False


def _read(body: bytes) -> Said | None:
    """What the bytes say. Whoever can write into the database can have anything placed."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _check_blank(name: str, event: Event, verdict: Verdict) -> None:
    """Nothing vouches for the columns of a destroyed entry, so they must be empty."""
    verdict.shredded += 1
    blank = {
        "agency_id": BLANK_AGENCY,
        "tag": "",
        "at": BLANK_AT,
        "subject_id": None,
        "unit_id": None,
    }
    for column, value in blank.items():
        if getattr(event, column) != value:
            verdict.problems.append(f"{name}: the column {column} of a destroyed entry is filled")


def check_checkpoint(
    row: Checkpoint, size: int, root: bytes, origin: str, verdict: Verdict
) -> None:
    """One row, when `size` leaves with this root have gone by under the name `origin`."""
    verdict.checkpoints += 1
    try:
        vkey = origins.vkey_of(origin)
        signed = open_checkpoint(row.note, [vkey], origin=origin)
    except LedgerError as error:
        verdict.problems.append(f"checkpoint {row.size}: {error}")
        return
    if row.note != _as_signed(row.note, vkey):
        verdict.problems.append(f"checkpoint {row.size}: something was added to its note")
    elif (signed.size, signed.root) != (row.size, bytes(row.root)):
        verdict.problems.append(f"checkpoint {row.size}: a column was changed")
    elif signed.size != size or signed.root != root:
        verdict.problems.append(f"checkpoint {row.size} is not what its entries give")


def _as_signed(note: str, vkey: Vkey) -> str:
    """The note with our one signature and nothing else: others are ignored when it is opened."""
    opened = open_note(note, [vkey])
    return f"{opened.text}\n{opened.verified[0].format()}\n"


def _last_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def _check_ends(awaited: Checkpoint | None, size: int, verdict: Verdict) -> None:
    """The tree must end at a checkpoint."""
    if awaited is not None:
        verdict.problems.append(f"entries up to {awaited.size} were signed, {size} are here")
    last = _last_checkpoint()
    if size and (last is None or last.size != size):
        verdict.problems.append(f"the {size} entries here do not end at a signed checkpoint")
    if last is None and size == 0 and Tile.objects.exists():
        verdict.problems.append("tiles without entries")


def _check_emptied(walk: _Walk, verdict: Verdict) -> None:
    """Content is destroyed with a leaf that says so, or it was taken away."""
    verdict.problems.extend(
        f"{name}: its content is gone and no leaf says that it was destroyed"
        for event_id, name in walk.emptied.items()
        if event_id not in walk.destroyed
    )


def _check_public(walk: _Walk, verdict: Verdict) -> None:
    """The last leaf before a published checkpoint names the hour it was published for."""
    missing = dict(walk.published)
    for row in PublicCheckpoint.objects.order_by("hour").iterator(chunk_size=CHUNK):
        if missing.pop(row.checkpoint_id, None) != row.hour:
            verdict.problems.append(f"published checkpoint of hour {row.hour} has no leaf")
    for size, hour in missing.items():
        verdict.problems.append(f"hour {hour} was published at {size} and is not listed")


def _check_waiting(walk: _Walk, verdict: Verdict) -> None:
    rows: QuerySet[Event] = Event.objects.filter(leaf_index__isnull=True)
    for event in rows.iterator(chunk_size=CHUNK):
        verdict.waiting += 1
        said = check_event(event, verdict)
        if said is not None:
            walk.vouchers.hear(said)
        else:
            verdict.problems.append(f"entry {event.id}: emptied before it had its place")
