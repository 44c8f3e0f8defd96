# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana link`: clusters of reports in a file, and all links of this node made anew."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import Any, Final

LONGEST_LINE: Final = 200_000


def register(commands: Any) -> None:
    parser = commands.add_parser("link", help="which reports mean one person")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    cluster = actions.add_parser(
        "cluster",
        help="JSON lines in, clusters out; needs no home",
    )
    cluster.set_defaults(run=run_cluster)


def run_cluster(_options: argparse.Namespace) -> int:
    """Exit 0 when every line was read, 1 when some were not; each is named on standard error."""
    from amana.kernel.linking.batch import BadLine, Batch

    batch, bad = Batch(), 0
    for at, line in enumerate(_lines(sys.stdin.buffer), 1):
        if not line.strip():
            continue
        try:
            batch.add(line)
        except BadLine as error:
            bad += 1
            print(f"line {at}: {error}", file=sys.stderr)
    write = sys.stdout.write
    for row in batch.clustered():
        write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return 1 if bad else 0


def _lines(stream: Any) -> Iterable[bytes]:
    """Lines as they come; one that is too long is cut, and then no longer reads as JSON."""
    while line := stream.readline(LONGEST_LINE):
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                continue
        yield line
