# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writers that wait together share one flush; each keeps its own outcome."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from amana.config import commits
from amana.config.databases import sqlite
from amana.config.sqlite.base import DatabaseWrapper

PATIENCE = 20.0


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A SQLite file of its own as the default database of every thread of the test."""
    path = tmp_path / "together.sqlite3"
    made = sqlite3.connect(path)
    made.execute("CREATE TABLE word (word TEXT PRIMARY KEY)")
    made.close()
    settings = {**connections.settings["default"], **sqlite(path), "NAME": str(path)}
    original = connections.create_connection

    def create(alias: str) -> DatabaseWrapper:
        return DatabaseWrapper(settings, alias)

    standing = connections["default"]
    connections.create_connection = create  # type: ignore[method-assign]
    del connections["default"]
    try:
        with django_db_blocker.unblock():
            yield path
            connections["default"].close()
    finally:
        connections.create_connection = original  # type: ignore[method-assign]
        connections["default"] = standing


def write(word: str) -> Callable[[], None]:
    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO word (word) VALUES (%s)", [word])

    return work


def words(path: Path) -> set[str]:
    reader = sqlite3.connect(path)
    try:
        return {row[0] for row in reader.execute("SELECT word FROM word")}
    finally:
        reader.close()


def at_once(works: list[Callable[[], None]]) -> list[BaseException | None]:
    """What became of each work, all begun together in threads of their own."""
    outcomes: list[BaseException | None] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(number: int) -> None:
        start.wait(PATIENCE)
        try:
            commits.commit(works[number])
        except Exception as fault:  # noqa: BLE001
            outcomes[number] = fault
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def test_all_are_written(database: Path) -> None:
    assert at_once([write(f"word {n}") for n in range(40)]) == [None] * 40
    assert words(database) == {f"word {n}" for n in range(40)}


def test_one_that_fails_takes_back_only_its_own(database: Path) -> None:
    commits.commit(write("taken"))
    works = [write(f"word {n}") for n in range(12)]
    works[5] = write("taken")
    outcomes = at_once(works)
    assert isinstance(outcomes[5], IntegrityError)
    assert [outcome for outcome in outcomes if outcome is not None] == [outcomes[5]]
    assert words(database) == {"taken"} | {f"word {n}" for n in range(12) if n != 5}


def test_alone_it_needs_no_savepoint(database: Path) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        commits.commit(write("alone"))
    assert not [query["sql"] for query in asked if "SAVEPOINT" in query["sql"]]
    assert words(database) == {"alone"}


def test_half_of_a_work_is_not_kept(database: Path) -> None:
    def half() -> None:
        write("half")()
        raise RuntimeError("the other half")

    with pytest.raises(RuntimeError, match="other half"):
        commits.commit(half)
    assert words(database) == set()


def test_who_is_told_done_is_on_the_disk(database: Path) -> None:
    seen: list[bool] = []

    def run(number: int) -> None:
        commits.commit(write(f"word {number}"))
        seen.append(f"word {number}" in words(database))
        connections["default"].close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert seen == [True] * 16


def test_when_the_commit_itself_fails_everybody_is_told(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: DatabaseWrapper) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(DatabaseWrapper, "_commit", broken)
    outcomes = at_once([write(f"word {n}") for n in range(6)])
    assert all(isinstance(outcome, OperationalError) for outcome in outcomes)
    monkeypatch.undo()
    assert words(database) == set()
    commits.commit(write("afterwards"))
    assert words(database) == {"afterwards"}


def test_a_gate_that_stays_shut_is_told_to_each_and_the_next_can_write(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(_self: DatabaseWrapper) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(DatabaseWrapper, "_start_transaction_under_autocommit", shut)
    outcomes = at_once([write(f"word {n}") for n in range(6)])
    assert all(isinstance(outcome, OperationalError) for outcome in outcomes)
    monkeypatch.undo()
    commits.commit(write("afterwards"))
    assert words(database) == {"afterwards"}


@pytest.mark.db
@pytest.mark.django_db
def test_inside_a_transaction_it_is_a_part_of_that_one() -> None:
    done: list[int] = []
    commits.commit(lambda: done.append(1))
    assert connection.in_atomic_block
    assert done == [1]
