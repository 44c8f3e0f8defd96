# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether reports find each other: nobody would notice a link that was never made."""

from __future__ import annotations

from amana.cli.doctor.lines import Check, Line, amber, green
from amana.triage.links.linking import waiting_for_long
from amana.triage.links.selectors import under_older_keys


def linked() -> Line:
    """Each report takes its place among the others within seconds."""
    count = waiting_for_long()
    if count:
        return amber("links", f"{count} reports wait to be linked; see the log of the worker")
    return green("links", "no report waits")


def tokens() -> Line:
    """Reports of two keys are found alike, and are not linked with each other."""
    count = under_older_keys()
    if count:
        return amber("tokens", f"{count} reports keep tokens of an older key: see decision 0024")
    return green("tokens", "all under the current key")


CHECKS: tuple[Check, ...] = (linked, tokens)
