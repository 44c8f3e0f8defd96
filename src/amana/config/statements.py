# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that are run hundreds of times a second.

Django writes the SQL of a query anew each time, and on PostgreSQL the server reads and plans it
anew each time; together that costs more than the work itself. A `Statement` is written once and
runs in the engine's own dialect: SQLite keeps it compiled, PostgreSQL prepared. It goes through
Django's connection, in the same transaction and with the same errors as everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

Row = tuple[Any, ...]
_MARK: Final = re.compile(r"%[s%]")


class Statement:
    """One SQL text with `%s` for each value, known to the engine from its second run on."""

    __slots__ = ("_native", "sql")

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._native: dict[str, str] = {}

    def run(self, values: Sequence[object]) -> list[Row]:
        """Run it; the rows it gives. Values as the driver takes them. Raises Django's errors."""
        # Asked once: each look at `django.db.connection` finds out again whose thread this is.
        here = connections[DEFAULT_DB_ALIAS]
        if here.queries_logged or here.execute_wrappers:
            return self._run_watched(values)
        here.close_if_health_check_failed()
        here.ensure_connection()
        here.validate_no_broken_transaction()
        driver: Any = here.connection
        with here.wrap_database_errors:
            if here.vendor == "postgresql":
                cursor = _raw_cursor()(driver)
                cursor.execute(self._in("postgresql"), values, prepare=True)
                return cursor.fetchall() if cursor.description else []
            rows: list[Row] = driver.execute(self._in("sqlite"), values).fetchall()
            return rows

    def _run_watched(self, values: Sequence[Any]) -> list[Row]:
        """As any other statement, for whoever looks on (tests that count, a debugger)."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, values)
            return cursor.fetchall() if cursor.description else []

    def _in(self, vendor: str) -> str:
        native = self._native.get(vendor)
        if native is None:
            native = self._native[vendor] = native_sql(self.sql, vendor)
        return native


@lru_cache(maxsize=1)
def _raw_cursor() -> Any:
    """The cursor that takes `$1`; a node on SQLite never loads the driver."""
    from psycopg import RawCursor

    return RawCursor


def native_sql(sql: str, vendor: str) -> str:
    """`sql` with the engine's own marks: `?` on SQLite, `$1`, `$2`, … on PostgreSQL."""
    numbers = count(1)

    def mark(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        return f"${next(numbers)}" if vendor == "postgresql" else "?"

    return _MARK.sub(mark, sql)
