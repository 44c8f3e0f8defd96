# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana evidence export`, `verify`, `verifiers`: hand out evidence as a bag, check such a bag."""

from __future__ import annotations

import argparse
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from amana.cli import say
from amana.cli.errors import CommandFailed

if TYPE_CHECKING:
    from amana.evidence.exports.checking import Verdict
    from amana.evidence.exports.contents import Contents, Reason
    from amana.evidence.exports.witnessing import Trust
    from amana.people.policies import Staff
    from amana.reports.models import Report

PURPOSE: Final = "Export by the command of the operator"
ENDS: Final = ("all that can be checked holds", "something does not hold", "this is not a bag")
LANGUAGES: Final = ("ar", "fr", "en", "ur")


def register(actions: Any) -> None:
    """Add the actions to those of `amana evidence`."""
    _register_export(actions)
    verify = actions.add_parser("verify", help="check a bag against keys from outside of it")
    verify.add_argument("bag", type=Path, metavar="BAG", help="a folder or a zip file")
    verify.add_argument(
        "--log-key",
        action="append",
        default=[],
        metavar="VKEY",
        help="key of the log, or its fingerprint, from outside the bag; more than once if needed",
    )
    verify.add_argument(
        "--policy", type=Path, metavar="FILE", help="witnesses that must have signed, from outside"
    )
    verify.add_argument(
        "--roots", type=Path, metavar="PEM", help="root certificates trusted for time stamps"
    )
    verify.add_argument("--bag-only", action="store_true", help="check the container alone")
    verify.add_argument("--json", action="store_true", help="the verdict for another program")
    verify.set_defaults(run=run_verify)
    verifiers = actions.add_parser(
        "verifiers", help="write verify.py and verify.html, to publish them apart from any bag"
    )
    verifiers.add_argument("--to", required=True, type=Path, metavar="DIR")
    verifiers.set_defaults(run=run_verifiers)


def _register_export(actions: Any) -> None:
    export = actions.add_parser("export", help="make a bag of a report or of one item")
    export.add_argument("id", metavar="ID", help="locator or id of a report, or id of an item")
    export.add_argument("--as", required=True, metavar="OFFICER", dest="officer", help="her login")
    export.add_argument("--to", required=True, type=Path, metavar="DIR")
    export.add_argument("--purpose", default=PURPOSE, help="in a sentence; it is kept")
    export.add_argument("--language", choices=LANGUAGES, help="of the papers; hers without it")
    export.add_argument(
        "--withhold",
        action="append",
        default=[],
        metavar="WHAT=REASON",
        help="the id of an item, `names` or `views`, and the code of a reason",
    )
    export.add_argument("--zip", action="store_true", help="one zip file instead of a folder")
    export.set_defaults(run=run_export)


