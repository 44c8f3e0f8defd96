# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened to a report, from the journal: which act, when, by which role. No content."""

from __future__ import annotations

import json
from typing import Final

from amana.casework.selectors import Entry, timeline
from amana.desk import words
from amana.desk.act_words import tag_words
from amana.journal.models import Event
from amana.reports.models import Report

LATEST: Final = 8


def steps(report: Report) -> dict[str, list[dict[str, str]]]:
    """The acts on a report, the newest first: the latest ones, and what stays folded away."""
    found = [_step(entry) for entry in reversed(timeline(report))]
    return {"latest": found[:LATEST], "earlier": found[LATEST:]}


def actor_of(event: Event) -> str:
    """Role and pseudonym of who acted."""
    if event.body is None:
        return ""
    actor = json.loads(bytes(event.body)).get("actor", {})
    return words.author(f"{actor.get('role', '')} {actor.get('pseudonym', '')}".strip())


def _step(entry: Entry) -> dict[str, str]:
    who = words.author(f"{entry.role} {entry.pseudonym}".strip())
    return {
        "state": "done",
        "text": tag_words(entry.tag),
        "note": f"{who}: {entry.purpose}" if entry.purpose else who,
        "date": words.moment(entry.at),
        "iso": entry.at.isoformat(timespec="seconds"),
    }
