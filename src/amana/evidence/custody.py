# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chain of custody of each item.

A record is canonical JSON (sorted keys, no spaces, UTF-8, at most 1 KiB) with a salt of its own.
Both are sealed to the part of the report that holds the item's key, so that a record can be added
without any secret and read by whoever may read the item. The event of the same act, in the same
transaction, holds the record's salted commitment, and the leaf of that event stands in the log.
`previous` names the leaf of the record before: a record that is missing is noticed, which a log
alone cannot show. Times are claims; the order of leaves is what counts.

    write    `record_custody(item=…, act=Handling(kind, actor, …))`, in one transaction
    read     `custody_of(item, private)`; `private` is the opened half of the item's part
    prove    `Record.leaf` is the entry of the log; `canonical`, `salt` and the event open it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from amana.config.clock import now
from amana.evidence.chain import Chain, facts_of
from amana.evidence.events import Tag
from amana.evidence.models import CustodyRecord, EvidenceItem, ItemKey
from amana.evidence.records import (
    ALG,
    MAX_AUTHORITY,
    MAX_SAID,
    MAX_TOOL_BYTES,
    MAX_WORDS_BYTES,
    VERSION,
    Custody,
    Fact,
    Handling,
    Kind,
    Record,
    canonical_bytes,
    context,
    fitting,
    tool,
)
from amana.journal.events import Act
from amana.journal.models import Event
from amana.journal.services import prepare, store
from amana.kernel.ledger.commitments import commit, new_salt
from amana.kernel.sealing.pairs import seal_to
from amana.reports.models import SealedPart

__all__ = [
    "Custody",
    "Fact",
    "Handling",
    "Kind",
    "Record",
    "custodies_of",
    "custody_of",
    "prepare_custody",
    "record_custodies",
    "record_custody",
    "tool",
]


def record_custody(*, item: EvidenceItem, act: Handling) -> CustodyRecord:
    """Append a record to the chain of a filed item, and its leaf to the journal; one transaction
    with the act itself. Needs no secret. Raises `ValueError` when it is larger than 1 KiB."""
    return record_custodies(items=[item], act=act)[0]


@transaction.atomic
def record_custodies(*, items: Sequence[EvidenceItem], act: Handling) -> list[CustodyRecord]:
    """The same act on each of these items of one report, in as many statements as on one."""
    ids = sorted(item.pk for item in items)
    # The rows are held, in one order, so that two acts at once do not take the same number.
    held = EvidenceItem.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    list(held.values_list("pk", flat=True))
    last = _last_of(ids)
    parts = dict(
        SealedPart.objects.filter(report__in={item.report_id for item in items}).values_list(
            "kind", "public_key"
        )
    )
    prepared = [
        prepare_custody(item=item, act=act, public=bytes(parts[item.part]), last=last.get(item.pk))
        for item in items
    ]
    store([event for _, event in prepared])
    return CustodyRecord.objects.bulk_create([row for row, _ in prepared])


def _last_of(ids: Sequence[UUID]) -> dict[UUID, tuple[int, bytes]]:
    """Number and leaf of the last record of each item."""
    same = CustodyRecord.objects.filter(item=OuterRef("item")).order_by("-number")
    rows = CustodyRecord.objects.filter(item__in=ids, number=Subquery(same.values("number")[:1]))
    return {
        item: (number, bytes(leaf))
        for item, number, leaf in rows.values_list("item", "number", "event__commitment")
    }


def prepare_custody(
    *, item: EvidenceItem, act: Handling, public: bytes, last: tuple[int, bytes] | None = None
) -> tuple[CustodyRecord, Event]:
    """The unsaved record and event; for filing, which prepares everything before it writes.
    `last` is number and leaf of the record before, or nothing for the first one."""
    number, previous = (last[0] + 1, last[1].hex()) if last is not None else (1, "")
    salt = new_salt()
    canonical = canonical_bytes(
        {
            "v": VERSION,
            "type": str(act.kind),
            "t": now().astimezone(UTC).isoformat(timespec="microseconds"),
            "item": str(item.id),
            "commit": bytes(item.commitment).hex(),
            "previous": previous,
            "actor": {"role": act.actor.role, "pseudonym": act.actor.pseudonym},
            "purpose": act.purpose,
            "authority": fitting(act.authority[:MAX_AUTHORITY], MAX_WORDS_BYTES),
            "tool": fitting(act.by, MAX_TOOL_BYTES) or tool(),
            "alg": ALG,
            "facts": dict(act.facts),
        }
    )
    event = prepare(
        Act(
            Tag[act.kind.name],
            act.actor,
            item.agency_id,
            "report",
            item.report_id,
            act.unit_id,
            act.said.strip()[:MAX_SAID],
            facts={
                **act.shown,
                "item": str(item.id),
                "custody": commit(salt, canonical).hex(),
            },
        )
    )
    row = CustodyRecord(
        agency_id=item.agency_id,
        item_id=item.id,
        number=number,
        event=event,
        sealed=seal_to(public, salt + canonical, context=context(item.id, number)),
    )
    return row, event


def custody_of(item: EvidenceItem, private: bytes) -> Custody:
    """The records of one item in order, and what does not hold in them. `private` is the opened
    private half of the part that the item hangs on (`reports.opening.open_private`)."""
    return custodies_of([item], private)[item.id]


def custodies_of(items: Iterable[EvidenceItem], private: bytes) -> dict[UUID, Custody]:
    """The chains of several items of one part of a report, in three queries."""
    items = list(items)
    rows: dict[UUID, list[CustodyRecord]] = {item.id: [] for item in items}
    for row in (
        CustodyRecord.objects.filter(item__in=items)
        .select_related("event")
        .order_by("item", "number")
    ):
        rows[row.item_id].append(row)
    keys = {key.item_id: key for key in ItemKey.objects.filter(item__in=items)}
    leaves = _leaves_by_item({item.report_id for item in items})
    found = {}
    for item in items:
        if item.id in keys:
            item.key = keys[item.id]
        found[item.id] = Chain(item, private, rows[item.id], leaves.get(str(item.id), set()))()
    return found


def _leaves_by_item(reports: set[UUID | None]) -> dict[str, set[UUID]]:
    """Which events of the journal say that they are about which item."""
    events = Event.objects.filter(
        subject_id__in=reports, tag__in=list(Tag), body__isnull=False
    ).values_list("id", "body")
    found: dict[str, set[UUID]] = {}
    for event_id, body in events.iterator(chunk_size=500):
        facts = facts_of(bytes(body or b""))
        if isinstance(facts.get("custody"), str):
            found.setdefault(str(facts.get("item")), set()).add(event_id)
    return found
