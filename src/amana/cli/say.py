# SPDX-License-Identifier: AGPL-3.0-or-later
"""How commands speak: progress on standard error, results on standard output."""

from __future__ import annotations

import getpass
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from amana.cli.errors import CommandFailed

PASSPHRASE_FILE: Final = "AMANA_PASSPHRASE_FILE"  # noqa: S105  (the name of a setting)
MIN_PASSPHRASE: Final = 12
"""Characters of a new one, as for the vault of an officer."""
QUIET_SECONDS: Final = 2.0


class Progress:
    """Counts something that may take long; says nothing about work under two seconds."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total = what, total
        self._told = time.monotonic()
        self._spoke = False

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._told < QUIET_SECONDS:
            return
        self._told, self._spoke = time.monotonic(), True
        of = f" of {self._total:,}" if self._total else ""
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"  {self._what}: {done:,}{of}", end=end, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the line that was written over and over."""
        if self._spoke and sys.stderr.isatty():
            print(file=sys.stderr)


def tell(line: str) -> None:
    """A line about what is being done."""
    print(f"  {line}", file=sys.stderr, flush=True)


def print_json(said: Mapping[str, object]) -> None:
    """A result for another program."""
    print(json.dumps(said, ensure_ascii=False, indent=2))


def passphrase(*, new: bool) -> str:
    """From the file that AMANA_PASSPHRASE_FILE names, or typed; a new one is typed twice.

    Never an argument: those stand in the list of processes. Raises `CommandFailed`."""
    given = _given(twice=new)
    if new and len(given.strip()) < MIN_PASSPHRASE:
        raise CommandFailed(
            f"a new passphrase has at least {MIN_PASSPHRASE} characters; nothing was written"
        )
    return given


def _given(*, twice: bool) -> str:
    named = os.environ.get(PASSPHRASE_FILE)
    if named:
        try:
            return Path(named).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandFailed(f"{PASSPHRASE_FILE} cannot be read: {error}") from error
    if not sys.stdin.isatty():
        raise CommandFailed(
            f"no terminal to ask for a passphrase: name a file in {PASSPHRASE_FILE}"
        )
    typed = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("The same again: ") != typed:
        raise CommandFailed("the two passphrases differ; nothing was written")
    return typed
