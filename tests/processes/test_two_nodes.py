# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two live nodes cosign each other's logs, and neither can be made to cosign a second history."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from amana.kernel.ledger import Vkey, cosignatures_in, open_checkpoint, parse_policy
from tests.evidence.capture.builders import site
from tests.processes.homes import rows
from tests.support.server import Node, start_node

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    folder = tmp_path_factory.mktemp("pair")
    nodes = [start_node(home=folder / name, log=folder / f"{name}.log") for name in "ab"]
    try:
        for node in nodes:
            published(node)
        first, second = nodes
        enrol(first, second)
        enrol(second, first)
        yield first, second
        for node in nodes:
            node.stop()
    finally:
        for node in nodes:
            node.kill()


def say(node: Node, *arguments: str) -> str:
    done = node.amana("journal", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def keys(node: Node) -> list[Vkey]:
    """The log's key, then the two that cosign."""
    text = fetched(f"{node.url}/.well-known/amana/vkey")
    assert text is not None
    return [Vkey.parse(line) for line in text.split()]


def enrol(node: Node, partner: Node) -> None:
    """As two operators would: keys go by hand, and only a witness has an address."""
    log, *witness = keys(partner)
    say(node, "witness", "add", str(log))
    for key in witness:
        say(node, "witness", "add", str(key), "--url", f"{partner.url}/log/")


def published(node: Node) -> str:
    """The public checkpoint, which the worker makes by itself soon after the start."""
    end = time.monotonic() + 60
    while (note := fetched(f"{node.url}/log/checkpoint")) is None:
        assert time.monotonic() < end, node.output()
        time.sleep(0.2)
    return note


def fetched(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        error.close()
        return None


def cosigned(node: Node, by: list[Vkey]) -> str:
    """The checkpoint once every key stands under it; the worker asks, or we do."""
    end = time.monotonic() + 60
    while len(cosignatures_in(note := published(node), by)) < len(by):
        assert time.monotonic() < end, note
        say(node, "witness", "ask")
    return note


def test_each_cosigns_the_other_with_both_kinds_of_key(pair: tuple[Node, Node]) -> None:
    for node, partner in (pair, pair[::-1]):
        log, *own = keys(node)
        witness = keys(partner)[1:]
        note = cosigned(node, witness)
        assert open_checkpoint(note, [log]).origin == log.name
        assert {each.kind for each in witness} == {0x04, 0x06}
        assert [each.kind for each in own] == [0x04, 0x06]
        assert len(cosignatures_in(note, own)) == 1
        assert "all of it holds" in say(node, "verify")


def test_a_policy_with_the_partner_is_reached(pair: tuple[Node, Node], tmp_path: Path) -> None:
    node, partner = pair
    cosigned(node, keys(partner)[1:])
    log, plain, lattice = keys(node)[0], *keys(partner)[1:]
    file = tmp_path / "policy.txt"
    file.write_text(
        f"log {log}\nwitness partner {plain}\nwitness partner-later {lattice}\n"
        "group both all partner partner-later\nquorum both\n"
    )
    assert parse_policy(file.read_bytes()).judge(published(node)).reached
    assert "quorum is reached" in say(node, "policy", "check", str(file))
    own = tmp_path / "note"
    own.write_text(published(partner))
    refused = node.amana("journal", "policy", "check", str(file), "--checkpoint", str(own))
    assert refused.returncode == 1
    state = json.loads(say(node, "status", "--json"))["quorum"]
    assert state["cosigned"] == [plain.name, f"{plain.name}#2"]


def test_a_second_history_of_a_live_node_is_cosigned_by_nobody(pair: tuple[Node, Node]) -> None:
    """Signed with the partner's true key, but not a continuation of what was cosigned."""
    node, partner = pair
    cosigned(node, keys(partner)[1:])
    forged = """
import base64, django
django.setup()
from amana.config.node import signing_key
from amana.kernel.ledger import Checkpoint, sign_checkpoint
from amana.journal.sequencer import head
size = head().size // 64 * 64
print(size)
print(sign_checkpoint(Checkpoint(signing_key().name, size, bytes(32)), signing_key()), end="")
"""
    size, _, note = run_python(node, forged).partition("\n")
    for old, expected in ((size, 422), ("0", 409)):
        assert ask(partner, f"old {old}\n\n{note}") == expected


def run_python(node: Node, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=node.environment | {"DJANGO_SETTINGS_MODULE": "amana.config.settings"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


def ask(node: Node, body: str) -> int:
    request = urllib.request.Request(
        f"{node.url}/log/add-checkpoint",
        data=body.encode(),
        headers={"Content-Type": "text/plain"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


# --- two vantages


@pytest.mark.browser
def test_two_nodes_capture_the_same_page_and_both_log_it(tmp_path: Path) -> None:
    with site() as place:
        extra = {"AMANA_CAPTURE_LABORATORY": place}
        here = start_node(home=tmp_path / "a", log=tmp_path / "a.log", extra=extra)
        there = None
        try:
            name = keys(here)[0].name
            allowed = extra | {"AMANA_CAPTURE_FOR": name}
            there = start_node(home=tmp_path / "b", log=tmp_path / "b.log", extra=allowed)
            enrol(here, there)
            enrol(there, here)
            folder = tmp_path / "found"
            done = here.amana(
                "capture", f"http://{place}/", "--with", f"{there.url}/log", "--to", str(folder)
            )
            assert done.returncode == 0, done.stderr
            assert "seen otherwise: nothing" in done.stderr
            said = json.loads((folder / "vantage.json").read_text("utf-8"))
            assert said["partner"] == keys(there)[0].name
            for node in (here, there):
                tags = rows(node.home, "SELECT count(*) FROM journal_event WHERE tag = "
                            "'evidence:page:capture'")  # fmt: skip
                assert tags == [(1,)]
                assert node.amana("journal", "verify").returncode == 0
        finally:
            for started in (here, there):
                if started is not None:
                    started.kill()
