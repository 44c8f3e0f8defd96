# SPDX-License-Identifier: AGPL-3.0-or-later
"""A prepared query gives what the query set gives, and is compiled only once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from amana.config.prepared import Prepared, Slot
from amana.journal.events import Actor
from amana.reports.models import Message, Receipt, Report, SealedPart
from amana.reports.services import mailbox
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def by_report(report: Any) -> QuerySet[Receipt]:
    lines = Message.objects.filter(report=OuterRef("report_id"))
    return (
        Receipt.objects.select_related("report", "report__agency")
        .filter(report_id=report, pin_set=False)
        .annotate(has_lines=Exists(lines))
    )


RECEIPT = Prepared(lambda: by_report(Slot("report", models.UUIDField())))


@pytest.fixture
def filed() -> Report:
    return builders.filed(builders.node()).report


def columns(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_instance_is_what_the_query_set_gives(filed: Report) -> None:
    (wanted,) = by_report(filed.pk)
    (found,) = RECEIPT.all(report=filed.pk)
    assert isinstance(found, Receipt)
    assert columns(found) == columns(wanted)
    with CaptureQueriesContext(connection) as asked:
        assert columns(found.report) == columns(wanted.report)
        assert columns(found.report.agency) == columns(wanted.report.agency)
    assert len(asked) == 0  # select_related is kept
    assert found.has_lines is False  # type: ignore[attr-defined]
    assert found._state.adding is False


def test_each_run_takes_its_own_values(filed: Report) -> None:
    other = builders.filed(builders.node()).report
    mailbox.answer(report=other, text="…", actor=Actor("investigator", "x"))
    for report, lines in ((filed, False), (other, True), (filed, False)):
        found = RECEIPT.first(report=report.pk)
        assert found is not None
        assert (found.report_id, found.has_lines) == (report.pk, lines)  # type: ignore[attr-defined]
    assert RECEIPT.first(report=UUID(int=7)) is None


def test_it_sees_what_was_written_since(filed: Report) -> None:
    assert RECEIPT.first(report=filed.pk) is not None
    Receipt.objects.filter(report=filed).update(pin_set=True)
    assert RECEIPT.first(report=filed.pk) is None


def test_tuples_of_values_list_are_converted(filed: Report) -> None:
    parts = Prepared(
        lambda: (
            SealedPart.objects.filter(
                report_id=Slot("report", models.UUIDField()),
                kind=Slot("kind", models.CharField()),
            )
            .order_by("id")
            .values_list("report_id", "kind", "report__received_at")
        )
    )
    (found,) = parts.all(report=filed.pk, kind="answers")
    assert found == (filed.pk, "answers", filed.received_at)
    assert parts.all(kind="annex", report=filed.pk) == []


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []
    as_sql = SQLCompiler.as_sql

    def count(compiler: SQLCompiler, *args: object, **named: object) -> object:
        seen.append(compiler)
        return as_sql(compiler, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(SQLCompiler, "as_sql", count)
    return seen


def test_it_is_compiled_once(filed: Report, compiled: list[object]) -> None:
    parts = Prepared(lambda: SealedPart.objects.filter(report_id=Slot("r", models.UUIDField())))
    for _ in range(3):
        assert len(parts.all(r=filed.pk)) == 1
    assert len(compiled) == 1


def test_a_value_that_is_missing_is_a_mistake_that_shows(filed: Report) -> None:
    with pytest.raises(KeyError, match="report"):
        RECEIPT.all(receipt=filed.pk)


def test_other_shapes_of_rows_are_refused() -> None:
    counts = Prepared(lambda: Report.objects.values("stage").annotate(count=Count("id")))
    with pytest.raises(TypeError, match="values_list"):
        counts.all()
