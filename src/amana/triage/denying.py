# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a rule or a hint took for a danger, and a person who has read it does not: "not so".

It takes nothing away. The lane stays, the risk stays on the page with who said so, and it can be
taken back; from then on the risk is no reason for anything any more. The newest reading of the
words is no argument against a person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from amana.config.clock import now
from amana.journal.events import Act
from amana.journal.services import record
from amana.people.policies import Action, Staff
from amana.reports.errors import AlreadyDone, NoKey, NoSuchPart, NotFound, ReportClosed, Unusable
from amana.reports.models import Report
from amana.reports.opening import open_note
from amana.reports.policies import authorise
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note, vault_of
from amana.triage.events import Tag
from amana.triage.models import Assessment, RiskDenial

LONGEST_REASON: Final = 2000


def deny(*, staff: Staff, report: Report, risk: str, reason: str) -> RiskDenial:
    """Say that a risk of this report is not so. Refused and counted without a reason.

    Raises `Refused`, `NotFound` for a risk that the report does not have, `NotAllowed`,
    `ReportClosed`, `VaultClosed`, `AlreadyDone`, `Unusable`."""
    unit_id = _acting(staff, report)
    if len(reason) > LONGEST_REASON:
        raise Unusable("reason")
    actor = staff.actor(Action.DIAGNOSE, unit_id)
    if not any(one["risk"] == risk for one in Assessment.objects.get(report=report).risks):
        raise NotFound
    if not reason.strip():
        refuse(report=report, actor=actor, action="deny_risk", missing="reason")
    row = RiskDenial(
        agency_id=report.agency_id,
        report=report,
        risk=risk,
        at=now(),
        officer_id=staff.officer_id,
    )
    try:
        with transaction.atomic():
            row.sealed_reason = seal_note(report, denial_purpose(row), reason.strip())
            row.save(force_insert=True)
            _mark(report, risk, denied=True)
            facts: dict[str, str | int | bool | None] = {"risk": risk}
            record(
                Act(
                    Tag.RISK_DENY,
                    actor,
                    report.agency_id,
                    "report",
                    report.id,
                    unit_id,
                    facts=facts,
                )
            )
    except IntegrityError:
        raise AlreadyDone from None
    return row


def take_back(*, staff: Staff, report: Report, denial: UUID) -> RiskDenial:
    """The risk counts again. That somebody had said so stays. Raises `NotFound`, `NotAllowed`,
    `ReportClosed`, `VaultClosed`, `AlreadyDone`."""
    unit_id = _acting(staff, report)
    row = RiskDenial.objects.filter(pk=denial, report=report).first()
    if row is None:
        raise NotFound
    with transaction.atomic():
        standing = RiskDenial.objects.filter(pk=row.pk, undone_at__isnull=True)
        if not standing.update(undone_at=now(), undone_by=staff.officer_id):
            raise AlreadyDone
        _mark(report, row.risk, denied=False)
        facts: dict[str, str | int | bool | None] = {"risk": row.risk}
        actor = staff.actor(Action.DIAGNOSE, unit_id)
        record(
            Act(Tag.RISK_UNDO, actor, report.agency_id, "report", report.id, unit_id, facts=facts)
        )
    row.refresh_from_db()
    return row


def standing(report: Report) -> dict[str, RiskDenial]:
    """Risk to the denial that stands. Callers have asked whether she may see the report."""
    rows = RiskDenial.objects.filter(report=report, undone_at__isnull=True)
    return {row.risk: row for row in rows}


def denial_reason(*, staff: Staff, row: RiskDenial) -> str:
    """Why; empty where it does not open for her. Raises `VaultClosed`."""
    try:
        return open_note(
            staff=staff,
            report=row.report,
            purpose=denial_purpose(row),
            sealed=bytes(row.sealed_reason),
        )
    except (NoKey, NoSuchPart):
        return ""


def denial_purpose(row: RiskDenial) -> str:
    """What the sealed reason of a denial is bound to."""
    return f"risk/{row.id}"


def _acting(staff: Staff, report: Report) -> UUID:
    unit_id = authorise(staff, Action.DIAGNOSE, report)
    vault_of(staff)
    if report.closed_at is not None:
        raise ReportClosed
    return unit_id


def _mark(report: Report, risk: str, *, denied: bool) -> None:
    """Lists and headings read the assessment alone, so it says there what was denied."""
    row = Assessment.objects.select_for_update().get(report=report)
    for one in row.risks:
        if one["risk"] == risk:
            one.pop("denied", None)
            if denied:
                one["denied"] = "yes"
    row.save(update_fields=["risks"])
