# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gathers what an officer may hand out of a report, and opens it for her."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Final, cast
from uuid import UUID

from amana.evidence.blobs import blobs
from amana.evidence.custody import Custody, custodies_of
from amana.evidence.exports.contents import EVIDENTIARY, Link, Reason, Released, Withheld
from amana.evidence.exports.errors import CustodyBroken, NothingToExport, TooMuchToExport
from amana.evidence.intake import Meta, open_meta
from amana.evidence.keys import bytes_context, commitment_salt, item_key
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.records import Kind, Record
from amana.journal.handed_out import inclusions
from amana.journal.models import Event
from amana.kernel.sealing.streams import decrypting_reader
from amana.people.errors import NotAllowed
from amana.people.policies import Staff
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_private

MOST: Final = 5000
NAMES, VIEWS = "names", "views"
"""Why a part is opened before the officer has said for what she wants a bag."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: `only` these items and what was made of them (all without it), `withheld`
    items with their reasons, and `fields` (`NAMES`, `VIEWS`) that are left out everywhere."""

    purpose: str
    language: str
    only: frozenset[UUID] = frozenset()
    withheld: Mapping[UUID, Reason] = field(default_factory=dict)
    fields: Mapping[str, Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that could be handed out: its number in every bag and the name it came with, empty
    for one of the annex."""

    id: UUID
    number: int
    name: str = field(repr=False)


@dataclass(slots=True)
class Gathered:
    """The items of a bag with their numbers; `privates` opens the parts they hang on."""

    numbers: dict[UUID, int]
    chosen: list[EvidenceItem]
    withheld: list[Withheld]
    privates: dict[str, bytes] = field(repr=False)

    def custodies(self) -> dict[UUID, Custody]:
        """The chain of each chosen item. Raises `CustodyBroken` for one that does not hold."""
        found: dict[UUID, Custody] = {}
        for part, private in self.privates.items():
            rows = [item for item in self.chosen if item.part == part]
            found |= custodies_of(rows, private)
        for item in self.chosen:
            if not found[item.id].holds:
                raise CustodyBroken(self.numbers[item.id], found[item.id].problems)
        return found


def has_files(report: Report) -> bool:
    """Whether there is anything to hand out."""
    return EvidenceItem.objects.filter(report=report).exists()


def offered(*, staff: Staff, report: Report) -> list[Offered]:
    """The originals of a report, by number; copies follow theirs. Those of the intimate annex
    stand without their names: it opens only for the purpose that she gives with the form. Raises
    what `open_private` raises."""
    rows = _rows(report)
    private = open_private(staff=staff, report=report, kind=PartKind.ANSWERS)
    return [
        Offered(item.id, number, _meta(item, private).name if _hangs_on_answers(item) else "")
        for number, item in enumerate(rows, start=1)
        if item.copy == EVIDENTIARY and _can_be_handed_out(item)
    ]


def _hangs_on_answers(item: EvidenceItem) -> bool:
    return str(item.part) == str(PartKind.ANSWERS)


def gather(*, staff: Staff, report: Report, wanted: Wanted) -> Gathered:
    """Choose the items, and open the parts they hang on (each opening is noted).

    Items are numbered through the whole report, originals first, so that one item has one number
    in every bag. Raises `NothingToExport`, `TooMuchToExport`, and what `open_private` raises for
    the part of the answers."""
    rows = _rows(report)
    numbers = {item.id: number for number, item in enumerate(rows, start=1)}
    if wanted.only:
        rows = [item for item in rows if wanted.only & {item.id, item.parent_id}]
    privates, closed = _privates(staff, report, {item.part for item in rows}, wanted.purpose)
    chosen: list[EvidenceItem] = []
    withheld: list[Withheld] = []
    left_out: set[UUID | None] = set()
    for item in rows:
        reason = _reason(item, wanted, closed, left_out)
        if reason is None:
            chosen.append(item)
        else:
            left_out.add(item.id)
            withheld.append(Withheld(numbers[item.id], item.id, item.copy, reason))
    if not rows:
        raise NothingToExport
    return Gathered(numbers, chosen, withheld, privates)


def release(gathered: Gathered, fields: Mapping[str, Reason]) -> tuple[Released, ...]:
    """The chosen items with all that opens and proves them. Reads the custody anew: the record of
    the export itself is its last one. Raises `CustodyBroken`."""
    custodies = gathered.custodies()
    events = _events(custodies.values())
    proofs = inclusions(events.values())
    return tuple(
        _released(gathered, item, custodies[item.id].records, events, proofs, fields)
        for item in gathered.chosen
    )


def _rows(report: Report) -> list[EvidenceItem]:
    found = EvidenceItem.objects.filter(report=report).exclude(copy=Copy.THUMBNAIL)
    rows = list(found.select_related("key").order_by("id")[: MOST + 1])
    if len(rows) > MOST:
        raise TooMuchToExport
    return sorted(rows, key=lambda item: (item.copy != EVIDENTIARY, item.id))


def _privates(
    staff: Staff, report: Report, parts: set[str], purpose: str
) -> tuple[dict[str, bytes], set[str]]:
    """The private halves of parts, and the parts that she may not open."""
    found: dict[str, bytes] = {}
    closed: set[str] = set()
    for part in sorted(parts):
        try:
            found[part] = open_private(staff=staff, report=report, kind=part, purpose=purpose)
        except (NotAllowed, NoKey, NoSuchPart):
            closed.add(part)
    return found, closed


def _reason(
    item: EvidenceItem, wanted: Wanted, closed: set[str], left_out: set[UUID | None]
) -> Reason | None:
    if item.id in wanted.withheld:
        return wanted.withheld[item.id]
    if item.parent_id in left_out:
        return Reason.OF_WITHHELD
    if item.part in closed:
        return Reason.NO_ACCESS
    if _can_be_handed_out(item):
        return None
    return Reason.DAMAGED if item.damaged_at is not None else Reason.DESTROYED


def _can_be_handed_out(item: EvidenceItem) -> bool:
    return hasattr(item, "key") and item.shredded_at is None and item.damaged_at is None


def _events(custodies: Iterable[Custody]) -> dict[UUID, Event]:
    wanted = [record.event_id for custody in custodies for record in custody.records]
    found: dict[UUID, Event] = {}
    for start in range(0, len(wanted), 500):  # SQLite takes a thousand values in one query
        found |= Event.objects.in_bulk(wanted[start : start + 500])
    return found


def _released(
    gathered: Gathered,
    item: EvidenceItem,
    records: Sequence[Record],
    events: Mapping[UUID, Event],
    proofs: Mapping[UUID, str],
    fields: Mapping[str, Reason],
) -> Released:
    key = item_key(item, gathered.privates[item.part])
    meta = _meta(item, gathered.privates[item.part])
    links = tuple(
        _link(record, events[record.event_id], proofs.get(record.event_id, ""), fields)
        for record in records
    )
    return Released(
        number=gathered.numbers[item.id],
        id=item.id,
        copy=item.copy,
        of=gathered.numbers.get(item.parent_id) if item.parent_id else None,
        kind=meta.declared_type,
        name="" if NAMES in fields else meta.name,
        size=meta.size,
        sha256=meta.sha256,
        sha512=meta.sha512,
        cipher_sha256=item.blob,
        salt=commitment_salt(key, item.id),
        links=links,
        open=partial(_open, item, key),
    )


def _meta(item: EvidenceItem, private: bytes) -> Meta:
    return open_meta(item.id, item_key(item, private), bytes(item.sealed_meta))


def _link(record: Record, event: Event, proof: str, fields: Mapping[str, Reason]) -> Link:
    if record.kind is Kind.VIEW and VIEWS in fields:
        return Link(record.number, record.leaf, proof, withheld=str(fields[VIEWS]))
    return Link(
        number=record.number,
        leaf=record.leaf,
        proof=proof,
        entry=bytes(event.body or b"").decode(),
        entry_salt=bytes(event.salt or b""),
        record=record.canonical.decode(),
        record_salt=record.salt,
    )


def _open(item: EvidenceItem, key: bytes) -> BinaryIO:
    stream = decrypting_reader(key, blobs().open(item.blob), context=bytes_context(item.id))
    return cast("BinaryIO", stream)
