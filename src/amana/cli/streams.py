# SPDX-License-Identifier: AGPL-3.0-or-later
"""Standard input and output of commands that read and write lines of JSON, which is UTF-8 wherever
they run."""

from __future__ import annotations

import io
import sys
from typing import BinaryIO, TextIO

from amana.cli.errors import CommandFailed


def lines_in() -> BinaryIO:
    """Standard input as bytes. Raises `CommandFailed` where it was closed."""
    if sys.stdin is None:
        raise CommandFailed("standard input is closed")
    return sys.stdin.buffer


def lines_out() -> TextIO:
    """Standard output in UTF-8, whatever the locale is. Raises `CommandFailed` where it was
    closed."""
    if sys.stdout is None:
        raise CommandFailed("standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout
