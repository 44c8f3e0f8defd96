# SPDX-License-Identifier: AGPL-3.0-or-later
"""A log that was put back from an older copy signs nothing, and never a second history."""

from __future__ import annotations

import base64
import json

import pytest

from amana.config.node import signing_key
from amana.journal import origins, state
from amana.journal.accepting import LogDamaged, NotHeldBack, accept
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint, Tile
from amana.journal.proofs import promise, proof_of
from amana.journal.selectors import keeps_up, log_state, vkeys
from amana.journal.sequencer import head, publish_hour, sequence, sequence_all
from amana.journal.state import LogHeldBack
from amana.journal.verify import verify
from amana.kernel.ledger import commit, open_checkpoint, verify_proof_file
from amana.kernel.ledger.errors import NoteError
from tests.journal.builders import add, log_of

pytestmark = pytest.mark.db
HOUR = 500_000


def go_back_to(size: int) -> None:
    """What an older copy of the database would hold: entries and tiles up to `size`."""
    hashes = [bytes(Tile.objects.get(level=0, index=0).hashes)[: 32 * size]]
    PublicCheckpoint.objects.filter(checkpoint_id__gt=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Event.objects.filter(leaf_index__gte=size).delete()
    Tile.objects.filter(level=0, index=0).update(hashes=hashes[0])


def held_back_at(size: int) -> None:
    log_of(10, hour=None)
    assert size == 5
    go_back_to(size)


def test_a_database_behind_the_signed_state_signs_nothing() -> None:
    held_back_at(5)
    add()
    for attempt in (sequence, sequence_all, lambda: publish_hour(hour=HOUR)):
        with pytest.raises(LogHeldBack, match="older copy"):
            attempt()
    assert Checkpoint.objects.count() == 1
    assert any("older copy" in line for line in verify().problems)
    assert verify(against_state=False).holds


def test_the_lost_size_reached_again_by_other_entries_signs_nothing() -> None:
    """Sealing on top of an older copy until the sizes fit is the fork that must not happen."""
    log_of(10, hour=None)
    note = state.path().read_text()
    go_back_to(5)
    state.path().unlink()
    signed = Checkpoint.objects.get()
    state.remember(signed.note)
    add(5)
    sequence_all()
    state.path().write_text(note)
    add()
    with pytest.raises(LogHeldBack, match="another history"):
        sequence()


def test_a_missing_state_holds_the_log_back() -> None:
    log_of(4, hour=None)
    state.path().unlink()
    add()
    with pytest.raises(LogHeldBack, match="missing"):
        sequence()


def test_a_state_that_somebody_wrote_over_holds_the_log_back() -> None:
    log_of(4, hour=None)
    state.path().write_text(state.path().read_text().replace("amana/", "amano/", 1))
    add()
    with pytest.raises(LogHeldBack, match="cannot be read"):
        sequence()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"nonsense\n"])
def test_a_state_that_nobody_can_read_is_kept_aside_when_the_log_goes_on(content: bytes) -> None:
    log_of(4, hour=None)
    state.path().write_bytes(content)
    accepted = accept(reason="the state was damaged")
    assert accepted.lost is None
    (kept,) = state.path().parent.glob("unreadable-*.note")
    assert kept.read_bytes() == content
    add()
    assert sequence_all() == 1
    last = state.remembered()
    assert last is not None
    assert (last.origin, last.size) == (accepted.origin, 6)
    assert verify().holds


def test_keys_from_a_backup_hold_an_empty_log_back() -> None:
    state.keys_came_from_elsewhere()
    add()
    with pytest.raises(LogHeldBack, match="another log"):
        sequence()
    accept(reason="keys put back, database lost")
    assert sequence_all() == 1
    assert verify().holds


def test_going_on_names_what_was_lost_under_a_new_name() -> None:
    held_back_at(5)
    before = head()
    lost = state.remembered()
    assert before is not None
    assert lost is not None
    accepted = accept(reason="the disk broke")
    assert (accepted.size, accepted.lost) == (5, 5)
    leaf = Event.objects.get(leaf_index=5)
    said = json.loads(bytes(leaf.body or b""))
    assert said["tag"] == Tag.RESTORE_ACCEPT
    assert said["purpose"] == "the disk broke"
    assert said["facts"]["given_up_size"] == 10
    assert said["facts"]["given_up_root"] == base64.b64encode(lost.root).decode()
    add(3)
    sequence_all()
    publish_hour(hour=HOUR)
    assert verify().problems == []


def test_the_old_name_never_signs_again() -> None:
    """No two checkpoints under one name may contradict each other."""
    held_back_at(5)
    accept(reason="the disk broke")
    add(20)
    sequence_all()
    names: dict[str, list[int]] = {}
    for row in Checkpoint.objects.order_by("size"):
        names.setdefault(origins.origin_of(row.note), []).append(row.size)
    assert names.pop(origins.first()) == [5]
    (later,) = names.values()
    assert min(later) == 6


def test_the_given_up_state_is_kept_as_evidence() -> None:
    held_back_at(5)
    note = state.path().read_text()
    accept(reason="the disk broke")
    (kept,) = state.path().parent.glob("lost-10-*.note")
    assert kept.read_text() == note


def test_old_entries_are_proven_under_the_new_name() -> None:
    events = log_of(10, hour=None)
    promised = promise(events[1])
    go_back_to(5)
    accept(reason="the disk broke")
    publish_hour(hour=HOUR)
    proof = proof_of(events[1].pk, promised=promised)
    assert proof is not None
    leaf = commit(base64.b64decode(proof.salt), base64.b64decode(proof.entry))
    present, first = vkeys()
    assert first == signing_key().vkey
    assert verify_proof_file(proof.text, leaf, [present]).origin == present.name
    with pytest.raises(NoteError):
        verify_proof_file(proof.text, leaf, [first])


def test_a_promise_names_the_log_as_it_is_called_now() -> None:
    held_back_at(5)
    accepted = accept(reason="the disk broke")
    (event,) = add()
    assert promise(event).splitlines()[1] == accepted.origin


def test_a_log_in_order_has_nothing_to_accept() -> None:
    log_of(4)
    with pytest.raises(NotHeldBack):
        accept(reason="none")


def test_what_does_not_hold_is_not_signed_under_any_name() -> None:
    held_back_at(5)
    Event.objects.filter(leaf_index=2).update(tag="node:keys:backup")
    with pytest.raises(LogDamaged, match="column tag"):
        accept(reason="the disk broke")
    assert head() is not None
    assert open_checkpoint(state.path().read_text(), [signing_key().vkey]).size == 10


def test_a_second_restore_gets_a_third_name() -> None:
    held_back_at(5)
    first = accept(reason="once")
    add(3)
    sequence_all()
    go_back_to(5)
    second = accept(reason="twice")
    assert len({origins.first(), first.origin, second.origin}) == 3
    assert verify().problems == []


def test_an_accept_leaf_that_names_another_size_is_found() -> None:
    held_back_at(5)
    accept(reason="once")
    row = Checkpoint.objects.get(size=6)
    Checkpoint.objects.filter(pk=6).update(note=row.note.replace(origins.first() + "/", "amana/x/"))
    assert verify().problems != []


def test_a_node_that_is_held_back_still_says_that_it_is_well() -> None:
    held_back_at(5)
    add()
    assert keeps_up()
    found = log_state()
    assert (found.size, found.waiting) == (5, 1)
    assert "older copy" in found.held_back
