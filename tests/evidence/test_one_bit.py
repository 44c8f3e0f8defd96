# SPDX-License-Identifier: AGPL-3.0-or-later
"""One bit flipped anywhere, in stored bytes, in any column that says something, or in a tile: it is
found, and what it is in is named (issue, "Speed, faults")."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.config.env import env
from amana.evidence import rechecking
from amana.evidence.blobs import FolderBlobs, blobs
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.models import CustodyRecord, EvidenceItem, ItemKey
from amana.evidence.opening import Damaged, Unsealed
from amana.journal.events import NODE
from amana.journal.models import Checkpoint, Event, Tile
from amana.journal.sequencer import publish_hour, sequence_all
from amana.journal.verify import verify
from tests.evidence.files import added, chain, fresh, half
from tests.support import builders as make
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = [pytest.mark.db, pytest.mark.django_db]
Draw = Callable[[st.SearchStrategy[int]], int]
HOUR = 500_000


@dataclass(frozen=True)
class Where:
    """A column, and how what stands in it is called when it does not hold."""

    model: type[models.Model]
    column: str
    called: Callable[[models.Model], str]

    def __str__(self) -> str:
        return f"{self.model.__name__}.{self.column}"


def _entry(row: models.Model) -> str:
    assert isinstance(row, Event)
    return f"entry {row.leaf_index}:"


def _tile(row: models.Model) -> str:
    assert isinstance(row, Tile)
    return f"tile {row.level}/{row.index} "


def _checkpoint(row: models.Model) -> str:
    assert isinstance(row, Checkpoint)
    return f"checkpoint {row.size}"


def _record(row: models.Model) -> str:
    assert isinstance(row, CustodyRecord)
    return f"record {row.number}:"


PLACES = [
    *(Where(Event, column, _entry) for column in ("body", "salt", "commitment")),
    Where(Tile, "hashes", _tile),
    *(Where(Checkpoint, column, _checkpoint) for column in ("root", "note")),
    Where(CustodyRecord, "sealed", _record),
    Where(ItemKey, "wrapped", lambda _row: "what is known of the item does not open"),
    Where(EvidenceItem, "sealed_meta", lambda _row: "what is known of the item does not open"),
    Where(EvidenceItem, "commitment", lambda _row: "commits to other bytes than the item"),
    Where(EvidenceItem, "blob", lambda _row: "not the one that was committed to"),
]


@dataclass(frozen=True)
class Ground:
    item: EvidenceItem
    private: bytes

    def problems(self) -> list[str]:
        """What the log and the custody of the item say."""
        return [*verify().problems, *chain(self.item, self.private).problems]


@pytest.fixture
def ground() -> Ground:
    """An item with three records, in a published log of two tiles on the lowest level."""
    agency = make.node()
    report = make.report(agency)
    item = added(report, b"a conversation " * 9000)
    for _ in range(2):
        record_custody(item=item, act=Handling(Kind.VIEW, NODE))
    private = half(agency, report)
    for hour in range(HOUR, HOUR + 5):
        sequence_all()
        publish_hour(hour=hour)
    found = Ground(item, private)
    assert found.problems() == []
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def flipped(value: object, draw: Draw) -> object:
    """The same with one bit changed; in text the lowest of a letter, in an address of a digit."""
    if isinstance(value, str):
        at = draw(st.integers(0, len(value) - 1))
        other = chr(ord(value[at]) ^ 1)
        return value[:at] + other + value[at + 1 :]
    assert isinstance(value, bytes | memoryview)
    changed = bytearray(bytes(value))
    bit = draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("where", PLACES, ids=str)
def test_one_bit_in_the_database_is_found_and_named(where: Where, ground: Ground) -> None:
    rows = list(where.model._default_manager.order_by("pk"))
    if where.model is Event:
        rows = [row for row in rows if row.body is not None]  # type: ignore[attr-defined]

    @settings(max_examples=6, suppress_health_check=list(HealthCheck), deadline=None)
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(rows))
        changed = flipped(getattr(row, where.column), data.draw)
        with undone():
            where.model._default_manager.filter(pk=row.pk).update(**{where.column: changed})
            problems = ground.problems()
            assert any(where.called(row) in problem for problem in problems), problems
        assert changed != getattr(row, where.column)

    holds()
    assert ground.problems() == []


@pytest.mark.parametrize("address", ["", "x" * 64, "../../etc/passwd", "0" * 64])
def test_an_address_that_is_none_any_more_is_damage_and_no_fault(
    address: str, ground: Ground
) -> None:
    EvidenceItem.objects.filter(pk=ground.item.pk).update(blob=address)
    item = fresh(ground.item)
    assert "the item is not the one that was committed to" in ground.problems()
    assert not rechecking.check(item)
    with pytest.raises(Damaged):
        Unsealed(item, bytes(32)).stream()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"facts":7}', b'{"facts":{"custody":"x"}}'])
def test_an_entry_that_says_nothing_any_more_is_named_by_log_and_custody(
    body: bytes, ground: Ground
) -> None:
    record = CustodyRecord.objects.select_related("event").get(item=ground.item, number=2)
    Event.objects.filter(pk=record.event_id).update(body=body)
    problems = ground.problems()
    assert any(_entry(record.event) in problem for problem in problems)
    assert "record 2: its entry in the journal was changed or emptied" in problems


def test_one_bit_in_the_stored_bytes_is_found_and_named(ground: Ground) -> None:
    path = FolderBlobs(env().blob_folder).path(ground.item.blob)
    stored = path.read_bytes()

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
    @given(bit=st.integers(0, len(stored) * 8 - 1))
    def holds(bit: int) -> None:
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        assert rechecking._compare(blobs(), ground.item) == "bytes"

    try:
        holds()
    finally:
        path.write_bytes(stored)
    assert rechecking._compare(blobs(), ground.item) == ""


@pytest.mark.parametrize("cut", [1, 100, 10**6])
def test_bytes_that_are_missing_at_the_end_are_found(cut: int, ground: Ground) -> None:
    path = FolderBlobs(env().blob_folder).path(ground.item.blob)
    stored = path.read_bytes()
    path.write_bytes(stored[:-cut])
    assert rechecking._compare(blobs(), ground.item)
    path.write_bytes(stored)
    assert rechecking.check(ground.item)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("source", "officer"),
        ("received_at", None),
        ("stored_size", 7),
        ("copy", "cleaned"),
    ],
)
def test_what_a_column_says_of_the_arrival_is_compared_with_the_first_record(
    column: str, value: object, ground: Ground
) -> None:
    given_value = ground.item.received_at.replace(year=2020) if value is None else value
    changed: dict[str, object] = {column: given_value}
    if column == "copy":
        changed["parent"] = ground.item.pk
    with undone():
        EvidenceItem.objects.filter(pk=ground.item.pk).update(**changed)
        assert f"record 1: the column {column} was changed" in ground.problems()
