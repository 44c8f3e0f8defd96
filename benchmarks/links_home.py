# SPDX-License-Identifier: AGPL-3.0-or-later
"""A node with very many reports, filled by plain SQL into the product's own tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from benchmarks.million import Worlds, number_of

FIRST: Final = datetime(2025, 1, 1, tzinfo=UTC)
CHUNK: Final = 100_000


def fill(worlds: Worlds, template: Any, units: list[Any]) -> None:
    """As many reports as `worlds` holds, copies of one that was filed, with their token sets.
    The officer of the first of `units` sees every so manyth of them."""
    from django.db import connection

    connection.ensure_connection()
    put = _Postgres() if connection.vendor == "postgresql" else _Sqlite()
    put.begin()
    put.rows(
        "CREATE TEMP TABLE filled (i BIGINT, id UUID, locator TEXT, number BIGINT, "
        "at TIMESTAMPTZ, access UUID, unit UUID, packed BYTEA)",
        "filled",
        _numbered(worlds, units, put),
    )
    _copied(put, template)
    put.rows("", "triage_linktoken", _tokens(worlds))
    put.end()


def _numbered(worlds: Worlds, units: list[Any], put: Any) -> Iterator[tuple[Any, ...]]:
    for at, (number, packed) in enumerate(worlds.sets()):
        moment = FIRST + timedelta(seconds=30 * at)
        milliseconds = int(moment.timestamp() * 1000)
        key = f"{milliseconds:012x}7000" + f"8{at:015x}"
        access = f"{milliseconds:012x}7001" + f"8{at:015x}"
        yield (
            at,
            put.uuid(key),
            f"{at:08d}",
            number,
            put.moment(moment),
            put.uuid(access),
            put.uuid(units[at % len(units)].pk.hex),
            packed,
        )


def _copied(put: Any, template: Any) -> None:
    from amana.reports.models import Access, Report
    from amana.triage.models import Assessment, LinkSet, WordTokens

    pairs: tuple[tuple[Any, dict[str, str]], ...] = (
        (Report, {"id": "f.id", "locator": "f.locator", "received_at": "f.at"}),
        (Assessment, {"report_id": "f.id"}),
        (Access, {"id": "f.access", "report_id": "f.id", "unit_id": "f.unit", "since": "f.at"}),
        (
            LinkSet,
            {
                "report_id": "f.id",
                "number": "f.number",
                "cluster": "f.number",
                "packed": "f.packed",
                "linked_at": "f.at",
            },
        ),
        (WordTokens, {"report_id": "f.id"}),
    )
    for model, values in pairs:
        table = model._meta.db_table
        columns = [field.column for field in model._meta.local_concrete_fields]
        chosen = ", ".join(values.get(column, f't."{column}"') for column in columns)
        named = ", ".join(f'"{column}"' for column in columns)
        key = "id" if model is Report else "report_id"
        owner = " AND t.role = 'owner'" if model is Access else ""
        put.run(
            f"INSERT INTO {table} ({named}) SELECT {chosen} FROM filled f, {table} t "
            f"WHERE t.{key} = {put.mark} {owner}",
            put.uuid(template.pk.hex),
        )


def _tokens(worlds: Worlds) -> Iterator[tuple[int, int, int]]:
    """Rows of the index in the order of the index, which is ten times quicker to fill so."""
    parts = []
    for start, rows in worlds.copies():
        count = min(len(worlds.sizes), worlds.count - start)
        sizes = worlds.sizes[:count]
        whole = rows[: int(sizes.sum())]
        numbers = np.repeat([number_of(start + at) for at in range(count)], sizes)
        parts.append(_laid(whole, numbers))
    everything = np.concatenate(parts)
    del parts
    order = np.lexsort((everything["n"], everything["t"]))
    last: tuple[int, int] | None = None
    for start in range(0, len(order), CHUNK):
        for token, number, kind in everything[order[start : start + CHUNK]].tolist():
            if last != (token, number):
                last = (token, number)
                yield token, number, kind


def _laid(rows: Any, numbers: Any) -> Any:
    laid = np.empty(len(rows), dtype=[("t", "<i8"), ("n", "<i8"), ("k", "u1")])
    laid["t"], laid["n"], laid["k"] = rows["token"], numbers, rows["kind"]
    return laid


class _Sqlite:
    """Rows through Python's own driver, without waiting for the disk."""

    mark = "?"

    def begin(self) -> None:
        from django.db import connection

        self.session: sqlite3.Connection = connection.connection
        for line in ("synchronous=OFF", "cache_size=-800000", "foreign_keys=OFF"):
            self.session.execute(f"PRAGMA {line}")
        self.session.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self.session.execute("COMMIT")
        self.session.execute("ANALYZE")
        self.session.execute("PRAGMA cache_size=-16000")
        self.session.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rows(self, create: str, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        if create:
            self.session.execute(create.replace("UUID", "TEXT").replace("TIMESTAMPTZ", "TEXT"))
        rows = iter(rows)
        first = next(rows)
        marks = ", ".join("?" * len(first))
        self.session.execute(f"INSERT INTO {table} VALUES ({marks})", first)
        self.session.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def run(self, statement: str, *values: object) -> None:
        self.session.execute(statement, values)

    def uuid(self, text: str) -> str:
        return text

    def moment(self, moment: datetime) -> str:
        return str(moment.replace(tzinfo=None))


class _Postgres:
    """Rows by COPY in binary."""

    mark = "%s"

    def begin(self) -> None:
        from django.db import connection

        self.session: Any = connection.connection
        self.session.execute("BEGIN")

    def end(self) -> None:
        self.session.execute("COMMIT")
        self.session.execute("VACUUM ANALYZE")

    def rows(self, create: str, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        if create:
            self.session.execute(create)
        with self.session.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, statement: str, *values: object) -> None:
        self.session.execute(statement, values)

    def uuid(self, text: str) -> str:
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def moment(self, moment: datetime) -> datetime:
        return moment
