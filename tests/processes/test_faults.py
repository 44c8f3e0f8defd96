# SPDX-License-Identifier: AGPL-3.0-or-later
"""Disk full, database locked: she is told that it was not filed, and nothing half remains."""

from __future__ import annotations

import resource
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.processes.clients import file_report
from tests.processes.homes import count, half_filed
from tests.support.server import Node, group_members, healthy, running_node

pytestmark = pytest.mark.processes
ONE_PAGE = 4096


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node(extra={"AMANA_LOAD_TEST": "1"}) as started:
        yield started


@contextmanager
def no_room(node: Node) -> Iterator[None]:
    """No process of the node can write past the first page of any file."""
    members = group_members(node.process.pid)
    before = {each: resource.prlimit(each, resource.RLIMIT_FSIZE) for each in members}
    for each, (_soft, hard) in before.items():
        resource.prlimit(each, resource.RLIMIT_FSIZE, (ONE_PAGE, hard))
    try:
        yield
    finally:
        for each, limits in before.items():
            resource.prlimit(each, resource.RLIMIT_FSIZE, limits)


@contextmanager
def locked(node: Node) -> Iterator[None]:
    """Somebody else holds the database, such as an operator's own tool."""
    path = node.home / "amana.sqlite3"
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def was_not_filed(node: Node, key: str) -> None:
    """The answer is 503, in words, in the language of the sender."""
    code, answer = file_report(node.url, key)
    assert code == 503, answer
    assert answer["status"] == 503
    assert answer["title"]
    assert answer["detail"]


def test_a_full_disk_refuses_the_report_and_keeps_nothing_of_it(node: Node) -> None:
    key, before = secrets.token_urlsafe(24), count(node.home, "reports_report")
    with no_room(node):
        was_not_filed(node, key)
        was_not_filed(node, secrets.token_urlsafe(24))
    assert count(node.home, "reports_report") == before
    assert half_filed(node.home) == []
    code, _answer = file_report(node.url, key)
    assert code == 201
    assert count(node.home, "reports_report") == before + 1
    assert half_filed(node.home) == []


def test_a_locked_database_refuses_the_report_and_keeps_nothing_of_it(node: Node) -> None:
    key, before = secrets.token_urlsafe(24), count(node.home, "reports_report")
    with locked(node):
        was_not_filed(node, key)
    assert count(node.home, "reports_report") == before
    assert file_report(node.url, key)[0] == 201
    assert half_filed(node.home) == []


def test_the_node_is_well_afterwards_and_its_log_holds(node: Node) -> None:
    assert healthy(node.url)
    verified = node.amana("journal", "verify")
    assert verified.returncode == 0, verified.stdout
