# SPDX-License-Identifier: AGPL-3.0-or-later
"""Inserts many rows of many tables at once.

Filing a report writes some twenty rows in a dozen tables, and building those statements through
the ORM costs more than all its cryptography (stack, section 8). SQLite gets one statement a table,
with all its rows: each statement is a turn in which another thread may take the interpreter, while
the write gate is held. PostgreSQL gets one statement for all tables, in one round trip."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from amana.config.commits import commit
from amana.config.statements import Statement

_AS_THEY_ARE = frozenset(
    {
        models.BooleanField,
        models.PositiveSmallIntegerField,
        models.PositiveIntegerField,
        models.BigIntegerField,
    }
)
_MOST_VALUES: Final = 30_000
"""SQLite takes 32,766 values in a statement, PostgreSQL 65,535."""

Group = tuple[type[models.Model], int]
"""A table, and how many rows go into it."""

Tables = dict[type[models.Model], list[models.Model]]
"""Rows by the table they go into."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the rows of a model go, and how to read their values."""

    into: str
    read: Callable[[models.Model], Sequence[object]]
    prepare: tuple[Callable[[Any], object] | None, ...]

    def values(self, row: models.Model) -> list[Any]:
        return [
            value if prepare is None or value is None else prepare(value)
            for prepare, value in zip(self.prepare, self.read(row), strict=True)
        ]

    def insert(self, rows: int) -> str:
        marks = f"({', '.join(['%s'] * len(self.prepare))})"
        return f"INSERT INTO {self.into} VALUES {', '.join([marks] * rows)}"  # noqa: S608


def insert(rows: Iterable[models.Model]) -> None:
    """Insert unsaved rows, inside the caller's transaction; a table is filled after those that
    come before it. No `save`, no defaults of the database. Raises `IntegrityError` as the ORM
    would."""
    here = connections[DEFAULT_DB_ALIAS]
    if not here.in_atomic_block:
        raise RuntimeError("rows of one act are inserted in one transaction")
    tables = _by_table(rows)
    with transaction.atomic(savepoint=False):
        whole = _at_once(tables) if here.vendor == "postgresql" else None
        if whole is None:
            _table_by_table(tables, here.vendor)
        else:
            # The transaction begins in the same round trip.
            here.ensure_connection()
            with here.wrap_database_errors, here.connection.pipeline():
                whole[0].run(whole[1])
    _stored(tables)


def insert_alone(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows as a whole transaction, on the disk once this returns. Inside a
    transaction of the caller they are a part of that one.

    PostgreSQL gets one statement, which is a transaction by itself: neither BEGIN nor COMMIT
    travels, and its foreign keys are checked before it answers."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor == "postgresql" and not here.in_atomic_block and here.get_autocommit():
        tables = _by_table(rows)
        whole = _at_once(tables)
        if whole is not None:
            whole[0].run(whole[1])
            _stored(tables)
            return
    commit(lambda: insert(rows))


def _by_table(rows: Iterable[models.Model]) -> Tables:
    tables: Tables = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    return tables


def _stored(tables: Tables) -> None:
    for group in tables.values():
        for row in group:
            row._state.adding = False
            row._state.db = DEFAULT_DB_ALIAS


def _at_once(tables: Tables) -> tuple[Statement, list[object]] | None:
    """One statement of PostgreSQL for all rows, whose foreign keys are checked at the commit, and
    its values; None when they are too many for one, or none at all."""
    values: list[object] = []
    for model, group in tables.items():
        table = _table(model, "postgresql")
        for row in group:
            values += table.values(row)
    if not 0 < len(values) <= _MOST_VALUES:
        return None
    shape = tuple((model, len(group)) for model, group in tables.items())
    return _whole(shape, "postgresql"), values


def _table_by_table(tables: Tables, vendor: str) -> None:
    for model, group in tables.items():
        table = _table(model, vendor)
        most = _MOST_VALUES // len(table.prepare)
        for start in range(0, len(group), most):
            some = group[start : start + most]
            values = [value for row in some for value in table.values(row)]
            _whole(((model, len(some)),), vendor).run(values)


@lru_cache(maxsize=1024)
def _whole(shape: tuple[Group, ...], vendor: str) -> Statement:
    """One statement for a row set of this shape."""
    parts = [_table(model, vendor).insert(rows) for model, rows in shape]
    first, last = parts[:-1], parts[-1]
    if not first:
        return Statement(last)
    named = ", ".join(f"t{number} AS ({part})" for number, part in enumerate(first))
    return Statement(f"WITH {named} {last}")


@lru_cache(maxsize=256)
def _table(model: type[models.Model], vendor: str) -> _Table:
    fields = model._meta.local_concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return _Table(
        into=f"{quote(model._meta.db_table)} ({columns})",
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
    return lambda value: target.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


def _utc_text(moment: datetime) -> str:
    """A moment as Django writes it into SQLite."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def _hex(value: uuid.UUID) -> str:
    return value.hex
