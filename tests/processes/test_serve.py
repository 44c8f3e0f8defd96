# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana serve` as an operator meets it (issue parts 2 and "Contracts")."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import (
    STOP_LIMIT,
    Node,
    free_port,
    group_members,
    healthy,
    running_node,
    start_node,
)

pytestmark = pytest.mark.processes
CODE = re.compile(r"one-time code\s+([0-9A-Z]{4}(?:-[0-9A-Z]{4})+)")


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node(bare=True) as started:
        yield started


def get(url: str) -> tuple[str, str]:
    """Content type and text of a page."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def files_of(home: Path) -> dict[str, int]:
    """The files that a quiet node has no reason to write, with the time they were written."""
    watched = [*(home / "keys").rglob("*"), *(home / "static").rglob("*")]
    return {str(path): path.stat().st_mtime_ns for path in watched if path.is_file()}


def serve_and_fail(node: Node, **extra: str) -> tuple[int, str]:
    """Start another `serve` that must not come up; exit code and what it said."""
    environment = {**node.environment, **extra}
    other = Node(
        home=node.home,
        port=int(environment["PORT"]),
        log=node.log,
        environment=environment,
        process=node.process,
    )
    done = other.amana("serve", timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_first_start_makes_everything_in_a_home_that_has_nothing(node: Node) -> None:
    output = node.output()
    assert re.search(r"database: \d+ steps", output)
    assert "country pack: jo" in output
    assert "style sheets" in output


def test_healthz_answers_the_contract(node: Node) -> None:
    kind, text = get(f"{node.url}/healthz")
    said = json.loads(text)
    assert kind.startswith("application/json")
    assert (said["status"], bool(said["version"])) == ("ok", True)
    assert {"database", "storage", "worker", "journal"} <= said["checks"].keys()
    assert set(said["checks"].values()) == {"ok"}


def test_the_start_prints_addresses_and_a_code_that_is_not_in_any_address(node: Node) -> None:
    output = node.output()
    code = CODE.search(output)
    assert code is not None
    assert f"{node.url}/desk/" in output
    assert all(code.group(1) not in word for word in output.split() if "://" in word)


def test_all_processes_are_one_group(node: Node) -> None:
    assert len(group_members(node.process.pid)) >= 4


def test_a_port_in_use_is_told_in_one_line(node: Node) -> None:
    code, said = serve_and_fail(node)
    assert code == 2
    assert f"port {node.port}" in said
    assert "PORT" in said


def test_another_pack_is_refused_on_a_home_that_has_one(node: Node) -> None:
    code, said = serve_and_fail(node, PACK="ma", PORT=str(free_port()))
    assert code == 2
    assert "'jo'" in said
    assert "'ma'" in said


@pytest.mark.parametrize(
    "extra", [{"AMANA_HOST": "0.0.0.0"}, {"AMANA_TRUSTED_PROXIES": "1"}], ids=["host", "proxy"]
)
def test_flood_limits_are_not_lifted_where_strangers_can_come(
    node: Node, extra: dict[str, str]
) -> None:
    code, said = serve_and_fail(node, AMANA_LOAD_TEST="1", PORT=str(free_port()), **extra)
    assert code == 2
    assert "AMANA_LOAD_TEST" in said


@pytest.mark.parametrize("wrong", [{"PORT": "eighty"}, {"AMANA_WORKERS": "0"}])
def test_a_wrong_setting_is_named_and_not_repeated(node: Node, wrong: dict[str, str]) -> None:
    extra = {"PORT": str(free_port()), **wrong}
    if wrong.get("PORT"):
        environment = {**node.environment, **extra}
        node = Node(
            home=node.home, port=1, log=node.log, environment=environment, process=node.process
        )
        done = node.amana("serve", timeout=60)
        code, said = done.returncode, done.stderr
    else:
        code, said = serve_and_fail(node, **extra)
    assert code == 2
    assert next(iter(wrong)).removeprefix("AMANA_").lower() in said.lower()
    assert "eighty" not in said


def test_the_checkpoint_and_the_key_to_check_it_are_public(node: Node) -> None:
    from amana.kernel.ledger import Vkey, open_checkpoint

    kind, note = get(f"{node.url}/.well-known/amana/checkpoint")
    _, keys = get(f"{node.url}/.well-known/amana/vkey")
    assert kind == "text/plain; charset=utf-8"
    signed = open_checkpoint(note, [Vkey.parse(line) for line in keys.splitlines()])
    assert signed.size % 64 == 0


def test_a_second_start_is_quick_changes_nothing_and_prints_the_same_code(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "node.log"
    first = start_node(home=home, log=log)
    code = CODE.search(first.output())
    began = time.monotonic()
    assert first.stop() == 0
    assert time.monotonic() - began < STOP_LIMIT
    before = files_of(home)
    log.write_text("")
    began = time.monotonic()
    second = start_node(home=home, log=log)
    took = time.monotonic() - began
    try:
        again = CODE.search(second.output())
        assert code is not None
        assert again is not None
        assert code.group(1) == again.group(1)
        assert "steps" not in second.output()
        assert files_of(home) == before
        assert took < 30
    finally:
        second.stop()


def test_nothing_outlives_a_node_that_was_killed(tmp_path: Path) -> None:
    """Only the parent is killed: its children must go by themselves and free the port."""
    node = start_node(home=tmp_path / "home", log=tmp_path / "node.log")
    assert len(group_members(node.process.pid)) >= 4
    os.kill(node.process.pid, signal.SIGKILL)
    node.process.wait(5)
    end = time.monotonic() + STOP_LIMIT
    while group_members(node.process.pid) and time.monotonic() < end:
        time.sleep(0.05)
    survivors = group_members(node.process.pid)
    node.kill()
    assert survivors == []
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", node.port))


def test_a_dead_worker_stops_the_node_for_its_supervisor(tmp_path: Path) -> None:
    node = start_node(home=tmp_path / "home", log=tmp_path / "node.log")
    try:
        for member in group_members(node.process.pid):
            command = Path(f"/proc/{member}/cmdline").read_bytes().split(b"\0")
            if b"worker" in command:
                os.kill(member, signal.SIGKILL)
        node.process.wait(STOP_LIMIT)
        assert "worker ended" in node.output()
        assert not healthy(node.url)
    finally:
        node.kill()
