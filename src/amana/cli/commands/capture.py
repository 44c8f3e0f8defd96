# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana capture URL`: a public page as it stands now, into a folder or into a report."""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amana.cli import say
from amana.cli.commands.evidence import locator_in, signed_in
from amana.cli.errors import CommandFailed


def register(commands: Any) -> None:
    parser = commands.add_parser("capture", help="capture a public page, with its web archive")
    parser.add_argument("url", metavar="URL", help="an address on the open web, http or https")
    parser.add_argument("--to", metavar="DIR", help="new folder for it (default: capture-TIME)")
    parser.add_argument(
        "--with",
        dest="partner",
        metavar="PREFIX",
        help="a partner's log (https://node.example/log): it captures the page too",
    )
    parser.add_argument("--report", metavar="LOCATOR", help="seal it into this report instead")
    parser.add_argument(
        "--as", dest="officer", metavar="OFFICER", help="sign-in name, with --report"
    )
    parser.add_argument("--purpose", default="", help="one sentence for the journal")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Exit 0 when captured, 1 when not, or not by the partner who was asked; its files, or what was
    sealed, on standard output."""
    import django

    django.setup()
    from amana.evidence.capture.keeping import NotCaptured

    say.tell(f"opening {options.url}")
    try:
        return _into_report(options) if options.report else _into_folder(options)
    except NotCaptured as error:
        detail = f" ({error.detail})" if error.detail else ""
        said = f"{error.text}{detail}" if error.text else error.detail
        raise CommandFailed(said, exit_code=1) from error


def _into_report(options: argparse.Namespace) -> int:
    from amana.evidence.capture.keeping import capture_for_report
    from amana.reports.errors import ReportError
    from amana.reports.policies import get_visible

    # Her passphrase: what is written into the custody in her name was done by her.
    staff = signed_in(options.officer or "")
    try:
        report = get_visible(staff, locator_in(options.report))
        items = capture_for_report(
            staff=staff, report=report, url=options.url, purpose=options.purpose
        )
    except ReportError as error:
        if hasattr(error, "detail"):
            raise
        raise CommandFailed(str(error)) from error
    print(f"{len(items)} files are sealed into the report")
    return 0


def _into_folder(options: argparse.Namespace) -> int:
    from amana.agencies.selectors import current_agency
    from amana.evidence.capture import vantage
    from amana.evidence.capture.keeping import capture, note_capture
    from amana.evidence.capture.packing import RECORD, WACZ
    from amana.journal.events import NODE
    from amana.kernel.ledger.commitments import commit, new_salt

    at = datetime.now(UTC)
    folder = Path(options.to or f"capture-{at:%Y%m%d-%H%M%S}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandFailed(f"{folder} is there already and is not empty")
    found = capture(options.url, collector="operator of the node")
    salt = new_salt()
    entry = commit(salt, found.files[RECORD])
    # The leaf comes first: nothing can be changed between the capture and the log.
    note_capture(agency_id=current_agency().id, actor=NODE, commitment=entry)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    opening = {"file": RECORD, "salt": salt.hex(), "commitment": entry.hex()}
    written = dict(found.files) | {
        WACZ: found.packaged(),
        "opening.json": json.dumps(opening, indent=1).encode(),
    }
    for name, content in written.items():
        _write(folder / name, content)
        print(folder / name)
    if options.partner:
        # Asked last: whatever the partner does, what was captured here is kept.
        second = vantage.ask(options.partner, options.url, found)
        differs = ", ".join(second.differs) or "nothing"
        say.tell(f"{second.partner} captured it too; seen otherwise: {differs}")
        _write(folder / vantage.FILE, second.as_json())
        print(folder / vantage.FILE)
    return 0


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
