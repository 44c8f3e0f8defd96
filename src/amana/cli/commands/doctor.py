# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana doctor`: exit 1 when something is red."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from amana.cli import say


def register(commands: Any) -> None:
    parser = commands.add_parser("doctor", help="what is configured and what is missing")
    parser.add_argument("--json", action="store_true", help="the findings for another program")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from amana.cli.commands.setup import check_settings

    check_settings()
    import django

    django.setup()
    from amana.cli.doctor import files, keys, links, running, settings
    from amana.cli.doctor.lines import Check, Level, Line, red, shown

    def look(check: Check) -> Line:
        """A check that breaks is a finding; the others still run."""
        try:
            return check()
        except Exception as error:  # noqa: BLE001  (whatever it is, the operator must see it)
            return red(check.__name__.replace("_", " "), f"could not be looked at: {error}")

    checks = (*running.CHECKS, *keys.CHECKS, *settings.CHECKS, *files.CHECKS, *links.CHECKS)
    found = [look(check) for check in checks]
    if options.json:
        say.print_json({"lines": [asdict(line) for line in found]})
    else:
        for line in found:
            print(shown(line, colour=sys.stdout.isatty()))
    return 1 if any(line.level is Level.RED for line in found) else 0
