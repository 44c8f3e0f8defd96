# SPDX-License-Identifier: AGPL-3.0-or-later
"""SQLite is copied while others write, without what was deleted, and comes back as it was: nothing
that lies around is written over, or mixed into it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from amana.cli.errors import CommandFailed
from amana.cli.keeping import databases
from amana.config.databases import sqlite

CRASHES = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA journal_mode=WAL")
database.execute("CREATE TABLE IF NOT EXISTS words (said TEXT)")
database.executemany("INSERT INTO words VALUES (?)", [(f"{sys.argv[2]} {n}",) for n in range(500)])
database.commit()
os._exit(0)
"""


@pytest.fixture(autouse=True)
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """The file of a node that has not been started yet."""
    path = tmp_path / "home" / "amana.sqlite3"
    path.parent.mkdir()
    handler = ConnectionHandler({"default": sqlite(path)})
    monkeypatch.setattr(databases, "connection", handler["default"])
    before = os.umask(0o022)
    with django_db_blocker.unblock():
        yield path
        handler.close_all()
    os.umask(before)


def say(path: Path, *words: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS words (said TEXT)")
        database.executemany("INSERT INTO words VALUES (?)", [(word,) for word in words])


def said(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [word for (word,) in database.execute("SELECT said FROM words ORDER BY rowid")]


def crashed(path: Path, word: str) -> None:
    """A node that was killed: what it wrote last stands in the log beside the file."""
    subprocess.run([sys.executable, "-c", CRASHES, str(path), word], check=True, timeout=60)
    assert path.with_name(path.name + "-wal").stat().st_size > 0


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- out


def test_a_copy_is_one_moment_and_its_owners_alone(home: Path, tmp_path: Path) -> None:
    say(home, "one", "two")
    with closing(sqlite3.connect(home)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO words VALUES ('not yet')")
        name = databases.copy_out(tmp_path)
        writer.commit()
    copy = tmp_path / name
    assert said(copy) == ["one", "two"]
    assert said(home) == ["one", "two", "not yet"]
    assert mode(copy) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [name, "home"]


def test_what_a_killed_node_wrote_last_is_in_the_copy(home: Path, tmp_path: Path) -> None:
    crashed(home, "late")
    assert said(tmp_path / databases.copy_out(tmp_path)) == [f"late {n}" for n in range(500)]


def test_what_was_deleted_does_not_travel(home: Path, tmp_path: Path) -> None:
    """A file of SQLite keeps what was deleted until something else needs the room."""
    say(home, *["he-knows-my-school" * 20] * 50)
    with closing(sqlite3.connect(home)) as database, database:
        database.execute("PRAGMA secure_delete=OFF")
        database.execute("DELETE FROM words")
    assert b"he-knows-my-school" in home.read_bytes()
    assert b"he-knows-my-school" not in (tmp_path / databases.copy_out(tmp_path)).read_bytes()


def test_a_copy_is_never_written_over_another(home: Path, tmp_path: Path) -> None:
    say(home, "one")
    copy = tmp_path / databases.copy_out(tmp_path)
    say(home, "two")
    with pytest.raises(FileExistsError):
        databases.copy_out(tmp_path)
    assert said(copy) == ["one"]


# --- empty, or not


def test_a_home_without_a_table_is_empty_and_looking_makes_no_file(home: Path) -> None:
    assert databases.empty()
    assert not home.exists()
    home.touch()
    assert databases.empty()
    say(home, "one")
    assert not databases.empty()


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_what_is_left_of_a_database_is_not_nothing(suffix: str, home: Path) -> None:
    """Somebody took the broken file away and left what lies beside it."""
    crashed(home, "old")
    home.unlink()
    (home.parent / f"{home.name}{'-shm' if suffix == '-wal' else '-wal'}").unlink()
    assert not databases.empty()


# --- in


def test_a_copy_comes_back_as_it_was(home: Path, tmp_path: Path) -> None:
    say(home, "one", "two")
    copy = tmp_path / databases.copy_out(tmp_path)
    kept = databases.move_aside()
    assert kept is not None
    assert databases.empty()
    databases.copy_in(copy)
    assert said(home) == said(kept) == ["one", "two"]
    assert mode(home) == 0o600
    assert {path.name for path in home.parent.iterdir()} == {home.name, kept.name}


def test_into_a_home_that_is_not_there_yet(home: Path, tmp_path: Path) -> None:
    say(tmp_path / "copy", "one")
    home.parent.rmdir()
    databases.copy_in(tmp_path / "copy")
    assert said(home) == ["one"]
    assert mode(home.parent) == 0o700


def test_a_copy_that_cannot_be_read_leaves_nothing(home: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        databases.copy_in(tmp_path / "missing")
    assert list(home.parent.iterdir()) == []


@pytest.mark.parametrize("taken_away", [False, True])
def test_the_log_of_the_lost_database_is_not_mixed_into_the_copy(
    taken_away: bool, home: Path, tmp_path: Path
) -> None:
    """SQLite would take it for the log of whatever lies there under the name."""
    say(home, *[f"good {n}" for n in range(500)])
    copy = tmp_path / databases.copy_out(tmp_path)
    crashed(home, "bad")
    if taken_away:
        home.unlink()
    if not databases.empty():
        databases.move_aside()
    databases.copy_in(copy)
    assert said(home) == [f"good {n}" for n in range(500)]


# --- aside


def test_what_was_here_is_kept_whole_with_what_it_wrote_last(home: Path) -> None:
    crashed(home, "mine")
    kept = databases.move_aside()
    assert kept is not None
    assert kept.parent == home.parent
    assert not [path for path in home.parent.iterdir() if not path.name.startswith(kept.name)]
    assert said(kept) == [f"mine {n}" for n in range(500)]


def test_where_nothing_is_there_is_nothing_to_keep(home: Path) -> None:
    assert databases.move_aside() is None
    assert list(home.parent.iterdir()) == []


def test_another_database_cannot_be_kept_under_another_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("amana.cli.keeping.databases.connection.vendor", "postgresql")
    with pytest.raises(CommandFailed, match="name an empty one"):
        databases.move_aside()
