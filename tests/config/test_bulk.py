# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows that filing inserts are those that the ORM would have written (docs/decisions/0006)."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from amana.config import bulk
from amana.journal.models import Event
from amana.kernel.ids import uuid7
from amana.limits.models import Bucket
from amana.reports.models import Report, Stage
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=24)
MOMENTS = st.integers(0, 2**52).map(
    lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
)


def event(tag: str = "node:log:pad", index: int | None = None) -> Event:
    return Event(
        id=uuid7(),
        agency_id=UUID(int=0),
        tag=tag,
        at=datetime(2026, 3, 1, tzinfo=UTC),
        body=b"{}",
        salt=b"s" * 32,
        commitment=b"c" * 32,
        leaf_index=index,
    )


def stored(row: models.Model) -> tuple[object, ...]:
    """The row as the driver gives it, without Django's conversions."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    key = row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names} FROM {row._meta.db_table} WHERE {key.column} = %s",
            [key.get_db_prep_value(row.pk, connection)],
        )
        (found,) = cursor.fetchall()
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in found)


class SameAsTheOrm(TestCase):
    def setUp(self) -> None:
        self.filed = builders.filed(builders.node()).report

    @settings(max_examples=15)
    @given(text=TEXTS, moment=MOMENTS, codes=st.lists(TEXTS, max_size=3), flag=st.booleans())
    def test_every_kind_of_column(
        self, text: str, moment: datetime, codes: list[str], flag: bool
    ) -> None:
        made = [self.report(number, text, moment, codes, flag) for number in (1, 2)]
        made[0].save(force_insert=True)
        with transaction.atomic():
            bulk.insert([made[1]])
        locator = [f.attname for f in Report._meta.concrete_fields if not f.primary_key]
        rows = [
            [value for name, value in zip(locator, stored(row), strict=True) if name != "locator"]
            for row in made
        ]
        assert rows[0] == rows[1]
        assert made[1]._state.adding is False
        Report.objects.filter(pk__in=[row.pk for row in made]).delete()

    def report(
        self, number: int, text: str, moment: datetime, codes: list[str], flag: bool
    ) -> Report:
        """A copy of one report with other values; only key and locator differ between two."""
        row = copy.copy(self.filed)
        row._state = copy.copy(row._state)
        row.id, row.locator = uuid7(), f"{number:08d}"
        row.closed_at, row.disposition = (moment, "other") if flag else (None, "")
        row.stage = Stage.CLOSED if flag else self.filed.stage
        row.platform, row.received_at, row.offences, row.demonstration = text, moment, codes, flag
        return row


def test_several_tables_at_once() -> None:
    rows = [event(), Bucket(id=900_001, scope="a", source=b"1", full_at=1), event()]
    with transaction.atomic():
        bulk.insert(rows)
    assert Event.objects.filter(pk__in=[rows[0].pk, rows[2].pk]).count() == 2
    assert Bucket.objects.get(pk=900_001).scope == "a"


def test_more_rows_than_one_statement_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_MOST_VALUES", 25)
    rows = [event() for _ in range(7)]
    with transaction.atomic():
        bulk.insert(rows)
    assert Event.objects.filter(pk__in=[row.pk for row in rows]).count() == 7


def test_nothing_is_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with transaction.atomic(), django_assert_num_queries(0):
        bulk.insert([])


def test_one_wrong_row_takes_all_of_them_back() -> None:
    rows = [event(index=4), event(), event(index=4)]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(rows)
    assert not Event.objects.filter(pk__in=[row.pk for row in rows]).exists()


def test_a_reference_to_nothing_is_found_at_the_commit_at_the_latest() -> None:
    report = builders.filed(builders.node()).report
    Report.objects.filter(pk=report.pk).delete()
    report.id, report.agency_id = uuid7(), UUID(int=5)
    with pytest.raises(IntegrityError):
        _insert_and_check(report)


def _insert_and_check(report: Report) -> None:
    with transaction.atomic():
        bulk.insert([report])
        connection.check_constraints()


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_it_refuses() -> None:
    with pytest.raises(RuntimeError, match="one transaction"):
        bulk.insert([event()])


def kept(rows: list[Event]) -> int:
    return Event.objects.filter(pk__in=[row.pk for row in rows]).count()


class TestAlone:
    """`insert_alone` is a whole transaction: there once it returns, or not at all."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_all_of_it_is_there(self) -> None:
        rows = [event(), Bucket(id=900_002, scope="a", source=b"2", full_at=1), event()]
        bulk.insert_alone(rows)
        assert not connection.in_atomic_block
        assert Event.objects.filter(pk__in=[rows[0].pk, rows[2].pk]).count() == 2
        assert Bucket.objects.get(pk=900_002).source in (b"2", memoryview(b"2"))
        assert all(row._state.adding is False for row in rows)

    def test_one_wrong_row_takes_all_of_them_back_and_the_next_act_is_its_own(self) -> None:
        rows = [event(index=4), event(), event(index=4)]
        with pytest.raises(IntegrityError):
            bulk.insert_alone(rows)
        assert kept(rows) == 0
        assert all(row._state.adding for row in rows)
        after = [event()]
        bulk.insert_alone(after)
        assert kept(after) == 1

    def test_a_reference_to_nothing_is_told_before_it_returns(self) -> None:
        """PostgreSQL looks at the commit, which is a part of the statement's own answer."""
        report = copy.copy(builders.filed(builders.node()).report)
        report.id, report.locator, report.agency_id = uuid7(), "00000007", UUID(int=5)
        beside = [event()]
        with pytest.raises(IntegrityError):
            bulk.insert_alone([report, *beside])
        assert not Report.objects.filter(pk=report.id).exists()
        assert kept(beside) == 0

    def test_inside_of_a_transaction_it_is_a_part_of_that(self) -> None:
        rows = [event()]
        with transaction.atomic():
            bulk.insert_alone(rows)
            assert kept(rows) == 1
            transaction.set_rollback(True)
        assert kept(rows) == 0

    def test_too_many_for_one_statement_are_still_one_transaction(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk, "_MOST_VALUES", 25)
        rows = [event() for _ in range(6)]
        with pytest.raises(IntegrityError):
            bulk.insert_alone([*rows, event(index=4), event(index=4)])
        assert kept(rows) == 0
        bulk.insert_alone(rows)
        assert kept(rows) == 6

    def test_on_postgresql_it_is_one_statement_and_on_sqlite_one_transaction(self) -> None:
        with CaptureQueriesContext(connection) as asked:
            bulk.insert_alone([event(), Bucket(id=900_003, scope="a", source=b"3", full_at=1)])
        told = [query["sql"].split()[0] for query in asked]
        if connection.vendor == "postgresql":
            assert told == ["WITH"]
        else:
            assert told == ["BEGIN", "INSERT", "INSERT", "COMMIT"]

    def test_nothing_is_nothing(self) -> None:
        bulk.insert_alone([])
        assert not connection.in_atomic_block
