# SPDX-License-Identifier: AGPL-3.0-or-later
"""The last signed state outside of the database: no bit of it may change, the newest wins whoever
writes, and a write that broke off leaves the one before."""

from __future__ import annotations

import os
import random
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.config.node import signing_key
from amana.journal import state
from amana.journal.models import Checkpoint
from amana.journal.sequencer import head, sequence_all
from amana.journal.state import LogHeldBack
from amana.kernel.ledger import sign_checkpoint
from amana.kernel.ledger.checkpoints import Checkpoint as Signed
from amana.kernel.ledger.errors import LedgerError
from tests.journal.builders import add

pytestmark = pytest.mark.db


def note(size: int) -> str:
    """A state of this log that was never in any database."""
    key = signing_key()
    return sign_checkpoint(Signed(key.name, size, bytes([size % 256]) * 32), key)


def size() -> int:
    last = state.remembered()
    assert last is not None
    return last.size


def test_no_bit_of_it_may_change() -> None:
    state.remember(note(7))
    whole = state.path().read_bytes()

    @settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
    @given(bit=st.integers(0, len(whole) * 8 - 1))
    def holds(bit: int) -> None:
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        state.path().write_bytes(changed)
        os.utime(state.path(), ns=(bit, bit))
        with pytest.raises(LedgerError):
            state.remembered()
        assert "cannot be read" in state.held_back(None)

    holds()
    state.path().write_bytes(whole)
    os.utime(state.path(), ns=(1, 1 << 40))
    assert size() == 7


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_state_that_was_cut_holds_the_log_back(cut: int) -> None:
    add(3)
    sequence_all()
    whole = state.path().read_bytes()
    state.path().write_bytes(whole[:cut])
    assert "cannot be read" in state.held_back(head())
    add(1)
    with pytest.raises(LogHeldBack):
        sequence_all()
    state.path().write_bytes(whole)
    assert sequence_all() == 1


def test_the_largest_wins_whoever_writes_last() -> None:
    sizes = list(range(1, 41))
    random.Random(4).shuffle(sizes)
    wrong: list[BaseException] = []

    def write(some: list[int]) -> None:
        try:
            for each in some:
                state.remember(note(each))
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(sizes[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert size() == 40


def test_a_write_that_breaks_off_leaves_the_state_before(monkeypatch: pytest.MonkeyPatch) -> None:
    state.remember(note(5))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            state.remember(note(6))
    assert size() == 5
    state.remember(note(6))
    assert size() == 6


def test_entries_are_safe_when_the_state_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They have their place; the database is ahead of the state, and the log goes on."""
    add(2)
    sequence_all()
    add(3)

    def full(_target: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(state, "_write", full)
        with pytest.raises(OSError, match="No space"):
            sequence_all()
    assert size() == 2
    last = head()
    assert last is not None
    assert last.size == 5
    add(1)
    assert sequence_all() == 1
    assert size() == 6


def test_nobody_else_reads_the_folder() -> None:
    state.remember(note(1))
    folder = state.path().parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(state.path().stat().st_mode) == 0o600


def test_a_state_of_another_log_is_not_written() -> None:
    foreign = sign_checkpoint(
        Signed("elsewhere.example/log", 3, bytes(32)),
        type(signing_key()).generate("elsewhere.example/log"),
    )
    with pytest.raises(LedgerError):
        state.remember(foreign)
    assert state.remembered() is None


def test_what_is_given_up_is_set_aside_under_its_size_and_root() -> None:
    state.remember(note(9))
    state.set_aside()
    (kept,) = state.path().parent.glob("lost-*.note")
    assert kept.name == f"lost-9-{(bytes([9]) * 32).hex()[:16]}.note"
    assert kept.read_text("utf-8") == note(9)
    assert size() == 9


def test_there_is_nothing_to_set_aside_before_the_first_state() -> None:
    state.set_aside()
    assert not list(state.path().parent.glob("lost-*"))


def test_one_dispute_at_a_time_and_its_words_are_kept() -> None:
    assert not state.settle()
    assert state.dispute("first")
    assert not state.dispute("second")
    assert state.disputed() == "first"
    assert state.held_back(None) == "first"
    assert state.settle()
    assert state.disputed() == ""
    (kept,) = state.path().parent.glob("settled-*.txt")
    assert kept.read_text("utf-8").strip() == "first"


@pytest.mark.parametrize("order", [(3, 5), (5, 3), (5, 5)])
def test_what_was_cosigned_never_gets_older(order: tuple[int, int]) -> None:
    for each in order:
        state.remember_witnessed("place", Signed("partner/log", each, bytes(32)).format())
    kept = state.witnessed("place")
    assert kept is not None
    assert kept.size == 5
    assert state.witnessed("elsewhere") is None


def test_checkpoints_are_those_of_the_state() -> None:
    add(4)
    sequence_all(batch=1)
    assert size() == 4
    last = Checkpoint.objects.get(size=4)
    assert state.path().read_text("utf-8") == last.note
