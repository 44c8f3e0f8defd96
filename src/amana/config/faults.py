# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may go wrong while a person waits, and how to tell it from the exception."""

from __future__ import annotations

import errno
from enum import StrEnum
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import UnreadablePostError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
# PostgreSQL: disk full, out of memory, configuration limit; and a connection that broke.
_FULL_STATES: Final = frozenset({"53100", "53200", "53400"})
_BROKEN_CLASS: Final = "08"
_BROKEN_STATES: Final = frozenset({"57P01", "57P02"})


class Fault(StrEnum):
    """The kinds of trouble that have words of their own (portal/errors.yaml)."""

    BAD_REQUEST = "bad_request"
    BROKEN_TEXT = "broken_text"
    EXPIRED = "expired"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    FAILED = "failed"
    BUSY = "busy"
    FULL = "full"
    UNSURE = "unsure"


STATUS: Final = {
    Fault.BAD_REQUEST: 400,
    Fault.BROKEN_TEXT: 400,
    Fault.EXPIRED: 403,
    Fault.FORBIDDEN: 403,
    Fault.NOT_FOUND: 404,
    Fault.TOO_LARGE: 413,
    Fault.TOO_MANY: 429,
    Fault.FAILED: 500,
    Fault.BUSY: 503,
    Fault.FULL: 503,
    Fault.UNSURE: 503,
}


def fault_of(exception: BaseException) -> Fault | None:
    """The kind of trouble behind `exception`; nothing when it is a mistake of ours.

    A connection that broke may have broken after the commit, so that one is `UNSURE`; every other
    database error comes before it, and the transaction was rolled back."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return Fault.TOO_LARGE
    if isinstance(exception, UnreadablePostError):
        return Fault.BAD_REQUEST
    if isinstance(exception, OSError) and exception.errno in _FULL:
        return Fault.FULL
    if isinstance(exception, OSError) and exception.errno == errno.EHOSTDOWN:
        return Fault.BUSY  # the store of sealed files is away: nothing was kept
    if isinstance(exception, OperationalError | InterfaceError):
        return _store_fault(exception)
    return None


def _store_fault(exception: DatabaseError | InterfaceError) -> Fault:
    state = str(getattr(exception.__cause__, "sqlstate", None) or "")
    words = str(exception).lower()
    if state in _FULL_STATES or "disk is full" in words or "readonly database" in words:
        return Fault.FULL
    lost = state.startswith(_BROKEN_CLASS) or state in _BROKEN_STATES
    if lost or "connection" in words or isinstance(exception, InterfaceError):
        return Fault.UNSURE
    return Fault.BUSY
