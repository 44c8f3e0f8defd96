# SPDX-License-Identifier: AGPL-3.0-or-later
"""A long queue gets its places in many batches; not each of their states is written down outside
of the database, and none that left the node is missing there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from amana.config.node import signing_key
from amana.journal import sequencer, state
from amana.journal.models import Checkpoint, Event, PublicCheckpoint, Tile
from amana.journal.sequencer import REMEMBER_EACH, head, publish_hour, sequence, sequence_all
from amana.journal.store import DatabaseTiles
from amana.journal.verify import verify
from amana.journal.waiting import anything_waits, first_waiting, give_places, waiting
from amana.kernel.ledger import EMPTY_ROOT, leaf_hash, open_checkpoint, root_of
from amana.kernel.ledger.tiles import TILE_WIDTH
from tests.journal.builders import add

pytestmark = pytest.mark.db
HOUR = 500_000
Sizes = list[int]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Sizes:
    """The sizes of the states that were written down, in their order."""
    sizes: Sizes = []
    write = state.remember

    def remember(note: str) -> None:
        sizes.append(open_checkpoint(note, [signing_key().vkey]).size)
        write(note)

    monkeypatch.setattr(state, "remember", remember)
    return sizes


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """The process dies within the batch after that many: nothing of it commits."""
    place, count = sequencer.place, iter(range(after + 1))

    def die(*given: object, **named: object) -> object:
        done = place(*given, **named)  # type: ignore[arg-type]
        if next(count) == after:
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "place", die)
        with pytest.raises(KeyboardInterrupt):
            yield


def test_each_eighth_state_is_written_down_and_the_last(written: Sizes) -> None:
    batches = 2 * REMEMBER_EACH + 3
    add(batches * 2)
    assert sequence_all(batch=2) == batches * 2
    assert written == [0, 2 * REMEMBER_EACH, 4 * REMEMBER_EACH, batches * 2]
    assert Checkpoint.objects.count() == batches
    assert verify().holds


def test_a_queue_that_ends_with_a_written_state_writes_it_once(written: Sizes) -> None:
    add(REMEMBER_EACH)
    sequence_all(batch=1)
    assert written == [0, REMEMBER_EACH]


def test_one_batch_alone_is_written_down_at_once(written: Sizes) -> None:
    add(3)
    sequence(limit=2)
    assert written == [0, 2]


def test_what_is_published_is_always_written_down(written: Sizes) -> None:
    add(40)
    public = publish_hour(hour=HOUR)
    assert public is not None
    assert written[-1] == public.checkpoint_id
    assert verify().holds


@pytest.mark.parametrize("after", [0, 1, 5, REMEMBER_EACH - 1, REMEMBER_EACH, 11])
def test_dying_in_a_long_queue_writes_down_what_was_committed(
    after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(30)
    with dying(monkeypatch, after):
        sequence_all(batch=2)
    last, now = state.remembered(), head()
    assert last is not None
    assert last.size == (now.size if now is not None else 0) == after * 2
    assert sequence_all(batch=2) == 30 - after * 2
    assert verify().holds


def test_killed_between_two_written_states_the_log_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database is ahead of the state by several batches, all of which continue it."""
    add(20)
    sequence_all(batch=2)
    add(10)
    with monkeypatch.context() as patch:
        patch.setattr(state, "remember", lambda _note: None)
        assert sequence_all(batch=1) == 10
    last = state.remembered()
    assert last is not None
    assert last.size == 20
    assert not state.held_back(head())
    add(1)
    assert sequence_all() == 1
    assert verify().holds


def test_a_restored_database_is_refused_although_only_some_states_were_written() -> None:
    add(6)
    sequence_all(batch=1)
    add(30)
    old = transaction.savepoint()
    sequence_all(batch=1)
    transaction.savepoint_rollback(old)
    with pytest.raises(state.LogHeldBack, match="older copy"):
        sequence_all(batch=1)
    assert Checkpoint.objects.count() == 6


def test_entries_are_read_as_bare_rows_oldest_first() -> None:
    events = add(9)
    assert anything_waits()
    rows = first_waiting(4)
    assert rows == waiting(sorted(events, key=lambda event: event.id))[:4]
    assert [row.commitment for row in first_waiting()] == [
        bytes(event.commitment) for event in Event.objects.order_by("id")
    ]
    sequence_all()
    assert not anything_waits()
    assert first_waiting() == []


def test_places_are_given_to_the_entries_named_and_to_no_others() -> None:
    events = add(7)
    chosen = [events[5], events[0], events[3]]
    give_places(waiting(chosen), start=40)
    places = dict(Event.objects.values_list("id", "leaf_index"))
    assert [places[event.id] for event in chosen] == [40, 41, 42]
    assert sum(place is None for place in places.values()) == 4


def test_a_place_given_twice_is_refused_by_the_database() -> None:
    from django.db import IntegrityError

    one, other = add(2)
    give_places(waiting([one]), start=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        give_places(waiting([other]), start=3)


def test_a_batch_asks_the_database_as_often_for_many_as_for_few() -> None:
    """The lock is held for a number of statements that does not grow with the entries; the places
    are one `executemany` on SQLite and one statement on PostgreSQL."""
    counts = []
    add(1)
    sequence_all()
    for number in (2, TILE_WIDTH - 10):
        add(number)
        with CaptureQueriesContext(connection) as asked:
            sequence(limit=number)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 12


def test_tiles_are_written_over_and_read_once() -> None:
    tiles = DatabaseTiles()
    tiles.put_many({(0, 3): bytes(32)})
    tiles.put_many({(0, 3): bytes(64), (1, 0): b"\x01" * 32})
    assert Tile.objects.count() == 2
    row = Tile.objects.get(level=0, index=3)
    assert (row.pk, bytes(row.hashes)) == (Tile.key(0, 3), bytes(64))
    fresh = DatabaseTiles()
    with CaptureQueriesContext(connection) as asked:
        assert [fresh.get(0, 3), fresh.get(0, 3), fresh.get(2, 0), fresh.get(2, 0)] == [
            bytes(64),
            bytes(64),
            None,
            None,
        ]
    assert len(asked) == 2


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 511, 513])
def test_the_root_is_that_of_the_leaves_whatever_the_batches(count: int) -> None:
    add(count)
    sequence_all(batch=100)
    rows = Event.objects.order_by("leaf_index").values_list("commitment", flat=True)
    last = head()
    assert last is not None
    assert bytes(last.root) == root_of([leaf_hash(bytes(row)) for row in rows])


def test_the_first_state_is_that_of_the_empty_tree(written: Sizes) -> None:
    add(1)
    with transaction.atomic():
        sequencer._may_sign(None, DatabaseTiles())
    last = state.remembered()
    assert written == [0]
    assert last is not None
    assert (last.size, last.root) == (0, EMPTY_ROOT)
    assert not PublicCheckpoint.objects.exists()
