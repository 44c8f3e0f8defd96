# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command: what was asked, what is said, and how it ends."""

from __future__ import annotations

import argparse
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from .container import Container
from .files import Bag, NotABag, Refused
from .items import Items
from .log import Log, Policy, trusted_keys

NO_KEY = (
    "no key of the log was given, so nothing can be concluded. Get the key from the agency "
    "itself or from a partner, never from the bag, and say --log-key VKEY"
)
ENDS = ("all that can be checked holds", "something does not hold", "this is not a bag")


class Report:
    """What was found; as a dictionary for programs, in lines for people."""

    def __init__(self, path: str) -> None:
        self.path, self.exit = path, 0
        self.items: list[dict[str, Any]] = []
        self.problems: list[dict[str, str]] = []
        self.warnings: list[str] = []
        self.not_checked: list[str] = []

    def refuse(self, error: Refused) -> None:
        """Note something that does not hold."""
        self.exit = max(self.exit, 1)
        found = {"code": error.code, "where": error.where, "text": error.text}
        if found not in self.problems:
            self.problems.append(found)

    def lines(self) -> Iterator[str]:
        """The report for people."""
        for item in self.items:
            yield sentence(item)
        for each in self.problems:
            yield f"PROBLEM {each['code']}: {each['where']}: {each['text']}"
        for note in dict.fromkeys(self.warnings):
            yield f"note: {note}"
        for left in self.not_checked:
            yield f"not checked here: {left}"
        yield ENDS[self.exit]


def sentence(item: dict[str, Any]) -> str:
    """What may be said of one item: never that what it shows is true."""
    start = f"item {item['number']}"
    if item["state"] == "withheld":
        return f"{start}: withheld ({item['reason']})"
    if item["state"] != "holds":
        return f"{start} {item['file']}: DOES NOT HOLD"
    seen = ""
    if item["witnessed"] is not None:
        when = datetime.fromtimestamp(item["witnessed"], timezone.utc)  # noqa: UP017
        seen = f"; a witness saw the log at {when.isoformat()}"
    return (
        f"{start} {item['file']}: unchanged since {item['since']}, "
        f"submitted by {item['by']}, by method {item['method']}{seen}"
    )


def check(path: str, texts: list[str], policy: Policy | None, bag_only: bool) -> Report:
    """The whole report on one bag."""
    report = Report(path)
    try:
        container = Container(Bag(path))
        report.warnings += container.warnings
        if bag_only:
            report.not_checked.append("who made the bag, and since when it is unchanged")
            return report
        container.check_profile()
        keys = trusted_keys(container.bag, texts) + (policy.logs if policy else [])
        if not keys:
            raise Refused("log-key", "", NO_KEY)
        check_items(container, Log(keys, policy), report)
    except Refused as error:
        report.refuse(error)
    except (NotABag, OSError, EOFError, NotImplementedError, zipfile.BadZipFile) as error:
        report.refuse(Refused("not-a-bag", path, str(error) or "there is no bagit.txt"))
        report.exit = 2
    return report


def check_items(container: Container, log: Log, report: Report) -> None:
    """The items, and what was left to others."""
    items = Items(container, log)
    items.check()
    report.items = items.rows
    for error in items.problems:
        report.refuse(error)
    stamps = [name for name in sorted(container.bag.sizes) if name.endswith(".tsr")]
    if items.alone:
        report.not_checked.append(f"{items.alone} records that no witness has seen yet")
    report.not_checked += [f"signature of {name} by another key" for name in sorted(log.skipped)]
    report.not_checked += [f"time stamp {name} (RFC 3161)" for name in stamps]
    report.not_checked += ["signatures by ML-DSA", "whether what the files show is true"]


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a bag of evidence.")
    parser.add_argument("bag", metavar="BAG", help="the folder or the zip file")
    parser.add_argument(
        "--log-key",
        action="append",
        default=[],
        metavar="VKEY",
        help="key of the agency's log, or its fingerprint; never from inside the bag",
    )
    parser.add_argument("--policy", metavar="FILE", help="witnesses that must have signed")
    parser.add_argument("--bag-only", action="store_true", help="check the container alone")
    parser.add_argument("--json", action="store_true", help="the report for another program")
    return parser.parse_args(arguments)


def asked(options: argparse.Namespace) -> Report:
    """Read keys and policy, then check; what is wrong with those is said like all else."""
    report = Report(options.bag)
    try:
        policy = Policy(options.policy) if options.policy else None
        inside = os.path.realpath(options.bag) + os.sep
        if policy is not None and os.path.realpath(options.policy).startswith(inside):
            raise Refused("quorum", options.policy, "a policy from inside the bag proves nothing")
    except Refused as error:
        report.refuse(error)
    except (OSError, ValueError) as error:
        report.refuse(Refused("quorum", options.policy, f"it cannot be read: {error}"))
    else:
        return check(options.bag, options.log_key, policy, options.bag_only)
    return report


def main(arguments: list[str] | None = None) -> int:
    """Check, print, and say in the exit code how it went."""
    options = parsed(arguments)
    report = asked(options)
    lines = [json.dumps(vars(report), indent=1)] if options.json else report.lines()
    for line in lines:
        # Names may hold signs that would change what a terminal shows.
        shown = "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in line)
        sys.stdout.buffer.write((shown + "\n").encode("utf-8", "backslashreplace"))
    return report.exit
