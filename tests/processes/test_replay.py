# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented reports through a running node, by both doors, up to the published figures."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.processes.clients import file_report
from tests.support.server import Node, running_node

pytestmark = pytest.mark.processes
HOUR = 3600


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A node with no limit lifted, as `make run` starts it."""
    with running_node(pack="jo") as started:
        yield started


def get(node: Node, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{node.url}{path}", timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def shares(said: dict[str, Any], table: str) -> dict[str, tuple[int | None, float | None]]:
    return {row["key"]: (row["count"], row["percent"]) for row in said["tables"][table]}


def test_two_hundred_through_the_api_then_six_through_the_pages(node: Node) -> None:
    replay = ("replay", "eblagh", "--node", node.url)
    done = node.amana(*replay, "--reports", "200", "--through", "api", timeout=HOUR)
    assert done.returncode == 0, done.stderr
    said = get(node, "/figures.json")
    assert said["demonstration"] is True
    assert shares(said, "T1")["fraud"] == (115, 59.9)
    assert shares(said, "T4") == {"named": (116, 58.0), "other": (84, 42.0)}
    assert shares(said, "T5")["abroad"] == (16, 8.0)
    assert said["about"]["T4"]["denominator"] == 200

    done = node.amana(*replay, "--reports", "6", "--through", "portal", "--seed", "2", timeout=HOUR)
    assert done.returncode == 0, done.stderr
    again = get(node, "/figures.json")
    assert again["about"]["T4"]["denominator"] == 206
    assert again["revision"] == said["revision"] + 1
    assert (
        get(node, "/figures.json?revision=1&period=" + said["period"])["tables"] == said["tables"]
    )

    with urllib.request.urlopen(f"{node.url}/figures/", timeout=30) as page:
        assert 'class="demo"' in page.read().decode()
    assert node.amana("journal", "verify", timeout=HOUR).returncode == 0


def test_a_period_is_published_by_hand_only_when_it_may(node: Node) -> None:
    wrong = node.amana("figures", "publish", "--period", "yesterday")
    assert wrong.returncode == 2
    assert "no quarter" in wrong.stderr
    later = node.amana("figures", "publish", "--period", "2099-Q1")
    assert later.returncode == 2
    assert "has not ended" in later.stderr
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{node.url}/figures.json?period=2099-Q1", timeout=30)


def test_a_home_with_a_real_report_takes_no_replay_and_no_demonstration() -> None:
    with running_node(pack="jo") as node:
        code, _answer = file_report(node.url, secrets.token_urlsafe(24))
        assert code == 201
        for command in (
            ["replay", "eblagh", "--reports", "5", "--through", "api", "--node", node.url],
            ["replay", "jordan", "--reports", "5", "--node", node.url],
            ["demo"],
        ):
            done = node.amana(*command)
            assert done.returncode == 2, done.stdout
            assert "real report" in done.stderr
        with urllib.request.urlopen(f"{node.url}/help/", timeout=30) as page:
            assert 'class="demo"' not in page.read().decode()


def test_a_replay_never_files_on_the_node_of_another_home(node: Node) -> None:
    with running_node(pack="jo") as other:
        done = node.amana("replay", "eblagh", "--reports", "5", "--node", other.url)
        assert done.returncode == 2
        assert "another home" in done.stderr
