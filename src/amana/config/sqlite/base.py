# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's SQLite backend whose transactions pass through the fair write gate."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base as django_sqlite

from amana.config.sqlite.gate import WriteGate, gate_for


class DatabaseWrapper(django_sqlite.DatabaseWrapper):
    """Takes the gate at BEGIN IMMEDIATE and gives it back when the transaction has ended."""

    _gate: WriteGate | None = None

    def _start_transaction_under_autocommit(self) -> None:
        name = str(self.settings_dict["NAME"])
        in_memory = self.is_in_memory_db()
        if not in_memory and self._gate is None:
            gate = gate_for(name)
            gate.acquire()
            self._gate = gate
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_gate()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._leave_gate()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _leave_gate(self) -> None:
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.release()
