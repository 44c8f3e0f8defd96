# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened to a report, from the leaves themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from amana.agencies.selectors import units_by_code
from amana.casework.models import Closing
from amana.casework.services.closing import closing_purpose
from amana.evidence.events import Tag as EvidenceTag
from amana.journal.models import Event
from amana.people.policies import Staff
from amana.reports.events import Tag
from amana.reports.models import Report
from amana.reports.opening import open_note

MAX_ENTRIES: Final = 500
MAX_OPENINGS: Final = 200
OPENINGS: Final = (Tag.READ, Tag.IDENTITY_READ, Tag.ANNEX_OPEN, EvidenceTag.VIEW)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act on a report: its tag, who by role and pseudonym, unit, purpose, coded facts."""

    at: datetime
    tag: str
    role: str
    pseudonym: str
    unit_code: str
    purpose: str
    facts: Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Opening:
    """When her report was opened, by which role, and what: never by whom."""

    at: datetime
    role: str
    what: str


def timeline(report: Report) -> list[Entry]:
    """Everything that was done with a report, the oldest first, five hundred at most: the newest
    ones. The caller has asked whether she may see the report."""
    rows = Event.objects.filter(subject_id=report.id, body__isnull=False)
    newest = list(rows.order_by("-at", "-id")[:MAX_ENTRIES])
    codes = {unit.id: code for code, unit in units_by_code(report.agency_id).items()}
    return [_entry(row, codes) for row in reversed(newest)]


def _entry(row: Event, codes: Mapping[UUID, str]) -> Entry:
    said = _said(row)
    return Entry(
        at=row.at,
        tag=row.tag,
        role=said["actor"]["role"],
        pseudonym=said["actor"]["pseudonym"],
        unit_code=codes.get(row.unit_id, "") if row.unit_id else "",
        purpose=said["purpose"],
        facts=said["facts"],
    )


def openings_for_reporter(report: Report) -> list[Opening]:
    """When her report was opened and by which role, the newest first (design, Journal)."""
    rows = Event.objects.filter(
        subject_id=report.id, tag__in=[str(tag) for tag in OPENINGS], body__isnull=False
    ).order_by("-at", "-id")[:MAX_OPENINGS]
    return [
        Opening(row.at, _said(row)["actor"]["role"], _what(row.tag, _said(row)["facts"]))
        for row in rows
    ]


def _what(tag: str, facts: Mapping[str, object]) -> str:
    if tag == EvidenceTag.VIEW:
        return "file"
    return str(facts.get("part", "answers"))


def _said(row: Event) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(bytes(row.body or b"{}"))
    return said


def closing_reference(*, staff: Staff, row: Closing) -> str:
    """Open what a closing names. Raises what `reports.opening.open_part` raises."""
    if row.sealed_reference is None:
        return ""
    return open_note(
        staff=staff,
        report=row.report,
        purpose=closing_purpose(row),
        sealed=bytes(row.sealed_reference),
    )
