# SPDX-License-Identifier: AGPL-3.0-or-later
"""PostgreSQL is copied with its own tools, and no password stands in their arguments."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from amana.cli.errors import CommandFailed
from amana.cli.keeping import databases
from tests.journal.builders import add

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_copy_goes_out_and_back_into_an_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(3)
    name = databases.copy_out(tmp_path)
    copy = tmp_path / name
    assert copy.read_bytes().startswith(b"PGDMP")
    assert copy.stat().st_mode & 0o077 == 0
    assert not databases.empty()
    other = f"{connection.settings_dict['NAME']}_other"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{other}" TEMPLATE template0')
    was = connection.settings_dict["NAME"]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", other)
    try:
        assert databases.empty()
        databases.copy_in(copy)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM journal_event")
            assert cursor.fetchone() == (3,)
        with pytest.raises(CommandFailed, match="not empty"):
            databases.move_aside()
    finally:
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "NAME", was)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{other}"')


def test_without_the_client_programs_the_operator_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(CommandFailed, match="pg_dump is not on this machine"):
        databases.copy_out(tmp_path)


def test_the_password_travels_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "not-in-the-arguments")
    assert databases._environment()["PGPASSWORD"] == "not-in-the-arguments"
