# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending a report to another unit of the agency, and what lies abroad."""

from __future__ import annotations

from django.db import transaction

from amana.agencies.models import Unit, UnitKind
from amana.config.clock import now
from amana.journal.services import record
from amana.people.policies import Action, Staff
from amana.referral.events import Tag
from amana.referral.models import CrossBorderTask, Route
from amana.referral.services.access import (
    EVERYTHING,
    Acting,
    Move,
    acting,
    end_access,
    end_duty,
    end_keys,
    give_access,
    give_keys,
    hold,
    leaf,
    move_owner,
    on_duty,
)
from amana.reports.errors import AlreadyDone, Unusable
from amana.reports.models import AccessRole, Report, Stage
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note
from amana.triage.models import Assessment, Diagnosis
from amana.triage.services import move_stage


def refer(
    *, staff: Staff, report: Report, to_unit: Unit, reason: str, keep_as_co_owner: bool = False
) -> Route:
    """Hand a diagnosed report to another unit or branch. The new owner gets the keys, the previous
    one loses them unless it stays as co-owner (M-006). The reason is sealed. The duty unit hands
    over to another unit than itself, makes no joint case, and its duty ends with it.

    Refused and counted without a reason, before a diagnosis (M-070), while legal review lasts, and
    for terrorism to a general unit (M-074). Raises `Refused`, `NotFound`, `NotAllowed`,
    `ReportClosed`, `Unusable`, `AlreadyDone`, `VaultClosed`, `NoKey`."""
    by = acting(staff, Action.REFER, report)
    _check_target(by, to_unit)
    duty = on_duty(by)
    if duty and (to_unit.id == by.unit_id or keep_as_co_owner):
        raise Unusable("unit" if to_unit.id == by.unit_id else "keep")
    require_reason(by, "refer", reason)
    require_released(by, "refer")
    require_diagnosis(by, "refer")
    _require_specialised(by, "refer", to_unit)
    with transaction.atomic():
        hold(by)
        move = Move(to_unit, "referral", reason=reason.strip(), keep_as_co_owner=keep_as_co_owner)
        route = move_owner(by, move)
        if duty:
            end_duty(by)
        if by.report.stage in (Stage.RECEIVED, Stage.DIAGNOSED):
            move_stage(by.report, Stage.REFERRED)
        record(leaf(by, Tag.SEND, {"unit": to_unit.code}))
    return route


def override_route(*, staff: Staff, report: Report, to_unit: Unit, reason: str) -> Route:
    """A supervisor sends a report elsewhere than the rule did (M-003). Refused and counted without
    a reason. Raises what `refer` raises."""
    by = acting(staff, Action.OVERRIDE_ROUTE, report)
    _check_target(by, to_unit)
    require_reason(by, "override_route", reason)
    require_released(by, "override_route")
    _require_specialised(by, "override_route", to_unit)
    with transaction.atomic():
        hold(by)
        route = move_owner(by, Move(to_unit, "override", reason=reason.strip()))
        record(leaf(by, Tag.OVERRIDE, {"unit": to_unit.code}))
    return route


def add_co_owner(*, staff: Staff, report: Report, unit: Unit, reason: str) -> None:
    """Make it a joint case: a second unit works it too, and no third one sees it (M-006). The
    reason is kept as an internal note's leaf is: sealed. Raises what `refer` raises."""
    by = acting(staff, Action.JOINT_CASE, report)
    _check_target(by, unit)
    require_reason(by, "add_co_owner", reason)
    require_released(by, "add_co_owner")
    _require_specialised(by, "add_co_owner", unit)
    with transaction.atomic():
        if (
            hold(by)
            .accesses.filter(
                unit=unit, role__in=[AccessRole.OWNER, AccessRole.CO_OWNER], until=None
            )
            .exists()
        ):
            raise AlreadyDone
        route = Route(
            agency_id=report.agency_id,
            report=report,
            unit=unit,
            rule="co_owner",
            at=now(),
            by_rule=False,
            officer_id=staff.officer_id,
        )
        route.sealed_reason = seal_note(report, f"route/{route.id}", reason.strip())
        route.save(force_insert=True)
        give_access(by, unit, AccessRole.CO_OWNER)
        give_keys(by, unit, EVERYTHING, AccessRole.CO_OWNER)


def end_co_owner(*, staff: Staff, report: Report, unit: Unit) -> None:
    """End a joint case: the co-owner loses access and keys at once."""
    by = acting(staff, Action.JOINT_CASE, report)
    with transaction.atomic():
        hold(by)
        end_access(by, unit, [AccessRole.CO_OWNER])
        end_keys(by, unit)


def open_cross_border(by: Acting) -> None:
    """What lies abroad is work to be done (M-056); there is one such task a report."""
    report = by.report
    _, made = CrossBorderTask.objects.get_or_create(
        report=report,
        defaults={
            "agency_id": report.agency_id,
            "country": report.suspect_country,
            "opened_at": now(),
        },
    )
    if made:
        record(leaf(by, Tag.CROSSBORDER_OPEN))


def finish_cross_border(*, staff: Staff, report: Report, result: str) -> CrossBorderTask:
    """Say what was done about the part that lies abroad; the words are sealed.

    Refused and counted without words. Raises `AlreadyDone` when there is no open task."""
    by = acting(staff, Action.REFER, report)
    require_reason(by, "finish_cross_border", result)
    with transaction.atomic():
        hold(by)
        task = (
            CrossBorderTask.objects.select_for_update()
            .filter(report=report, state=CrossBorderTask.State.OPEN)
            .first()
        )
        if task is None:
            raise AlreadyDone
        task.state = CrossBorderTask.State.DONE
        task.done_at, task.done_by = now(), staff.officer_id
        task.sealed_result = seal_note(report, "cross-border", result.strip())
        task.save()
        record(leaf(by, Tag.CROSSBORDER_DONE))
    return task


def require_reason(by: Acting, action: str, reason: str) -> None:
    """Refuse and count what nobody explained (M-003)."""
    if not reason.strip():
        refuse(report=by.report, actor=by.actor, action=action, missing="reason")


def require_released(by: Acting, action: str) -> None:
    """Refuse and count what may not be done before a legal reviewer released the report (M-130)."""
    if by.report.stage == Stage.LEGAL_REVIEW:
        refuse(report=by.report, actor=by.actor, action=action, missing="legal_review")


def require_diagnosis(by: Acting, action: str) -> None:
    """Refuse and count what comes after a diagnosis, while there is none (M-070)."""
    if not Diagnosis.objects.filter(report=by.report).exists():
        refuse(report=by.report, actor=by.actor, action=action, missing="diagnosis")


def _require_specialised(by: Acting, action: str, unit: Unit) -> None:
    """Nobody may send a report of terrorism where nobody could see it (M-074)."""
    holds = unit.specialised == "terrorism" or unit.kind == UnitKind.LEGAL_REVIEW
    terrorism = Assessment.objects.filter(report=by.report, specialised="terrorism")
    team = Unit.objects.filter(agency_id=by.report.agency_id, specialised="terrorism")
    if not holds and terrorism.exists() and team.exists():
        refuse(report=by.report, actor=by.actor, action=action, missing="specialised_unit")


def _check_target(by: Acting, unit: Unit) -> None:
    if unit.agency_id != by.report.agency_id or unit.kind == UnitKind.PROSECUTION:
        raise Unusable("unit")
