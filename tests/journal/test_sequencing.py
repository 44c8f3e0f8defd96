# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places, checkpoints and proofs."""

from __future__ import annotations

import base64
import contextlib
import threading
from itertools import pairwise

import pytest
from django.db import connection, transaction

from amana.config.node import signing_key
from amana.journal import state
from amana.journal.events import NODE, Act, Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint
from amana.journal.proofs import latest_public, promise, proof_of
from amana.journal.sequencer import PAD_TO, publish_hour, sequence, sequence_all
from amana.journal.services import record
from amana.journal.store import DatabaseTiles
from amana.journal.verify import verify
from amana.kernel.ledger import (
    commit,
    consistency_proof,
    open_checkpoint,
    open_note,
    verify_consistency,
    verify_proof_file,
)
from tests.journal.builders import AGENCY, add, log_of

pytestmark = pytest.mark.db
HOUR = 500_000


def test_an_event_is_stored_in_the_transaction_of_its_act() -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        record(Act(Tag.BACKUP_RUN, NODE, AGENCY))
        raise ZeroDivisionError
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        record(Act(Tag.BACKUP_RUN, NODE, AGENCY))


def test_nothing_to_do_signs_nothing() -> None:
    assert sequence() is None
    assert not Checkpoint.objects.exists()


def test_every_batch_ends_in_a_signed_checkpoint() -> None:
    add(5)
    done = sequence(limit=3)
    assert done is not None
    assert (done.added, done.size) == (3, 3)
    assert sequence_all() == 2
    for row in Checkpoint.objects.all():
        signed = open_checkpoint(row.note, [signing_key().vkey])
        assert (signed.size, signed.root) == (row.size, bytes(row.root))
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 5]


@pytest.mark.parametrize("count", [0, 1, 62, 63, 64, 65])
def test_a_public_checkpoint_is_padded(count: int) -> None:
    add(count)
    public = publish_hour(hour=HOUR)
    assert public is not None
    assert public.checkpoint_id % PAD_TO == 0
    assert 0 < public.checkpoint_id - count <= PAD_TO
    assert verify().holds


def test_one_checkpoint_an_hour_and_never_for_an_hour_gone_by() -> None:
    log_of(3, hour=HOUR)
    assert publish_hour(hour=HOUR) is None
    assert publish_hour(hour=HOUR - 1) is None
    assert PublicCheckpoint.objects.count() == 1


def test_pads_cannot_be_told_from_entries() -> None:
    log_of(3, hour=HOUR)
    commitments = [bytes(event.commitment) for event in Event.objects.all()]
    assert len(set(commitments)) == len(commitments)
    assert {len(each) for each in commitments} == {32}


def test_public_checkpoints_continue_each_other() -> None:
    notes = []
    for hour in range(HOUR, HOUR + 4):
        add(hour - HOUR + 30)
        public = publish_hour(hour=hour)
        assert public is not None
        notes.append(open_checkpoint(public.checkpoint.note, [signing_key().vkey]))
    for old, new in pairwise(notes):
        proof = consistency_proof(DatabaseTiles(), old.size, new.size)
        verify_consistency(old.size, new.size, old.root, new.root, proof)


def test_a_promise_becomes_a_proof_that_anybody_can_check() -> None:
    event = log_of(5, hour=None)[2]
    promised = promise(event)
    before = proof_of(event.pk, promised=promised)
    assert before is not None
    assert (before.kind, before.text) == ("promise", promised)
    assert open_note(promised, [signing_key().vkey]).verified
    publish_hour(hour=HOUR)
    after = proof_of(event.pk, promised=promised)
    assert after is not None
    assert after.kind == "inclusion"
    leaf = commit(base64.b64decode(after.salt), base64.b64decode(after.entry))
    checkpoint = verify_proof_file(after.text, leaf, [signing_key().vkey])
    public = latest_public()
    assert public is not None
    assert checkpoint.size == public.checkpoint_id


def test_an_older_state_never_replaces_a_newer_one() -> None:
    log_of(4, hour=None)
    older, newer = Checkpoint.objects.order_by("size")
    state.remember(older.note)
    last = state.remembered()
    assert last is not None
    assert last.size == newer.size


def test_a_crash_after_the_first_batch_does_not_hold_the_log_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remember = state.remember

    def crash_once_there_is_something(note: str) -> None:
        if open_checkpoint(note, [signing_key().vkey]).size:
            raise KeyboardInterrupt
        remember(note)

    add(3)
    monkeypatch.setattr(state, "remember", crash_once_there_is_something)
    with pytest.raises(KeyboardInterrupt):
        sequence()
    monkeypatch.setattr(state, "remember", remember)
    add(2)
    assert sequence_all() == 2
    assert verify().holds


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_never_give_a_place_twice() -> None:
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            while not done.is_set() or Event.objects.filter(leaf_index=None).exists():
                sequence(limit=7)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(25):
        add(5)
    done.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    rows = Event.objects.order_by("leaf_index")
    places = list(rows.values_list("leaf_index", flat=True))
    assert places == list(range(125))
    assert verify().holds
