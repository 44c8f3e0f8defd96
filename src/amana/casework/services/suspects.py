# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alleged perpetrators: identified, then before justice or under a search notice. Whoever is
identified and neither is ongoing; that is computed, never stored."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.casework.events import Tag
from amana.casework.models import Suspect
from amana.config.clock import now
from amana.journal.events import Act
from amana.journal.services import record
from amana.people.policies import Action, Staff
from amana.referral.models import Instruction
from amana.referral.selectors import latest_instruction
from amana.referral.services.access import Acting, acting, hold
from amana.referral.services.referring import require_released
from amana.reports.errors import AlreadyDone, NotFound, Unusable
from amana.reports.models import Report, Stage
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note
from amana.triage.services import move_stage

BEFORE_JUSTICE: Final = "before_justice"
SEARCH_NOTICE: Final = "search_notice"
ROLES: Final = ("executor", "instigator", "accomplice", "unknown")
RELATIONS: Final = (
    "partner",
    "ex",
    "relative",
    "acquaintance",
    "colleague",
    "classmate",
    "online_only",
    "unknown",
)
MAX_IDENTITY: Final = 8000
MAX_AUTHORITY: Final = 120


def identify_suspect(
    *,
    staff: Staff,
    report: Report,
    identity: str,
    role: str = "executor",
    relation: str = "unknown",
) -> Suspect:
    """Record whom the unit takes to be behind it. `identity` is free words, sealed among the
    internal notes; `role` is of `ROLES`, `relation` to the person of `RELATIONS`.

    Refused and counted while legal review lasts (M-130). Raises `Refused`, `Unusable`, `NotFound`,
    `NotAllowed`, `ReportClosed`."""
    by = acting(staff, Action.ADD_SUSPECT, report)
    require_released(by, "identify_suspect")
    words = identity.strip()
    if not words or len(words) > MAX_IDENTITY:
        raise Unusable("identity")
    if role not in ROLES:
        raise Unusable("role")
    if relation not in RELATIONS:
        raise Unusable("relation")
    with transaction.atomic():
        hold(by)
        suspect = Suspect(
            agency_id=report.agency_id,
            report=report,
            role=role,
            relation=relation,
            identified_at=now(),
            identified_by=staff.officer_id,
        )
        suspect.sealed_identity = seal_note(report, suspect_purpose(suspect), words)
        suspect.save(force_insert=True)
        if by.report.stage in (Stage.DIAGNOSED, Stage.REFERRED):
            move_stage(by.report, Stage.IN_PROGRESS)
        _leaf(by, Tag.SUSPECT_IDENTIFY, suspect)
    return suspect


def suspect_purpose(suspect: Suspect) -> str:
    """What the sealed identity of a suspect is bound to."""
    return f"suspect/{suspect.id}"


def present_before_justice(*, staff: Staff, report: Report, suspect_id: UUID) -> Suspect:
    """The suspect was presented to the judiciary. Refused and counted without a prosecutor's
    instruction for it (M-004). Raises `Refused`, `AlreadyDone`, `NotFound`, `NotAllowed`,
    `ReportClosed`."""
    by = acting(staff, Action.ADVANCE_SUSPECT, report)
    _child(report, suspect_id)
    require_released(by, BEFORE_JUSTICE)
    instruction = _instruction(by, BEFORE_JUSTICE)
    with transaction.atomic():
        hold(by)
        suspect = _lock(report, suspect_id)
        if suspect.presented_at is not None:
            raise AlreadyDone
        suspect.presented_at, suspect.presented_instruction = now(), instruction
        suspect.save()
        _leaf(by, Tag.SUSPECT_PRESENT, suspect)
    return suspect


def issue_search_notice(
    *, staff: Staff, report: Report, suspect_id: UUID, authority: str, expires_on: date | None
) -> Suspect:
    """A search notice was ordered. Refused and counted without an instruction for it, without the
    authority, or without a last day that lies ahead (M-004, M-128). Raises `Refused`,
    `AlreadyDone` (presented, or a notice is live), `NotFound`, `NotAllowed`, `ReportClosed`."""
    by = acting(staff, Action.ADVANCE_SUSPECT, report)
    _child(report, suspect_id)
    require_released(by, SEARCH_NOTICE)
    instruction = _instruction(by, SEARCH_NOTICE)
    who = authority.strip()
    if not who or len(who) > MAX_AUTHORITY:
        refuse(report=report, actor=by.actor, action=SEARCH_NOTICE, missing="authority")
    if expires_on is None or expires_on <= now().date():
        refuse(report=report, actor=by.actor, action=SEARCH_NOTICE, missing="expiry")
    with transaction.atomic():
        hold(by)
        suspect = _lock(report, suspect_id)
        live = suspect.search_notice_at and not suspect.search_notice_withdrawn_at
        if suspect.presented_at is not None or live:
            raise AlreadyDone
        suspect.search_notice_at, suspect.search_notice_withdrawn_at = now(), None
        suspect.search_notice_instruction = instruction
        suspect.search_notice_authority = who
        suspect.search_notice_expires_on = expires_on
        suspect.save()
        _leaf(by, Tag.SEARCH_NOTICE, suspect)
    return suspect


def withdraw_search_notice(*, staff: Staff, report: Report, suspect_id: UUID) -> Suspect:
    """The notice is taken back; the suspect is ongoing again. Raises `AlreadyDone` when there is
    no live one, `NotFound`, `NotAllowed`."""
    by = acting(staff, Action.ADVANCE_SUSPECT, report, closed=True)
    with transaction.atomic():
        hold(by)
        suspect = _lock(report, suspect_id)
        if suspect.search_notice_at is None or suspect.search_notice_withdrawn_at is not None:
            raise AlreadyDone
        suspect.search_notice_withdrawn_at = now()
        suspect.save()
        _leaf(by, Tag.SEARCH_WITHDRAW, suspect)
    return suspect


def _child(report: Report, suspect_id: UUID) -> None:
    """A suspect is found through her report only."""
    if not Suspect.objects.filter(pk=suspect_id, report=report).exists():
        raise NotFound


def _lock(report: Report, suspect_id: UUID) -> Suspect:
    suspect = (
        Suspect.objects.select_for_update(of=("self",)).filter(pk=suspect_id, report=report).first()
    )
    if suspect is None:
        raise NotFound
    return suspect


def _instruction(by: Acting, action: str) -> Instruction:
    found = latest_instruction(by.report, action)
    if found is None:
        refuse(report=by.report, actor=by.actor, action=action, missing="instruction")
    return found


def _leaf(by: Acting, tag: Tag, suspect: Suspect) -> None:
    report = by.report
    facts: dict[str, str | int | bool | None] = {"suspect": str(suspect.id)}
    record(Act(tag, by.actor, report.agency_id, "report", report.id, by.unit_id, facts=facts))
