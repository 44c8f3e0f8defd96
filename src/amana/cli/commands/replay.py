# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana replay eblagh` and `amana replay jordan`: invented reports in published proportions."""

from __future__ import annotations

import argparse
import time
from typing import Any

DEFAULT_NODE = "http://127.0.0.1:8000"


def register(commands: Any) -> None:
    parser = commands.add_parser(
        "replay", help="file invented reports in published proportions (demonstration only)"
    )
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    eblagh = names.add_parser("eblagh", help="a quarter of E-Blagh: 7,083 reports")
    eblagh.add_argument("--reports", type=_positive, default=7083, metavar="N")
    _common(eblagh, through="portal")
    eblagh.set_defaults(run=run_eblagh)
    jordan = names.add_parser("jordan", help="a year of the Jordanian unit: 24,000 reports")
    jordan.add_argument("--reports", type=_positive, default=24_000, metavar="N")
    _common(jordan, through="api")
    jordan.set_defaults(run=run_jordan)


def _common(parser: argparse.ArgumentParser, *, through: str) -> None:
    doors = ["portal", "api"]
    parser.add_argument("--through", choices=doors, default=through, help="default: %(default)s")
    parser.add_argument("--node", default=DEFAULT_NODE, metavar="URL", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same reports")
    parser.add_argument("--at-once", type=_positive, default=8, help="connections (%(default)s)")


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError("between 1 and 1,000,000")
    return number


def run_eblagh(options: argparse.Namespace) -> int:
    """File, work, publish. Exit 2 with the reason when it may not or cannot."""
    import django

    django.setup()
    from amana.cli.replay import eblagh, ground
    from amana.cli.replay.run import file_through, publish_now, work_on
    from amana.cli.say import tell
    from amana.packs import load_pack

    agency = ground.check(options.node)
    agency = ground.mark(agency)
    sketches = eblagh.sketches(options.reports, load_pack(agency.pack), seed=options.seed)
    began = time.monotonic()
    locators = file_through(options.through, sketches, node=options.node, at_once=options.at_once)
    took = time.monotonic() - began
    tell(f"{len(sketches):,} reports filed in {took:,.0f} s ({len(sketches) / took:,.0f}/s)")
    work_on(
        agency,
        locators,
        suspects=eblagh.suspects(options.reports),
        closings=eblagh.closings(options.reports),
    )
    publication = publish_now(agency)
    print(f"{publication.period} revision {publication.revision}: {options.node}/figures/")
    return 0


def run_jordan(options: argparse.Namespace) -> int:
    """Reports of the public door go through the running node, the others through the journey in
    this process: no caller of the API may choose a door (M-043)."""
    import django

    django.setup()
    from amana.cli.replay import ground, jordan
    from amana.cli.replay.run import file_through, publish_now
    from amana.cli.say import Progress, tell
    from amana.packs import load_pack
    from amana.reports.models import Origin

    agency = ground.check(options.node)
    jordan.check_pack(agency)
    agency = ground.mark(agency)
    those = jordan.arrivals(options.reports, load_pack(agency.pack), seed=options.seed)
    public = [a.sketch for a in those if a.origin == Origin.REPORT]
    behind = [a for a in those if a.origin != Origin.REPORT]
    began = time.monotonic()
    file_through(options.through, public, node=options.node, at_once=options.at_once)
    progress = Progress("reports of officers' doors filed", len(behind))
    jordan.file_behind(agency, behind, progress=progress)
    progress.close()
    took = time.monotonic() - began
    tell(f"{len(those):,} reports filed in {took:,.0f} s ({len(those) / took:,.0f}/s)")
    publication = publish_now(agency)
    print(f"{publication.period} revision {publication.revision}: {options.node}/figures/")
    return 0
