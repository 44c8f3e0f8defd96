# SPDX-License-Identifier: AGPL-3.0-or-later
"""The `amana` command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from amana import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 (it did not hold), or 2 (it could not be done)."""
    # Whatever is written, by us or by a library, is for this account alone.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amana.config.settings")
    parser = argparse.ArgumentParser(prog="amana", description="Run and look after a node.")
    parser.add_argument("--version", action="version", version=f"amana {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    from amana.cli.commands import COMMANDS

    for command in COMMANDS:
        command.register(commands)
    options = parser.parse_args(argv)
    from amana.cli.errors import CommandFailed

    try:
        code = int(options.run(options) or 0)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except CommandFailed as error:
        print(f"amana: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _say_no_more()
        return 1
    except Exception as error:
        from amana.cli.faults import in_plain_words

        said = in_plain_words(error)
        if said is None:
            raise
        print(f"amana: {said}", file=sys.stderr)
        if isinstance(error, OSError):
            _say_no_more()
        return 2


def _say_no_more() -> None:
    """What is still held back for standard output would fail once more when Python ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
