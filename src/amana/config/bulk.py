# SPDX-License-Identifier: AGPL-3.0-or-later
"""Inserts many rows of many tables at once.

Filing a report writes some twenty rows in a dozen tables, and building those statements through
the ORM costs more than all its cryptography (stack, section 8). Rows keep their order by table,
so that a row comes after those it refers to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models, transaction

_AS_THEY_ARE = frozenset(
    {
        models.BooleanField,
        models.PositiveSmallIntegerField,
        models.PositiveIntegerField,
        models.BigIntegerField,
    }
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """The INSERT of a model, and how to read its values from an object."""

    sql: str
    read: Callable[[models.Model], Sequence[object]]
    prepare: tuple[Callable[[Any], object] | None, ...]

    def values(self, row: models.Model) -> list[Any]:
        return [
            value if prepare is None or value is None else prepare(value)
            for prepare, value in zip(self.prepare, self.read(row), strict=True)
        ]


def insert(rows: Iterable[models.Model]) -> None:
    """Insert unsaved rows, inside the caller's transaction; one statement a table.

    No `save`, no defaults of the database. Raises `IntegrityError` as the ORM would."""
    if not connection.in_atomic_block:
        raise RuntimeError("rows of one act are inserted in one transaction")
    tables: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    with _pipeline(), connection.cursor() as cursor:
        for model, group in tables.items():
            statement = _statement(model, connection.vendor)
            cursor.executemany(statement.sql, [statement.values(row) for row in group])
    for group in tables.values():
        for row in group:
            row._state.adding = False
            row._state.db = connection.alias


@contextmanager
def _pipeline() -> Iterator[None]:
    """On PostgreSQL all statements travel in one round trip; errors come back as Django's."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    pipeline = connection.connection.pipeline()
    with transaction.atomic(savepoint=False), connection.wrap_database_errors, pipeline:
        yield


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], vendor: str) -> _Statement:
    fields = model._meta.local_concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return _Statement(
        sql=f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608
        read=attrgetter(*(field.attname for field in fields)),
        prepare=tuple(_prepare(field, vendor) for field in fields),
    )


def _prepare(field: models.Field[Any, Any], vendor: str) -> Callable[[Any], object] | None:
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, models.UUIDField):
        return _hex if vendor == "sqlite" else None
    if isinstance(target, models.BinaryField):
        return None
    if isinstance(target, models.DateTimeField):
        return _utc_text if vendor == "sqlite" else None
    if type(target) in _AS_THEY_ARE:
        return None
    if isinstance(target, models.CharField | models.TextField):
        return str
    return lambda value: target.get_db_prep_save(value, connection)


def _utc_text(moment: datetime) -> str:
    """A moment as Django writes it into SQLite."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def _hex(value: uuid.UUID) -> str:
    return value.hex
