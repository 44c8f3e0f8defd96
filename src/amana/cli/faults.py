# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stops any command on a home that is not ready, in words that an operator can use."""

from __future__ import annotations

import errno
import sys
from typing import Final

from pydantic import ValidationError

NOT_READY: Final = "this home has no node yet, or an older one: amana setup makes it ready"


def in_plain_words(error: Exception) -> str | None:
    """A line for faults of settings, keys and tables; None for what only a programmer can mend,
    which keeps its traceback."""
    if isinstance(error, ValidationError):
        return _settings(error)
    return _full(error) or _keys(error) or _database(error)


def _full(error: Exception) -> str | None:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}:
        return f"nothing more can be written: {error.strerror}"
    return None


def _settings(error: ValidationError) -> str | None:
    """Names each setting and never repeats its value, which may be a password."""
    if error.title != "Env":
        return None
    wrong = "; ".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    )
    return f"a setting cannot be used: {wrong}"


def _keys(error: Exception) -> str | None:
    from amana.kernel.sealing.errors import KeyringError, KeyringMissing, WrongPassphrase

    if isinstance(error, KeyringMissing):
        return NOT_READY
    if isinstance(error, (KeyringError, WrongPassphrase)):
        return f"the node keys cannot be opened: {error}"
    return None


def _database(error: Exception) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import InterfaceError, OperationalError, ProgrammingError

    selectors = sys.modules.get("amana.agencies.selectors")  # loaded by whoever asked it
    if selectors is not None and isinstance(error, selectors.NoAgencyError):
        return NOT_READY
    if isinstance(error, (OperationalError, ProgrammingError)) and _no_table(error):
        return NOT_READY
    if isinstance(error, (OperationalError, InterfaceError)):
        return f"the database cannot be used: {str(error).strip()}"
    return str(error) if isinstance(error, ImproperlyConfigured) else None


def _no_table(error: Exception) -> bool:
    return str(error).startswith(("no such table", "no such column")) or type(
        error.__cause__
    ).__name__ in {"UndefinedTable", "UndefinedColumn"}
