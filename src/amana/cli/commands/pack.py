# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana pack check`: whether a country pack can be used, and everything that is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from amana.cli.errors import CommandFailed


def register(commands: Any) -> None:
    parser = commands.add_parser("pack", help="check country packs")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="everything that must hold in a pack")
    check.add_argument(
        "what", nargs="?", metavar="PATH|CODE", help="a folder or a code; default: all that ship"
    )
    check.set_defaults(run=run_check)


def run_check(options: argparse.Namespace) -> int:
    """Exit 0 when all hold, 1 when one does not; each problem on a line."""
    from amana.packs import available_packs, check_pack, check_shipped
    from amana.packs.loader import HERE

    if options.what is None:
        checked, problems = ", ".join(available_packs()), check_shipped()
    else:
        folder = HERE / options.what if options.what in available_packs() else Path(options.what)
        if not folder.is_dir():
            known = ", ".join(available_packs())
            raise CommandFailed(f"{options.what} is no folder and no pack; there are: {known}")
        checked, problems = folder.name, check_pack(folder.resolve())
    for problem in problems:
        print(problem)
    print(f"{checked}: " + (f"{len(problems)} problems" if problems else "all of it holds"))
    return 1 if problems else 0
