# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a quarter, inserted by the thousand: what filing writes in clear, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from amana.agencies.models import Agency, Unit
from amana.casework.models import Closing, Suspect
from amana.figures.periods import Period
from amana.kernel.ids import uuid7
from amana.referral.models import CrossBorderTask, Instruction, Route
from amana.reports.models import Access, AccessRole, Message, MessageKind, Report
from amana.triage.models import Assessment, Diagnosis
from tests.support import builders as node

Q3 = Period(2026, 3, "quarter")
SEPTEMBER = Period(2026, 9, "month")
IN_Q3 = datetime(2026, 8, 15, 12, tzinfo=UTC)
AFTER_Q3 = datetime(2026, 10, 2, 9, tzinfo=UTC)
OFFICER = uuid7()
_locator = count(10_000_000)


def agency(*, demonstration: bool = False, began: datetime | None = None) -> Agency:
    """A node with the pack of Jordan, begun before the quarter."""
    made = node.node()
    made.demonstration = demonstration
    made.created_at = began or datetime(2026, 6, 20, tzinfo=UTC)
    made.save()
    return made


def report(at: Agency, **changed: Any) -> Report:
    """An unsaved report of a fraud at home, anonymous, in the middle of the quarter."""
    received = changed.pop("received_at", IN_Q3)
    category = changed.pop("category", "F1")
    values: dict[str, Any] = {
        "agency": at,
        "locator": str(next(_locator)),
        "origin": "report",
        "received_at": received,
        "language": "ar",
        "questionnaire_version": "2026-1",
        "taxonomy_version": "2026-1",
        "category": category,
        "first_category": category,
        "offences": [category],
        "reporter_role": "victim",
        "identity_choice": "anonymous",
        "minor": "no",
        "victim_country": "JO",
        "suspect_location": "unknown",
        "ongoing": "no",
        "stage": "received",
        "stage_at": received,
        "last_news_at": received,
    }
    return Report(**{**values, **changed})


def reports(at: Agency, number: int, **same: Any) -> list[Report]:
    """So many stored reports that are alike."""
    return store(report(at, **same) for _ in range(number))


def store(rows: Iterable[Report]) -> list[Report]:
    return Report.objects.bulk_create(list(rows), batch_size=500)


def assess(rows: Sequence[Report], *risks: str) -> None:
    Assessment.objects.bulk_create(
        Assessment(
            report=row,
            agency_id=row.agency_id,
            urgency="normal",
            rank=2,
            risks=[{"risk": risk, "rule": risk, "because": risk} for risk in risks],
            rules_version="2026-1",
            at=row.received_at,
        )
        for row in rows
    )


def owned_by(rows: Sequence[Report], code: str) -> None:
    """Give the reports to a unit."""
    unit = Unit.objects.get(code=code)
    Access.objects.bulk_create(
        Access(
            agency_id=row.agency_id,
            report=row,
            unit=unit,
            role=AccessRole.OWNER,
            since=row.received_at,
        )
        for row in rows
    )


def across_the_border(rows: Sequence[Report]) -> None:
    CrossBorderTask.objects.bulk_create(
        CrossBorderTask(agency_id=row.agency_id, report=row, opened_at=row.received_at)
        for row in rows
    )


def suspects(of: Report, number: int, **state: Any) -> None:
    """Suspects on a report; `state` sets the times of `presented_at` and `search_notice_at`."""
    instruction = Instruction.objects.create(
        agency_id=of.agency_id,
        report=of,
        office=Unit.objects.get(code="jo/pp/amman"),
        action="search",
        authority="Prosecutor",
        legal_basis="Article 1",
        given_on=IN_Q3.date(),
        recorded_at=IN_Q3,
        officer_id=OFFICER,
        sealed_text=b"sealed",
    )
    more: dict[str, Any] = {}
    if "presented_at" in state:
        more["presented_instruction"] = instruction
    if "search_notice_at" in state:
        more |= {
            "search_notice_instruction": instruction,
            "search_notice_authority": "Prosecutor",
            "search_notice_expires_on": AFTER_Q3.date(),
        }
    values = {"identified_at": IN_Q3, **more, **state}
    Suspect.objects.bulk_create(
        Suspect(
            agency_id=of.agency_id,
            report=of,
            sealed_identity=b"sealed",
            identified_by=OFFICER,
            **values,
        )
        for _ in range(number)
    )


def diagnosed(row: Report, at: datetime) -> None:
    Diagnosis.objects.create(
        agency_id=row.agency_id,
        report=row,
        at=at,
        officer_id=OFFICER,
        online="yes",
        identifiers="some",
        jurisdiction="domestic",
        elements="present",
    )


def referred(row: Report, at: datetime) -> None:
    """An officer passes it on to be acted upon."""
    Route.objects.create(
        agency_id=row.agency_id,
        report=row,
        unit=Unit.objects.get(code="jo/ccu/zarqa"),
        rule="referral",
        at=at,
        by_rule=False,
        officer_id=OFFICER,
        sealed_reason=b"sealed",
    )


def told(row: Report, at: datetime, kind: MessageKind = MessageKind.TO_REPORTER) -> None:
    Message.objects.create(agency_id=row.agency_id, report=row, kind=kind, at=at, sealed=b"sealed")


def closed(row: Report, at: datetime) -> None:
    Closing.objects.create(
        agency_id=row.agency_id, report=row, disposition="insufficient", at=at, officer_id=OFFICER
    )
    Report.objects.filter(pk=row.pk).update(
        stage="closed", closed_at=at, disposition="insufficient", stage_at=at
    )


def eblagh(at: Agency) -> None:
    """The quarter that E-Blagh published (mission, C1 to C7): 7,083 reports, 82 suspects."""
    kinds = [("F1", 4073), ("X1", 1358), ("D1", 679), ("H1", 339), ("G1", 339)]
    rows = [report(at, category=code) for code, number in kinds for _ in range(number)]
    rows += [report(at, category="T1", terror_organisation="isis") for _ in range(85)]
    rows += [report(at, category="T2", terror_organisation="other") for _ in range(210)]
    for row in rows[:4117]:
        row.identity_choice = "named"
    for row in rows[4117:5000]:
        row.identity_choice = "confidential"
    for place, row in enumerate(rows[:564]):
        row.victim_country = ("AE", "SA", "FR", "DE", "US")[place % 5]
    store(rows)
    suspects(rows[0], 23, presented_at=IN_Q3)
    suspects(rows[1], 9, search_notice_at=IN_Q3)
    suspects(rows[2], 50)
