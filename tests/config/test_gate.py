# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers of a SQLite file queue; nobody is starved and nobody holds the gate for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from amana.config.sqlite.gate import WriteGate, gate_for

PATIENCE = 20.0


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
        try:
            gate.acquire()
        except FileNotFoundError:
            continue
        raise AssertionError("the folder is not there")
