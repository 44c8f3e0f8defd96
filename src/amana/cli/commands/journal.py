# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana journal verify` and `amana journal status`."""

from __future__ import annotations

import argparse
import sys
from typing import Any


def register(commands: Any) -> None:
    parser = commands.add_parser("journal", help="check the log of acts")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="recompute all of it from the stored bytes")
    verify.set_defaults(run=run_verify)


def run_verify(_options: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something does not; each problem on a line."""
    import django

    django.setup()
    from amana.journal.verify import verify

    tell = sys.stderr.isatty()
    verdict = verify(
        progress=(lambda n: print(f"\r{n} entries", end="", file=sys.stderr)) if tell else None
    )
    if tell:
        print(file=sys.stderr)
    for problem in verdict.problems:
        print(problem)
    print(
        f"{verdict.entries} entries, {verdict.checkpoints} checkpoints, "
        f"{verdict.waiting} waiting for their place: "
        + ("all of it holds" if verdict.holds else f"{len(verdict.problems)} problems")
    )
    return 0 if verdict.holds else 1
