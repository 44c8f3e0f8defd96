# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers of a SQLite file queue; nobody is starved and nobody holds the gate for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from amana.config.databases import sqlite
from amana.config.sqlite.base import DatabaseWrapper
from amana.config.sqlite.gate import GateTimeout, WriteGate, gate_for

PATIENCE = 20.0
SQLITE = {"OPTIONS": sqlite(Path("unused"))["OPTIONS"]}


def test_one_at_a_time(tmp_path: Path) -> None:
    gate, inside, most = WriteGate(tmp_path / "gate"), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            gate.acquire()
            inside += 1
            most = max(most, inside)
            time.sleep(0)
            inside -= 1
            gate.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert most == 1
    assert not any(thread.is_alive() for thread in threads)


def test_first_come_first_served(tmp_path: Path) -> None:
    gate = WriteGate(tmp_path / "gate")
    order: list[int] = []

    def enter(number: int) -> None:
        gate.acquire()
        order.append(number)
        gate.release()

    gate.acquire()
    threads = []
    for number in range(6):
        thread = threading.Thread(target=enter, args=(number,))
        thread.start()
        end = time.monotonic() + PATIENCE
        while len(gate._waiting) <= number and time.monotonic() < end:
            time.sleep(0.001)
        threads.append(thread)
    gate.release()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == [0, 1, 2, 3, 4, 5]


def test_other_processes_wait_too_and_a_dead_one_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "gate"
    program = (
        "import sys; from pathlib import Path; from amana.config.sqlite.gate import WriteGate\n"
        "gate = WriteGate(Path(sys.argv[1])); gate.acquire(); print('in', flush=True)\n"
        "sys.stdin.readline()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "in"
    gate, entered = WriteGate(path), threading.Event()

    def enter() -> None:
        gate.acquire()
        entered.set()

    waiter = threading.Thread(target=enter)
    waiter.start()
    assert not entered.wait(0.2)
    other.kill()
    other.communicate()
    assert entered.wait(PATIENCE)
    gate.release()
    waiter.join(PATIENCE)


def test_one_gate_a_file(tmp_path: Path) -> None:
    one = gate_for(str(tmp_path / "a.sqlite3"))
    assert gate_for(str(tmp_path / "a.sqlite3")) is one
    assert gate_for(str(tmp_path / "b.sqlite3")) is not one


def test_a_gate_that_cannot_be_opened_does_not_stay_shut(tmp_path: Path) -> None:
    gate = WriteGate(tmp_path / "missing" / "gate")
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            gate.acquire(within=1)


def test_a_writer_does_not_queue_for_ever_and_leaves_the_queue_whole(tmp_path: Path) -> None:
    gate = WriteGate(tmp_path / "gate")
    gate.acquire()
    outcome: list[str] = []

    def enter(within: float, name: str) -> None:
        try:
            gate.acquire(within=within)
        except GateTimeout:
            outcome.append(f"{name} gave up")
            return
        outcome.append(f"{name} entered")
        gate.release()

    hasty = threading.Thread(target=enter, args=(0.05, "hasty"))
    hasty.start()
    hasty.join(PATIENCE)
    patient = threading.Thread(target=enter, args=(PATIENCE, "patient"))
    patient.start()
    gate.release()
    patient.join(PATIENCE)
    assert outcome == ["hasty gave up", "patient entered"]
    gate.acquire(within=1)
    gate.release()


def test_a_gate_that_stays_shut_is_a_locked_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = DatabaseWrapper(
        {**connections["default"].settings_dict, "NAME": str(tmp_path / "a.sqlite3"), **SQLITE},
        "gated",
    )

    def shut(_gate: WriteGate, *, within: float = 0) -> None:
        raise GateTimeout

    monkeypatch.setattr(WriteGate, "acquire", shut)
    with pytest.raises(OperationalError, match="locked"):
        connection._start_transaction_under_autocommit()
    connection.close()
