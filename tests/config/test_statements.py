# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements in the engine's own dialect keep the manners of Django's connection."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import OperationalError, ProgrammingError
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from amana.config.statements import Statement, native_sql

TAKE = Statement("INSERT INTO limits_bucket (scope, source, full_at) VALUES (%s, %s, %s)")
READ = Statement("SELECT full_at, scope LIKE '%%a' FROM limits_bucket WHERE source = %s")


@given(st.lists(st.sampled_from(["%s", "%%", "a", " ", "=", "s", "$"]), max_size=30))
def test_marks_are_written_in_each_dialect(pieces: list[str]) -> None:
    sql = "".join(pieces)
    marks = sum(piece == "%s" for piece in pieces)
    lite, big = native_sql(sql, "sqlite"), native_sql(sql, "postgresql")
    assert lite.count("?") == marks
    for number in range(1, marks + 1):
        assert f"${number}" in big
    # What is not a mark stays, with the doubled sign single again.
    assert lite.replace("?", "") == "".join("%" if p == "%%" else p for p in pieces if p != "%s")


@pytest.mark.db
@pytest.mark.django_db
class TestOnTheDatabase:
    def test_rows_come_back(self) -> None:
        assert TAKE.run(["aa", b"one", 5]) == []
        assert TAKE.run(["bb", b"two", 6]) == []
        assert [tuple(map(int, row)) for row in READ.run([b"one"])] == [(5, 1)]
        assert [tuple(map(int, row)) for row in READ.run([b"two"])] == [(6, 0)]

    def test_who_counts_statements_sees_it(self) -> None:
        with CaptureQueriesContext(connection) as asked:
            TAKE.run(["aa", b"one", 5])
            READ.run([b"one"])
        assert [query["sql"].split()[0] for query in asked] == ["INSERT", "SELECT"]

    def test_errors_are_those_of_django(self) -> None:
        TAKE.run(["aa", b"one", 5])
        with pytest.raises(IntegrityError), transaction.atomic():
            TAKE.run(["aa", b"one", 5])
        with pytest.raises((OperationalError, ProgrammingError)), transaction.atomic():
            Statement("SELECT nothing FROM nowhere").run([])
        assert len(READ.run([b"one"])) == 1

    def test_nothing_runs_in_a_transaction_that_is_broken(self) -> None:
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(TransactionManagementError):
                READ.run([b"one"])

    def test_it_belongs_to_the_transaction_around_it(self) -> None:
        with transaction.atomic():
            TAKE.run(["aa", b"one", 5])
            transaction.set_rollback(True)
        assert READ.run([b"one"]) == []
