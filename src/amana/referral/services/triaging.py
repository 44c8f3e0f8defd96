# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saying what a report is. Each of these acts may also move it or open a path, so that they live
here and write through `triage`."""

from __future__ import annotations

from django.db import transaction

from amana.agencies.models import Unit
from amana.journal.services import record
from amana.packs import load_pack, load_taxonomy
from amana.people.policies import Action, Staff
from amana.referral.competence import LEGAL_REVIEW, SPECIALISED
from amana.referral.events import Tag
from amana.referral.models import Route
from amana.referral.routing import owner_of
from amana.referral.services.access import (
    Acting,
    Move,
    acting,
    end_duty,
    end_joint_case,
    give_access,
    hold,
    leaf,
    move_owner,
)
from amana.referral.services.referring import (
    open_cross_border,
    require_reason,
    require_released,
)
from amana.reports.errors import AlreadyDone, Unusable
from amana.reports.models import AccessRole, PartKind, Report, Stage
from amana.reports.opening import open_part
from amana.reports.refusals import refuse
from amana.reports.services.parts import vault_of
from amana.triage import services as triage
from amana.triage.models import Assessment, Diagnosis, LegalReview
from amana.triage.services import Finding

ABROAD = frozenset({Diagnosis.Jurisdiction.FOREIGN, Diagnosis.Jurisdiction.MIXED})


def record_diagnosis(*, staff: Staff, report: Report, finding: Finding) -> Diagnosis:
    """Record the structured finding that must precede a referral (M-070). What it finds abroad
    opens the cross-border task (M-056); what it finds to be terrorism goes to that unit. With the
    owner's finding the duty of the duty unit ends.

    Refused and counted: while legal review lasts; when an offence is dropped without a reason
    (M-061). Raises `Refused`, `Unusable`, `NotFound`, `NotAllowed`, `ReportClosed`, and, when it
    must move, `VaultClosed`, `NoKey`."""
    by = acting(staff, Action.DIAGNOSE, report)
    require_released(by, "diagnose")
    finding.check()
    if by.report.category not in finding.offences:
        raise Unusable("offences")
    if finding.without_reason(by.report):
        refuse(report=by.report, actor=by.actor, action="drop_offence", missing="reason")
    with transaction.atomic():
        hold(by)
        row = triage.diagnose(
            report=by.report, finding=finding, officer_id=staff.officer_id, actor=by.actor
        )
        if row.jurisdiction in ABROAD:
            open_cross_border(by)
        if by.unit_id == owner_of(by.report).id:
            end_duty(by)
        _follow_specialism(by)
    return row


def change_category(*, staff: Staff, report: Report, category: str) -> None:
    """Give a report another headline category; its history stays (R7). A category that bears on
    words goes to legal review first (M-130), terrorism to its unit (M-074).

    Raises `Unusable`, `AlreadyDone`, `Refused`, `NotFound`, `NotAllowed`, `ReportClosed`, and,
    when it must move, `VaultClosed`, `NoKey`."""
    by = acting(staff, Action.DIAGNOSE, report)
    require_released(by, "change_category")
    if category == by.report.category:
        raise AlreadyDone
    with transaction.atomic():
        hold(by)
        triage.reclassify(
            report=by.report, category=category, officer_id=staff.officer_id, actor=by.actor
        )
        if _needs_review(by.report):
            _to_legal_review(by)
        else:
            _follow_specialism(by)


def review_legally(*, staff: Staff, report: Report, release: bool, reason: str) -> LegalReview:
    """A legal reviewer decides on a report about words or opinions (M-130): released, it goes to
    the unit that the rule had found and may be searched and linked; kept, it stays.

    Refused and counted without a reason. Raises `AlreadyDone` when the report is not under review,
    `Refused`, `NotFound`, `NotAllowed`, `ReportClosed`, `VaultClosed`, `NoKey`."""
    by = acting(staff, Action.RELEASE_SPEECH, report)
    require_reason(by, "review_legally", reason)
    if by.report.stage != Stage.LEGAL_REVIEW:
        raise AlreadyDone
    vault_of(staff)
    said = open_part(staff=staff, report=by.report, kind=PartKind.ANSWERS) if release else {}
    with transaction.atomic():
        hold(by)
        row = triage.store_review(
            report=by.report,
            release=release,
            reason=reason.strip(),
            officer_id=staff.officer_id,
            actor=by.actor,
        )
        if release:
            triage.tokenise_released(report=by.report, answers=said)
            _send_on(by)
            triage.move_stage(by.report, Stage.RECEIVED)
    return row


def _send_on(by: Acting) -> None:
    """To the unit that would have had the report, had no review been needed."""
    waiting = (
        Route.objects.filter(report=by.report, rule=LEGAL_REVIEW).order_by("-at", "-id").first()
    )
    pack = load_pack(by.report.agency.pack)
    code = waiting.inputs["then"] if waiting else pack.national_desk.code
    rule = waiting.inputs.get("then_rule", LEGAL_REVIEW) if waiting else LEGAL_REVIEW
    unit = Unit.objects.get(agency_id=by.report.agency_id, code=code)
    move_owner(by, Move(unit, rule, {"after": LEGAL_REVIEW}))
    record(leaf(by, Tag.ROUTE, {"rule": rule, "unit": code}))


def _needs_review(report: Report) -> bool:
    if not load_taxonomy().category(report.category).speech_gate:
        return False
    released = LegalReview.objects.filter(report=report, decision=LegalReview.Decision.RELEASE)
    return not released.exists()


def _to_legal_review(by: Acting) -> None:
    report, pack = by.report, load_pack(by.report.agency.pack)
    unit = Unit.objects.get(agency_id=report.agency_id, code=pack.legal_review_unit.code)
    owner = owner_of(report)
    assessment = Assessment.objects.get(report=report)
    terrorism = pack.specialised_unit("terrorism")
    then = terrorism.code if assessment.specialised == "terrorism" and terrorism else owner.code
    inputs = {"then": then, "then_rule": SPECIALISED if then != owner.code else "category"}
    move_owner(by, Move(unit, LEGAL_REVIEW, inputs))
    end_joint_case(by)
    give_access(by, unit, AccessRole.LEGAL_REVIEW)
    triage.untokenise(report=report)
    triage.move_stage(report, Stage.LEGAL_REVIEW)
    record(leaf(by, Tag.ROUTE, {"rule": LEGAL_REVIEW, "unit": unit.code}))


def _follow_specialism(by: Acting) -> None:
    """What has become a matter of terrorism leaves a general unit at once: nobody there may see
    it any more, and it must not be left where nobody looks."""
    report = by.report
    unit = load_pack(report.agency.pack).specialised_unit("terrorism")
    assessment = Assessment.objects.get(report=report)
    if assessment.specialised != "terrorism" or unit is None:
        return
    if owner_of(report).code == unit.code:
        end_joint_case(by)
        return
    to = Unit.objects.get(agency_id=report.agency_id, code=unit.code)
    move_owner(by, Move(to, SPECIALISED, {"specialised": "terrorism"}))
    end_joint_case(by)
    record(leaf(by, Tag.ROUTE, {"rule": SPECIALISED, "unit": unit.code}))
