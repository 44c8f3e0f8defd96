# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which trouble is which: only a broken connection leaves it open whether something was kept."""

from __future__ import annotations

import errno

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import UnreadablePostError

from amana.config.faults import STATUS, Fault, fault_of


class DriverError(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__()
        self.sqlstate = sqlstate


def postgres(sqlstate: str | None, words: str = "") -> OperationalError:
    error = OperationalError(words)
    error.__cause__ = DriverError(sqlstate)
    return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OperationalError("database is locked"), Fault.BUSY),
        (OperationalError("database table is locked"), Fault.BUSY),
        (OperationalError("database or disk is full"), Fault.FULL),
        (OperationalError("attempt to write a readonly database"), Fault.FULL),
        (OperationalError("disk I/O error"), Fault.BUSY),
        (postgres("53100", "could not extend file"), Fault.FULL),
        (postgres("55P03"), Fault.BUSY),
        (postgres("40P01", "deadlock detected"), Fault.BUSY),
        (postgres("57P01", "terminating"), Fault.UNSURE),
        (postgres("08006"), Fault.UNSURE),
        (postgres(None, "the connection is lost"), Fault.UNSURE),
        (InterfaceError("connection already closed"), Fault.UNSURE),
        (OSError(errno.ENOSPC, "No space left on device"), Fault.FULL),
        (OSError(errno.EDQUOT, "Quota exceeded"), Fault.FULL),
        (UnreadablePostError("broken"), Fault.BAD_REQUEST),
    ],
)
def test_trouble_of_the_store_is_named(error: Exception, fault: Fault) -> None:
    assert fault_of(error) is fault


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("x"),
        IntegrityError("UNIQUE constraint failed"),
        DatabaseError("syntax error"),
        FileNotFoundError(errno.ENOENT, "x"),
        PermissionError(errno.EACCES, "x"),
    ],
)
def test_a_mistake_of_ours_is_not_dressed_up_as_a_busy_store(error: Exception) -> None:
    assert fault_of(error) is None


def test_every_fault_has_a_status() -> None:
    assert set(STATUS) == set(Fault)
