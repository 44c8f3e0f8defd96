# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana triage`: what a text says of itself. Needs no home and no database."""

from __future__ import annotations

import argparse
import json
import sys
from typing import IO, Any


def register(commands: Any) -> None:
    parser = commands.add_parser("triage", help="language, identifiers, categories, risks of texts")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    assess = actions.add_parser(
        "assess", help='JSON lines {"id","text","country"?} from standard input, assessed'
    )
    assess.set_defaults(run=run_assess)


def run_assess(_: argparse.Namespace) -> int:
    """Answer line by line; exit 1 when a line was bad (said on standard error) and left out."""
    bad = assess_lines(sys.stdin.buffer, sys.stdout, sys.stderr)
    return 1 if bad else 0


def assess_lines(asked: IO[bytes], answers: IO[str], complaints: IO[str]) -> int:
    """Stream answers, one a line and at once; return how many lines were bad."""
    from amana.triage.contract import LONGEST_LINE, BadLine, answer

    bad = number = 0
    while line := asked.readline(LONGEST_LINE + 1):
        number += 1
        try:
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                _pass_over(asked, LONGEST_LINE)
                raise BadLine(f"longer than {LONGEST_LINE:,} bytes")
            text = line.decode("utf-8")
            if not text.strip():
                continue
            said = json.dumps(answer(text), ensure_ascii=False)
            answers.write(said.encode("utf-8", "replace").decode("utf-8") + "\n")
            answers.flush()
        except (BadLine, UnicodeDecodeError) as error:
            reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            print(f"amana: line {number}: {reason}", file=complaints, flush=True)
            bad += 1
    return bad


def _pass_over(asked: IO[bytes], at_most: int) -> None:
    """Read on to the end of a line that is too long, without keeping it."""
    while rest := asked.readline(at_most):
        if rest.endswith(b"\n"):
            return