def run_export(options: argparse.Namespace) -> int:
    """Ask for the officer's passphrase, make the bag, print its path last."""
    import django

    django.setup()
    from amana.evidence.exports.writing import NotWhatItWas
    from amana.kernel.sealing.errors import SealingError
    from amana.people.errors import PeopleError
    from amana.reports.errors import ReportError

    try:
        contents = _prepared(options)
        path = _written(options, contents)
    except (ReportError, PeopleError, SealingError) as error:
        raise CommandFailed(f"no bag was made: {error}", exit_code=1) from error
    except NotWhatItWas as error:
        raise CommandFailed(
            f"no bag was made: {error.path} is not what came in", exit_code=1
        ) from error
    except OSError as error:
        raise CommandFailed(f"no bag was made: {error}") from error
    say.tell(f"{len(contents.released)} files, {len(contents.withheld)} withheld")
    print(path)
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Exit 0: all that can be checked holds; 1: something does not; 2: not a bag."""
    import django

    django.setup()
    from amana.evidence.exports.checking import check_bag, check_container

    if options.bag_only:
        verdict = check_container(options.bag)
    else:
        verdict = check_bag(options.bag, keys=options.log_key, trust=_trust(options))
    if options.json:
        say.print_json(asdict(verdict))
    else:
        for line in _lines(verdict):
            print("".join(sign if sign.isprintable() else "?" for sign in line))
    return verdict.exit


def run_verifiers(options: argparse.Namespace) -> int:
    """Who gets a bag should have the verifiers from somewhere else."""
    from hashlib import sha256

    from amana.evidence.exports.carried.assembling import verify_html, verify_py

    folder: Path = options.to
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (("verify.py", verify_py()), ("verify.html", verify_html())):
        (folder / name).write_bytes(data)
        print(f"{sha256(data).hexdigest()}  {folder / name}")
    return 0


def _trust(options: argparse.Namespace) -> Trust:
    from amana.evidence.exports.witnessing import Trust
    from amana.kernel.ledger.errors import LedgerError
    from amana.kernel.ledger.policy import parse_policy
    from amana.kernel.ledger.stamps import load_roots

    policy, roots = options.policy, options.roots
    for what, given in (("a policy", policy), ("roots", roots)):
        if given is not None and given.resolve().is_relative_to(options.bag.resolve()):
            raise CommandFailed(f"{what} from inside the bag proves nothing", exit_code=1)
    try:
        return Trust(
            policy=parse_policy(policy.read_bytes()) if policy else None,
            roots=load_roots(roots.read_bytes()) if roots else (),
        )
    except (OSError, LedgerError) as error:
        raise CommandFailed(f"policy or roots cannot be read: {error}", exit_code=1) from error


def _prepared(options: argparse.Namespace) -> Contents:
    from amana.cli.commands.evidence import signed_in
    from amana.evidence.exports.gathering import Wanted
    from amana.evidence.exports.services import prepare
    from amana.people.models import Officer

    staff = signed_in(options.officer)
    report, only = _found(staff, options.id)
    withheld, fields = _withheld(options.withhold)
    wanted = Wanted(
        purpose=options.purpose,
        language=options.language or Officer.objects.get(pk=staff.officer_id).language or "en",
        only=only,
        withheld=withheld,
        fields=fields,
    )
    return prepare(staff=staff, report=report, wanted=wanted)


def _found(staff: Staff, name: str) -> tuple[Report, frozenset[UUID]]:
    """The report, and the one item of it that was named, if it was an item."""
    from amana.cli.commands.evidence import locator_in
    from amana.evidence.models import EvidenceItem
    from amana.reports.errors import NotFound
    from amana.reports.policies import get_visible

    try:
        key = UUID(name)
    except ValueError:
        return get_visible(staff, locator_in(name)), frozenset()
    item = EvidenceItem.objects.filter(pk=key, report__isnull=False).first()
    if item is None or item.report_id is None:
        return get_visible(staff, key), frozenset()
    try:
        return get_visible(staff, item.report_id), frozenset({key})
    except NotFound:
        return get_visible(staff, key), frozenset()


def _withheld(given: list[str]) -> tuple[dict[UUID, Reason], dict[str, Reason]]:
    from amana.evidence.exports.contents import CHOSEN, Reason
    from amana.evidence.exports.gathering import NAMES, VIEWS

    items: dict[UUID, Reason] = {}
    fields: dict[str, Reason] = {}
    for each in given:
        what, _sign, why = each.partition("=")
        if why not in {str(reason) for reason in CHOSEN}:
            raise CommandFailed(f"no such reason: {why!r}; there are: {', '.join(CHOSEN)}")
        if what in (NAMES, VIEWS):
            fields[what] = Reason(why)
            continue
        try:
            items[UUID(what)] = Reason(why)
        except ValueError:
            raise CommandFailed(f"not the id of an item, {NAMES} or {VIEWS}: {what!r}") from None
    return items, fields


def _written(options: argparse.Namespace, contents: Contents) -> Path:
    from amana.evidence.exports.services import to_folder, to_zip

    options.to.mkdir(parents=True, exist_ok=True)
    total = sum(item.size for item in contents.released)
    progress = say.Progress("bytes", total)
    try:
        if not options.zip:
            return to_folder(contents, options.to.absolute(), progress=progress)
        return _zipped(options.to.absolute() / f"{contents.name}.zip", to_zip(contents), progress)
    finally:
        progress.close()


def _zipped(path: Path, pieces: Any, progress: say.Progress) -> Path:
    done = 0
    # Files in clear: for nobody else on this machine.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        try:
            for piece in pieces:
                file.write(piece)
                done += len(piece)
                progress(done)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    if not zipfile.is_zipfile(path):
        raise CommandFailed("the zip file was not finished")
    return path


def _lines(verdict: Verdict) -> list[str]:
    lines = [_sentence(item) for item in verdict.items]
    lines += [f"PROBLEM {p['code']}: {p['where']}: {p['text']}" for p in verdict.problems]
    lines += [f"note: {warning}" for warning in verdict.warnings]
    lines += [f"checked: {what}" for what in verdict.checked]
    lines += [f"not checked here: {what}" for what in verdict.not_checked]
    return [*lines, ENDS[verdict.exit]]


def _sentence(item: dict[str, Any]) -> str:
    start = f"item {item['number']}"
    if item["state"] == "withheld":
        return f"{start}: withheld ({item['reason']})"
    if item["state"] != "holds":
        return f"{start} {item['file']}: DOES NOT HOLD"
    return (
        f"{start} {item['file']}: unchanged since {item['since']}, "
        f"submitted by {item['by']}, by method {item['method']}"
    )
