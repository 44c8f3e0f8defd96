# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks the chain of one item, record by record."""

from __future__ import annotations

import json
from uuid import UUID

from amana.evidence.events import Tag
from amana.evidence.intake import open_meta
from amana.evidence.keys import Digests, commitment, commitment_salt, item_key
from amana.evidence.models import Copy, CustodyRecord, EvidenceItem, ItemKey
from amana.evidence.records import Custody, Record, context, parsed
from amana.journal.models import Event
from amana.kernel.ledger.commitments import SALT_SIZE, opens
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.pairs import open_from


class Chain:
    """Opens and checks the chain of one item."""

    def __init__(
        self, item: EvidenceItem, private: bytes, rows: list[CustodyRecord], leaves: set[UUID]
    ) -> None:
        self._item, self._private, self._rows, self._leaves = item, private, rows, leaves
        self._problems: list[str] = []

    def __call__(self) -> Custody:
        records: list[Record] = []
        previous = ""
        for place, row in enumerate(self._rows, start=1):
            self._expect(row.number == place, place, "its number is not the next one")
            self._check_event(row)
            record = self._open(row)
            if record is not None:
                self._check(record, row, previous)
                records.append(record)
            previous = bytes(row.event.commitment).hex()
        if records and records[0].number == 1:
            self._check_columns(records[0], self._rows[0].event)
        self._check_leaves()
        self._check_commitment()
        return Custody(self._item.id, tuple(records), tuple(self._problems))

    def _expect(self, holds: bool, number: int, what: str) -> None:
        if not holds:
            self._problems.append(f"record {number}: {what}")

    def _open(self, row: CustodyRecord) -> Record | None:
        try:
            plain = open_from(
                self._private, bytes(row.sealed), context=context(self._item.id, row.number)
            )
            return parsed(row, plain)
        except (SealingError, ValueError, KeyError, TypeError):
            self._problems.append(f"record {row.number}: it does not open")
            return None

    def _check(self, record: Record, row: CustodyRecord, previous: str) -> None:
        facts = _facts(row.event)
        entry = _hex(facts.get("custody", ""))
        number = row.number
        self._expect(record.item_id == self._item.id, number, "it is about another item")
        self._expect(record.previous == previous, number, "it does not follow the one before")
        self._expect(
            len(entry) == SALT_SIZE
            and opens(entry, salt=record.salt, stored=record.canonical)
            and facts.get("item") == str(self._item.id),
            number,
            "the journal commits to something else",
        )
        self._expect(
            row.event.tag == Tag[record.kind.name].value, number, "the journal names another act"
        )
        self._expect(
            record.commitment == bytes(self._item.commitment).hex(),
            number,
            "it commits to other bytes than the item",
        )

    def _check_event(self, row: CustodyRecord) -> None:
        event = row.event
        self._expect(
            event.salt is not None
            and event.body is not None
            and opens(bytes(event.commitment), salt=bytes(event.salt), stored=bytes(event.body)),
            row.number,
            "its entry in the journal was changed or emptied",
        )

    def _check_columns(self, first: Record, event: Event) -> None:
        """What the item's row repeats of its arrival: the first record and its leaf say it too."""
        item = self._item
        columns = {
            "source": str(item.source),
            "received_at": item.received_at.isoformat(timespec="seconds"),
            "copy": str(item.copy),
            "parent": str(item.parent_id) if item.parent_id else "",
            "stored_size": item.stored_size,
        }
        said = {"copy": str(Copy.EVIDENTIARY), "parent": "", **first.facts, **_shown(event)}
        for column, value in columns.items():
            holds = said.get(column, value) == value
            self._expect(holds, first.number, f"the column {column} was changed")

    def _check_leaves(self) -> None:
        if not self._rows:
            self._problems.append("there is no record of this item")
        missing = self._leaves - {row.event_id for row in self._rows}
        if missing:
            self._problems.append(f"{len(missing)} records that the journal names are missing")

    def _check_commitment(self) -> None:
        try:
            key = item_key(self._item, self._private)
            meta = open_meta(self._item.id, key, bytes(self._item.sealed_meta))
        except ItemKey.DoesNotExist:
            return  # destroyed: what it committed to can never be told again
        except SealingError:
            self._problems.append("what is known of the item does not open")
            return
        cipher = _hex(self._item.blob)
        digests = Digests(_hex(meta.sha256), _hex(meta.sha512), cipher, meta.size)
        if commitment(commitment_salt(key, self._item.id), digests) != bytes(self._item.commitment):
            self._problems.append("the item is not the one that was committed to")


def _facts(event: Event) -> dict[str, str]:
    return {name: value for name, value in _said(event).items() if isinstance(value, str)}


def _shown(event: Event) -> dict[str, object]:
    """How large the stored file is, by the leaf of its arrival."""
    return {name: value for name, value in _said(event).items() if name == "stored_size"}


def _said(event: Event) -> dict[str, object]:
    if event.body is None:
        return {}
    return facts_of(bytes(event.body))


def facts_of(body: bytes) -> dict[str, object]:
    """The facts in the stored bytes of an event; none where somebody has changed them so that
    they say nothing."""
    try:
        facts = json.loads(body)["facts"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
