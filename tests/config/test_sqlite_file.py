# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database file is its owner's alone, whatever the account's umask says."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from amana.config.databases import sqlite


def _connect(path: Path) -> int:
    """Write a word; how many there are now. What lies there meanwhile is its owner's alone."""
    handler = ConnectionHandler({"default": sqlite(path)})
    with handler["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS words (said TEXT)")
        cursor.execute("INSERT INTO words VALUES ('x')")
        ((words,),) = cursor.execute("SELECT count(*) FROM words").fetchall()
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    handler.close_all()
    beside = {name for name in modes if name.startswith(path.name)}
    assert {f"{path.name}-wal", path.name} <= beside
    assert {modes[name] for name in beside} == {0o600}
    return int(words)


@pytest.fixture(autouse=True)
def open_to_all(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The usual umask, under which SQLite makes files that everybody reads."""
    before = os.umask(0o022)
    with django_db_blocker.unblock():
        yield
    os.umask(before)


def test_a_new_file_and_what_lies_beside_it_are_private(tmp_path: Path) -> None:
    assert _connect(tmp_path / "node.sqlite3") == 1


def test_a_file_that_is_there_keeps_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite3"
    assert [_connect(path), _connect(path)] == [1, 2]


def test_a_folder_that_is_not_there_is_said_by_the_database(tmp_path: Path) -> None:
    with pytest.raises(OperationalError):
        _connect(tmp_path / "nowhere" / "node.sqlite3")


def test_a_second_connection_leaves_the_first_its_locks(tmp_path: Path) -> None:
    # Opening and closing the file beside SQLite drops all locks of the process (POSIX). Another
    # process then believes itself the last one, removes the log, and the file is destroyed.
    path = tmp_path / "node.sqlite3"
    first = ConnectionHandler({"default": sqlite(path)})
    second = ConnectionHandler({"default": sqlite(path)})
    with first["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE words (said TEXT)")
    with second["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM words")
    other = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM words')"
    subprocess.run([sys.executable, "-c", other, str(path)], check=True, timeout=30)
    assert path.with_name("node.sqlite3-wal").exists()
    with first["default"].cursor() as cursor:
        cursor.execute("INSERT INTO words VALUES ('x')")
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
    second.close_all()
    first.close_all()


def test_the_log_is_copied_into_the_file_seldom_and_every_commit_is_flushed(tmp_path: Path) -> None:
    handler = ConnectionHandler({"default": sqlite(tmp_path / "node.sqlite3")})
    asked = {}
    with handler["default"].cursor() as cursor:
        for name in ("wal_autocheckpoint", "synchronous", "journal_mode"):
            cursor.execute(f"PRAGMA {name}")
            asked[name] = cursor.fetchone()[0]
    handler.close_all()
    assert asked == {"wal_autocheckpoint": 4000, "synchronous": 2, "journal_mode": "wal"}
