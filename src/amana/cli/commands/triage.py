# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana triage`: what a text says of itself (needs no home), and the model that suggests."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from amana.cli.errors import CommandFailed
from amana.cli.say import Progress
from amana.cli.streams import lines_in, lines_out


def register(commands: Any) -> None:
    parser = commands.add_parser("triage", help="language, identifiers, categories, risks of texts")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    assess = actions.add_parser(
        "assess", help='JSON lines {"id","text","country"?} from standard input, assessed'
    )
    assess.set_defaults(run=run_assess)
    train = actions.add_parser(
        "train", help="a new version from lent corrections; judged, not used"
    )
    train.add_argument("file", type=Path, help="JSON lines that officers saved from the desk")
    train.set_defaults(run=run_train)
    models = actions.add_parser("models", help="the versions, with their figures")
    models.set_defaults(run=run_models)
    use = actions.add_parser("use", help="switch a version on; `starter` is the one that ships")
    use.add_argument("version")
    use.add_argument("--anyway", action="store_true", help="although its figures are worse")
    use.set_defaults(run=run_use)


def run_assess(_: argparse.Namespace) -> int:
    """Answer line by line; exit 1 when a line was bad (said on standard error) and left out."""
    bad = assess_lines(lines_in(), lines_out(), sys.stderr)
    return 1 if bad else 0


def run_train(options: argparse.Namespace) -> int:
    """Train and judge a version, and say both figures. It is switched on by `use`, by a person."""
    import django

    django.setup()
    from amana.agencies.selectors import current_agency
    from amana.kernel.suggest.starting import ROUNDS
    from amana.triage.learning import BadCorrections, corrections
    from amana.triage.retraining import retrain
    from amana.triage.services import note_model
    from amana.triage.suggesting import STARTER

    try:
        with options.file.open("rb") as stream:
            lent = list(corrections(stream))
    except (OSError, BadCorrections) as error:
        raise CommandFailed(f"{options.file}: {error}") from error
    if not lent:
        raise CommandFailed(f"{options.file} holds no corrections; `{STARTER}` stays as it is")
    progress = Progress("rounds of learning, a few minutes in all", ROUNDS)
    stored = retrain(lent, told=progress)
    progress.close()
    note_model(agency=current_agency(), version=stored.version, corrections=len(lent))
    print(f"{stored.version} is trained on {len(lent)} corrections and is not in use yet")
    for line in _figures(stored.told):
        print(f"  {line}")
    print(f"switch it on: amana triage use {stored.version}")
    return 0


def run_models(_: argparse.Namespace) -> int:
    """List the versions; one that a byte was changed of is named as damaged."""
    from amana.triage.suggesting import versions

    for version in versions():
        print(f"{version.name}{'  (in use)' if version.in_use else ''}")
        told = version.stored.told if version.stored else {}
        for line in _figures(told) if version.stored else [version.wrong]:
            print(f"  {line}")
    return 0


def run_use(options: argparse.Namespace) -> int:
    """Switch a version on. Refuses a damaged one, and one with worse figures without --anyway."""
    import django

    django.setup()
    from amana.agencies.selectors import current_agency
    from amana.kernel.suggest import BadModel
    from amana.triage import suggesting
    from amana.triage.services import note_switch

    before = suggesting.in_use()
    try:
        told = suggesting.named(options.version).told
        if told.get("compared", {}).get("worse") and not options.anyway:
            raise CommandFailed(
                f"{options.version} was right less often than {told['compared']['with']}; "
                "add --anyway if you want it all the same"
            )
        suggesting.use(options.version)
    except BadModel as error:
        raise CommandFailed(str(error)) from error
    note_switch(agency=current_agency(), before=before, after=options.version)
    print(f"{options.version} suggests from now on; back: amana triage use {before}")
    return 0


def _figures(told: Mapping[str, Any]) -> list[str]:
    """The figures of a manifest, a line each."""
    lines = []
    if held := told.get("held_out"):
        lines.append(
            f"lines held out whole, {held['texts']} texts: first right {held['top1']:.1%}, "
            f"among three {held['top3']:.1%}"
        )
    for name, pair in told.get("compared", {}).items():
        if isinstance(pair, dict):
            new, old = pair["new"], pair["in_use"]
            lines.append(
                f"{name}, {new['count']} unseen: among three {new['top3']:.1%}, "
                f"the one in use then {old['top3']:.1%}"
            )
    return lines


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
