# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations


class CommandFailed(Exception):
    """A command could not do its work; the text tells an operator what to do."""

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code
