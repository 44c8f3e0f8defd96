# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notifying a prosecution office and recording what it directs (M-004, M-005)."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction

from amana.agencies.models import Unit, UnitKind
from amana.config.clock import now
from amana.evidence import opening as evidence
from amana.evidence.models import Copy
from amana.journal.services import record
from amana.packs import UnknownCodeError, load_pack
from amana.people.policies import Action, Staff
from amana.referral import notice
from amana.referral.events import Tag
from amana.referral.models import Instruction, ProsecutorNotice
from amana.referral.services.access import (
    Acting,
    acting,
    end_access,
    end_keys,
    give_access,
    give_keys,
    hold,
    leaf,
)
from amana.referral.services.referring import require_diagnosis, require_released
from amana.reports.errors import Unusable
from amana.reports.models import Access, AccessRole, PartKind, Report, Stage
from amana.reports.opening import open_part
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note
from amana.triage.models import Assessment
from amana.triage.selectors import latest_diagnosis
from amana.triage.services import move_stage

MAX_STATEMENT: Final = 20_000
OVERRIDES_CONSENT: Final = frozenset({"threat_to_life", "child_at_risk"})


def notify_prosecutor(
    *, staff: Staff, report: Report, office: Unit, statement: str = "", override_basis: str = ""
) -> ProsecutorNotice:
    """Send a prosecution office a signed notice, with the answers in it: it reads what was sent
    and holds no key to the report itself. One office at a time: an earlier one loses access and
    keys, its history stays (M-005).

    A report whose person has not agreed stays inside the agency, unless a life or a child is at
    risk and `override_basis` names the law and the authority for it.

    Refused and counted: in legal review, before a diagnosis, without consent. Raises `Refused`,
    `Unusable`, `NotFound`, `NotAllowed`, `ReportClosed`, `VaultClosed`, `NoKey`."""
    by = acting(staff, Action.NOTIFY_PROSECUTOR, report)
    if office.agency_id != report.agency_id or office.kind != UnitKind.PROSECUTION:
        raise Unusable("office")
    if len(statement) > MAX_STATEMENT or len(override_basis) > 200:
        raise Unusable("statement")
    require_released(by, "notify_prosecutor")
    require_diagnosis(by, "notify_prosecutor")
    basis = override_basis.strip()
    consented = _require_consent(by, basis)
    row = ProsecutorNotice(
        agency_id=report.agency_id,
        report=by.report,
        office=office,
        at=now(),
        officer_id=staff.officer_id,
        override_basis="" if consented else basis,
    )
    signed = _signed(by, row, statement.strip())
    with transaction.atomic():
        hold(by)
        _let_in(by, office)
        row.digest = notice.digest(signed)
        row.sealed_jws = seal_note(report, notice_purpose(row), signed, PartKind.NOTICE)
        row.save(force_insert=True)
        give_keys(by, office, [PartKind.NOTICE], AccessRole.PROSECUTION)
        if by.report.stage in (Stage.DIAGNOSED, Stage.REFERRED):
            move_stage(by.report, Stage.IN_PROGRESS)
        facts: dict[str, str | int | bool | None] = {
            "office": office.code,
            "digest": row.digest.hex(),
        }
        record(leaf(by, Tag.NOTICE_SEND, facts))
        if not consented:
            record(leaf(by, Tag.CONSENT_OVERRIDE, {"basis": basis}))
    return row


def _require_consent(by: Acting, basis: str) -> bool:
    """Whether she agreed. Refuses and counts when she did not and nothing overrides it."""
    report = by.report
    if "police" in report.consents and report.withdrawn_at is None:
        return True
    risks = Assessment.objects.get(report=report).named()
    if not basis or risks.isdisjoint(OVERRIDES_CONSENT):
        refuse(report=report, actor=by.actor, action="notify_prosecutor", missing="consent")
    return False


def _signed(by: Acting, row: ProsecutorNotice, statement: str) -> str:
    diagnosis = latest_diagnosis(by.report)
    if diagnosis is None:
        raise Unusable("diagnosis")
    said = notice.content(
        row=row,
        sender=Unit.objects.get(pk=by.unit_id),
        assessment=Assessment.objects.get(report=by.report),
        diagnosis=diagnosis,
        files=[
            file
            for file in evidence.files(staff=by.staff, report=by.report)
            if file.copy == Copy.EVIDENTIARY
        ],
        answers=open_part(staff=by.staff, report=by.report, kind=PartKind.ANSWERS),
        statement=statement,
    )
    return notice.sign(said)


def _let_in(by: Acting, office: Unit) -> None:
    report = by.report
    earlier = Access.objects.select_related("unit").filter(
        report=report, role=AccessRole.PROSECUTION, until=None
    )
    for access in earlier.exclude(unit=office):
        end_access(by, access.unit, [AccessRole.PROSECUTION])
        end_keys(by, access.unit)
    give_access(by, office, AccessRole.PROSECUTION)


def notice_purpose(row: ProsecutorNotice) -> str:
    """What a sealed notice is bound to."""
    return f"notice/{row.id}"


def instruction_purpose(row: Instruction) -> str:
    """What the sealed words of an instruction are bound to."""
    return f"instruction/{row.id}"


def record_instruction(
    *,
    staff: Staff,
    report: Report,
    office: Unit,
    action: str,
    authority: str,
    legal_basis: str,
    given_on: date,
    text: str,
) -> Instruction:
    """Record what a prosecution office directed, and which act of the pack's list it unlocks.

    Refused and counted: without the authority or the article (M-128), and from an office that was
    not notified or is no longer the competent one. Raises `Refused`, `Unusable` (unknown act, a
    day that lies ahead), `NotFound`, `NotAllowed`, `ReportClosed`."""
    by = acting(staff, Action.RECORD_INSTRUCTION, report)
    _check_instruction(by, action, given_on, text)
    grounds = {"authority": authority.strip(), "legal_basis": legal_basis.strip()}
    for missing, said in grounds.items():
        if not said or len(said) > 120:
            refuse(report=report, actor=by.actor, action="record_instruction", missing=missing)
    notified = Access.objects.filter(
        report=report, unit=office, role=AccessRole.PROSECUTION, until=None
    )
    if not notified.exists():
        refuse(report=report, actor=by.actor, action="record_instruction", missing="notice")
    row = Instruction(
        agency_id=report.agency_id,
        report=report,
        office=office,
        action=action,
        given_on=given_on,
        recorded_at=now(),
        officer_id=staff.officer_id,
        **grounds,
    )
    with transaction.atomic():
        hold(by)
        row.sealed_text = seal_note(report, instruction_purpose(row), text.strip(), PartKind.NOTICE)
        row.save(force_insert=True)
        facts: dict[str, str | int | bool | None] = {"office": office.code, "action": action}
        record(leaf(by, Tag.INSTRUCTION_RECORD, facts))
    return row


def _check_instruction(by: Acting, action: str, given_on: date, text: str) -> None:
    try:
        load_pack(by.report.agency.pack).action(action)
    except UnknownCodeError:
        raise Unusable("action") from None
    if given_on > now().date():
        raise Unusable("given_on")
    if len(text) > MAX_STATEMENT:
        raise Unusable("text")
