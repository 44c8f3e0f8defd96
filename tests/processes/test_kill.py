# SPDX-License-Identifier: AGPL-3.0-or-later
"""Killed at any moment, a node loses no acknowledged report and keeps no half of one."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.processes.clients import Filer, file_report, start, status
from tests.processes.homes import count, half_filed, rows
from tests.support.server import Node, start_node

pytestmark = pytest.mark.processes
ROUNDS = 3
CLIENTS = 4
WAITING = "SELECT count(*) FROM journal_event WHERE leaf_index IS NULL"
WAITING_TOO_LONG = (
    "SELECT min(at) FROM journal_event WHERE leaf_index IS NULL"
    " AND at < datetime('now', '-2 seconds')"
)
LOAD_TEST = {"AMANA_LOAD_TEST": "1"}


def file_until_killed(node: Node, seconds: float) -> list[Filer]:
    """Let people file for a while, then kill every process of the node at once."""
    stop, filers, threads = start(node.url, CLIENTS)
    warm = time.monotonic() + 30
    while not any(filer.promised for filer in filers) and time.monotonic() < warm:
        time.sleep(0.01)
    time.sleep(seconds)
    node.kill()
    stop.set()
    for thread in threads:
        thread.join(30)
    return filers


def test_no_acknowledged_report_is_lost_when_the_node_is_killed(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "node.log"
    draw = random.Random()
    seconds = [draw.uniform(0.0, 1.5) for _ in range(ROUNDS)]
    print(f"killed after {seconds}")
    promised: dict[str, str] = {}
    unanswered: list[str] = []
    for moment in seconds:
        filers = file_until_killed(start_node(home=home, log=log, extra=LOAD_TEST), moment)
        for filer in filers:
            promised |= filer.promised
            unanswered += filer.unanswered
            assert filer.wrong == []
        assert half_filed(home) == []
    node = start_node(home=home, log=log, extra=LOAD_TEST)
    try:
        assert len(promised) > CLIENTS
        for key in unanswered:
            code, answer = file_report(node.url, key)
            assert code == 201
            promised[key] = str(answer["receipt"])
        with ThreadPoolExecutor(CLIENTS) as people:
            found = people.map(lambda receipt: status(node.url, receipt)[0], promised.values())
            assert set(found) == {200}
        assert count(home, "reports_report") == len(promised)
        some = draw.sample(sorted(promised), min(5, len(promised)))
        for key in some:  # the first answer is kept: the same request is the same report
            assert file_report(node.url, key)[1]["receipt"] == promised[key]
        verified = node.amana("journal", "verify")
        assert verified.returncode == 0, verified.stdout
        assert half_filed(home) == []
        node.stop()
    finally:
        node.kill()


def test_the_log_stays_two_seconds_behind_at_most(tmp_path: Path) -> None:
    """Measured by the node itself while people file: the oldest entry without a place."""
    node = start_node(home=tmp_path / "home", log=tmp_path / "node.log", extra=LOAD_TEST)
    try:
        end = time.monotonic() + 30
        while rows(node.home, WAITING) != [(0,)] and time.monotonic() < end:
            time.sleep(0.1)  # what was stored before the worker was up
        stop, _filers, threads = start(node.url, 2)
        late = []
        for _ in range(20):
            time.sleep(0.25)
            late += [row for row in rows(node.home, WAITING_TOO_LONG) if row[0]]
        stop.set()
        for thread in threads:
            thread.join(30)
        assert len(late) <= 2, late
        node.stop()
    finally:
        node.kill()
