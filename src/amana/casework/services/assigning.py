# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works on a report, and who has seen that something urgent waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from amana.casework.events import Tag
from amana.casework.models import Alert, Assignment
from amana.config.clock import now
from amana.journal.events import Act
from amana.journal.services import record
from amana.people.models import Gender, Officer
from amana.people.policies import Action, Staff, units_where
from amana.referral.services.access import acting, hold
from amana.reports.models import Report
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note

_WISHED: Final[Mapping[str, str]] = {"female": Gender.WOMAN, "male": Gender.MAN}


def meets_wish(wish: str, gender: str) -> bool:
    """Whether an officer is whom the person asked for. A wish that was not expressed is met by
    everybody; an officer who has not said what she is does not meet one that was (M-108)."""
    return wish not in _WISHED or _WISHED[wish] == gender


def take(*, staff: Staff, report: Report, reason: str = "") -> Assignment:
    """Take a report to work on it; whoever had it before gives it up. Against the wish of the
    person for a woman or a man it needs a reason, else it is refused and counted (M-108).

    Raises `Refused`, `NotFound`, `NotAllowed`, `ReportClosed`."""
    by = acting(staff, Action.DIAGNOSE, report)
    gender = Officer.objects.values_list("gender", flat=True).get(pk=staff.officer_id)
    meets = meets_wish(by.report.officer_gender, gender)
    if not meets and not reason.strip():
        refuse(report=report, actor=by.actor, action="take", missing="reason")
    with transaction.atomic():
        hold(by)
        live = Assignment.objects.filter(report=report, until__isnull=True)
        mine = live.filter(officer_id=staff.officer_id).first()
        if mine is not None:
            return mine
        live.update(until=now())
        row = Assignment(
            agency_id=report.agency_id,
            report=report,
            officer_id=staff.officer_id,
            since=now(),
            meets_wish=meets,
        )
        if not meets:
            row.sealed_reason = seal_note(report, f"assignment/{row.id}", reason.strip())
        row.save(force_insert=True)
        facts: dict[str, str | int | bool | None] = {"meets_wish": meets}
        record(
            Act(
                Tag.ASSIGN, by.actor, report.agency_id, "report", report.id, by.unit_id, facts=facts
            )
        )
    return row


@transaction.atomic
def see_alerts(*, staff: Staff) -> int:
    """She has seen what waits at her units; returns how many alerts that were new."""
    units = units_where(staff, Action.READ_REPORT)
    return Alert.objects.filter(unit_id__in=units, seen_at__isnull=True).update(seen_at=now())
