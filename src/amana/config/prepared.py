# SPDX-License-Identifier: AGPL-3.0-or-later
"""A query of the ORM that is compiled once and asked again with other values.

Building and compiling a query set costs several times what the database takes to answer it. Here
it happens once a connection; what comes back is what the query set would give: instances with
what `select_related` names and with their annotations, or the tuples of `values_list`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import Expression
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

from amana.config.statements import Row, Statement


class Slot(Expression):
    """Stands in a query for the value of that name, which is of the kind of `field`."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        return "%s", [self]

    def prepared(self, value: object) -> object:
        """The value as the driver takes it."""
        return self.output_field.get_db_prep_value(value, connection, prepared=False)


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Plan:
    """A compiled query: what to run, and how to read what it gives."""

    statement: Statement
    values: tuple[object, ...]
    read: Callable[[Sequence[Row]], list[Any]]


class Prepared(Generic[Result]):
    """`query` builds the query set with a `Slot` for each value that differs between runs."""

    def __init__(self, query: Callable[[], models.QuerySet[Any, Result]]) -> None:
        self._query = query

    def all(self, **values: object) -> list[Result]:
        """What the query gives with these values, by the name of their slots."""
        plan = self._plan()
        given = [
            value.prepared(values[value.name]) if isinstance(value, Slot) else value
            for value in plan.values
        ]
        return plan.read(plan.statement.run(given))

    def first(self, **values: object) -> Result | None:
        """The first of them, or `None`."""
        return next(iter(self.all(**values)), None)

    def _plan(self) -> _Plan:
        """Kept with the connection, whose converters it holds, and gone with it."""
        holder = connections[DEFAULT_DB_ALIAS]
        plans: dict[Prepared[Any], _Plan] = holder.__dict__.setdefault("_amana_plans", {})
        plan = plans.get(self)
        if plan is None:
            plan = plans[self] = _compile(self._query())
        return plan


def _compile(query: models.QuerySet[Any, Any]) -> _Plan:
    compiler = query.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select])

    def converted(rows: Sequence[Row]) -> Iterator[Sequence[Any]]:
        return compiler.apply_converters(rows, converters) if converters else iter(rows)

    if query._iterable_class is ValuesListIterable:
        return _Plan(
            Statement(sql), tuple(values), lambda rows: [tuple(row) for row in converted(rows)]
        )
    if query._iterable_class is not ModelIterable:
        raise TypeError("a prepared query gives instances or the tuples of values_list")
    build = _builder(compiler, query)
    return _Plan(
        Statement(sql), tuple(values), lambda rows: [build(row) for row in converted(rows)]
    )


def _builder(compiler: Any, query: Any) -> Callable[[Sequence[Any]], models.Model]:
    """Makes an instance of a row, as `ModelIterable` of Django does."""
    info, alias = compiler.klass_info, query.db
    model: type[models.Model] = info["model"]
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    # Since Django 6.1 it also asks how fields that were left out are fetched.
    mode = [query._fetch_mode] if hasattr(query, "_fetch_mode") else []
    populators = cast("Any", get_related_populators)(info, compiler.select, alias, *mode)
    annotations = dict(compiler.annotation_col_map or {})

    def build(row: Sequence[Any]) -> models.Model:
        made = model.from_db(alias, names, row[start:end])
        for populator in populators:
            populator.populate(row, made)
        for name, place in annotations.items():
            setattr(made, name, row[place])
        return made

    return build
