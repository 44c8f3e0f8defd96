# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana link`: clusters of reports in a file, and all links of this node made anew."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

LONGEST_LINE: Final = 200_000


def register(commands: Any) -> None:
    parser = commands.add_parser("link", help="which reports mean one person")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    cluster = actions.add_parser("cluster", help="JSON lines in, clusters out; needs no home")
    cluster.add_argument(
        "--firm",
        action="store_true",
        help="leave out what only a person may confirm: a handle, a text or a slip alone",
    )
    cluster.set_defaults(run=run_cluster)
    rebuild = actions.add_parser("rebuild", help="link every report of this node anew")
    rebuild.set_defaults(run=run_rebuild)


def run_cluster(options: argparse.Namespace) -> int:
    """Exit 0 when every line was read, 1 when some were not; each is named on standard error, and
    so is one that gives more identifiers than are compared."""
    from amana.cli import say
    from amana.cli.streams import lines_in, lines_out
    from amana.kernel.linking.batch import BadLine, Batch
    from amana.kernel.linking.tokens import MOST_VALUES
    from amana.packs.shared import platform_domains, shared_values

    batch = Batch(shared=shared_values(), of_platforms=platform_domains())
    bad, progress = 0, say.Progress("reports")
    answers = lines_out()
    for at, line in enumerate(_lines(lines_in()), 1):
        if not line.strip():
            continue
        try:
            if len(line) >= LONGEST_LINE:
                raise BadLine(f"longer than {LONGEST_LINE:,} bytes")
            if left := batch.add(line):
                told = f"only the first {MOST_VALUES} identifiers are compared, {left} are left out"
                print(f"line {at}: {told}", file=sys.stderr)
        except BadLine as error:
            bad += 1
            print(f"line {at}: {error}", file=sys.stderr)
        progress(at)
    progress.close()
    for row in batch.clustered(proposals=not options.firm):
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")), file=answers)
    return 1 if bad else 0


def run_rebuild(_options: argparse.Namespace) -> int:
    """Print what was found. Decisions of officers hold; run twice, it changes nothing."""
    import django

    django.setup()
    from amana.cli import say
    from amana.triage.links.linking import link_new
    from amana.triage.links.models import LinkSet
    from amana.triage.links.rebuild import rebuild

    while link_new():
        continue
    progress = say.Progress("token sets", LinkSet.objects.count())
    done = rebuild(progress=progress)
    progress.close()
    print(
        f"{done.reports:,} reports, {done.clusters:,} clusters of two or more, "
        f"{done.muted:,} values muted, {done.moved:,} reports moved"
    )
    return 0


def _lines(stream: BinaryIO) -> Iterable[bytes]:
    """Lines as they come; of one that is too long only the beginning."""
    while line := stream.readline(LONGEST_LINE):
        rest = line
        while not rest.endswith(b"\n") and len(rest) == LONGEST_LINE:
            rest = stream.readline(LONGEST_LINE)
        yield line
