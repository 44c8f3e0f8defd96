# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's SQLite backend whose transactions pass through the fair write gate."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.db.backends.sqlite3 import base as django_sqlite
from django.db.utils import OperationalError

from amana.config.sqlite.gate import GateTimeout, WriteGate, gate_for

_MAKE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def _make_private(path: Path) -> None:
    """Make the file when there is none.

    One that exists is never opened here: closing it again would drop every lock that SQLite holds
    on it in this process (POSIX), another process would believe itself alone and remove the log,
    and the file would be destroyed. So an empty file is made beside it and given its name."""
    if path.exists():
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with suppress(OSError):  # a folder that is not there: SQLite says so itself
        os.close(os.open(beside, _MAKE, 0o600))
        try:
            os.link(beside, path)
        finally:
            beside.unlink()


class DatabaseWrapper(django_sqlite.DatabaseWrapper):
    """Takes the gate at BEGIN IMMEDIATE and gives it back when the transaction has ended."""

    _gate: WriteGate | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A file that SQLite makes by itself could be read by every account of the machine; its
        log and index take their mode from it."""
        if not self.is_in_memory_db():
            _make_private(Path(self.settings_dict["NAME"]))
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        name = str(self.settings_dict["NAME"])
        in_memory = self.is_in_memory_db()
        if not in_memory and self._gate is None:
            gate = gate_for(name)
            try:
                gate.acquire()
            except GateTimeout as error:
                raise OperationalError("database is locked") from error
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
