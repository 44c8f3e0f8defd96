# SPDX-License-Identifier: AGPL-3.0-or-later
"""A connection that the server ended is noticed before it is used, without asking the server."""

from __future__ import annotations

import select
from collections.abc import Iterator

import psycopg
import pytest
from django.db import close_old_connections, connection

from amana.config.databases import postgres

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """A second session on the same server."""
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    keep = {key: parameters[key] for key in ("dbname", "user", "host", "port") if key in parameters}
    with psycopg.connect(autocommit=True, **keep) as session:
        yield session


def ended(session: psycopg.Connection) -> None:
    """End Django's session from outside, and wait until its last words have arrived."""
    raw = connection.connection
    session.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
    assert select.select([raw.fileno()], [], [], 10)[0]


def test_a_quiet_connection_is_kept() -> None:
    connection.ensure_connection()
    first = connection.connection
    assert connection.is_usable()
    close_old_connections()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.connection is first
    assert connection.is_usable()


def test_what_the_server_ended_is_not_used_again(other: psycopg.Connection) -> None:
    ended(other)
    assert not connection.is_usable()
    close_old_connections()  # as at the start of a request
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_looking_costs_no_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the server was asked")

    monkeypatch.setattr(psycopg.Cursor, "execute", never)
    assert connection.is_usable()


def test_without_a_connection_there_is_none_to_use() -> None:
    connection.close()
    assert not connection.is_usable()


def test_a_pooler_that_loses_prepared_statements_is_told_in_the_url() -> None:
    assert postgres("postgresql://h/d")["OPTIONS"]["prepare_threshold"] == 5  # type: ignore[index]
    options = postgres("postgresql://h/d?prepared=off&sslmode=require")["OPTIONS"]
    assert options == {"connect_timeout": 10, "sslmode": "require", "prepare_threshold": None}
