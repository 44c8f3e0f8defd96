# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees a report and what she may do with it. Every list, page and act asks here, and all of
them ask the same question: on which ground does a unit of hers stand to this report now?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from amana.agencies.models import Unit, UnitKind
from amana.people.errors import NotAllowed
from amana.people.policies import Action, Staff, may, units_where
from amana.reports.errors import NotFound
from amana.reports.models import Access, AccessRole, Report, Stage

_READ: Final = frozenset({Action.READ_REPORT, Action.READ_NOTICE, Action.INTERNAL_NOTE})
_PROTECT: Final = _READ | {
    Action.READ_IDENTITY,
    Action.OPEN_ANNEX,
    Action.MESSAGE_REPORTER,
    Action.DIAGNOSE,
    Action.REISSUE_CODE,
}
_WORK: Final = _PROTECT | {
    Action.NOTIFY_PROSECUTOR,
    Action.RECORD_INSTRUCTION,
    Action.ADD_SUSPECT,
    Action.ADVANCE_SUSPECT,
    Action.HANDLE_EVIDENCE,
    Action.EXPORT_EVIDENCE,
}
_OWN: Final = _WORK | {
    Action.LEND_TEXT,
    Action.REFER,
    Action.JOINT_CASE,
    Action.OVERRIDE_ROUTE,
    Action.CLOSE,
    Action.CLOSE_UNREFERRED,
    Action.SEE_SILENT,
    Action.LIFT_HOLD,
    Action.ASK_SHRED,
    Action.SHRED,
}

BY_GROUND: Final[Mapping[str, frozenset[Action]]] = {
    AccessRole.OWNER: _OWN,
    # A co-owner works the case; sending it on and ending it stay with the owner (M-006).
    AccessRole.CO_OWNER: _WORK,
    # The duty unit protects, and hands over when nobody else looks. It ends when the owner has
    # diagnosed the report or when the duty unit has handed it over.
    AccessRole.DUTY: _PROTECT | {Action.REFER},
    AccessRole.LEGAL_REVIEW: _READ | {Action.RELEASE_SPEECH},
    # An office reads what it was sent, and nothing that the report holds besides or later.
    AccessRole.PROSECUTION: frozenset({Action.READ_NOTICE, Action.RECORD_INSTRUCTION}),
}

_MAY_HOLD_TERRORISM: Final = Q(unit__specialised="terrorism") | Q(
    unit__kind__in=[UnitKind.LEGAL_REVIEW, UnitKind.PROSECUTION]
)


def accesses_of(staff: Staff) -> QuerySet[Access]:
    """The live grounds on which units of hers see reports.

    While legal review lasts, only legal reviewers of the reviewing unit look, and the duty unit
    when somebody is in danger (M-130). Reports of terrorism are seen by the specialised unit,
    legal review and the notified prosecutor alone, whoever else was given access (M-074)."""
    readable = units_where(staff, Action.READ_REPORT)
    reviewing = units_where(staff, Action.RELEASE_SPEECH)
    under_review = Q(role=AccessRole.DUTY) | Q(
        unit_id__in=reviewing, unit__kind=UnitKind.LEGAL_REVIEW
    )
    # Where the pack has no such unit, the ordinary one keeps what it was sent: nothing is lost.
    kept_apart = Exists(Unit.objects.filter(agency_id=staff.agency_id, specialised="terrorism"))
    return Access.objects.filter(
        ~Q(report__stage=Stage.LEGAL_REVIEW) | under_review,
        ~Q(report__assessment__specialised="terrorism") | _MAY_HOLD_TERRORISM | ~Q(kept_apart),
        agency_id=staff.agency_id,
        until__isnull=True,
        unit_id__in=readable,
    )


def visible_to(staff: Staff) -> QuerySet[Report]:
    """The reports that she may see. Auditors and administrators see none."""
    if not units_where(staff, Action.READ_REPORT):
        return Report.objects.none()
    return Report.objects.filter(
        Exists(accesses_of(staff).filter(report=OuterRef("pk"))), agency_id=staff.agency_id
    )


def get_visible(staff: Staff, key: str | UUID) -> Report:
    """The report with this locator (eight digits) or id. Raises `NotFound` alike when there is
    none and when she may not see it."""
    wanted = Q(pk=key) if isinstance(key, UUID) else Q(locator=key[:16])
    report = (
        visible_to(staff)
        .filter(wanted, agency_id=staff.agency_id)
        .select_related("agency", "assessment")
        .first()
    )
    if report is None:
        raise NotFound
    return report


def units_by_action(staff: Staff, report: Report) -> dict[Action, UUID]:
    """Everything she may do with this report, each with the unit in whose name. One query; empty
    when she does not see it."""
    found: dict[Action, UUID] = {}
    grounds = accesses_of(staff).filter(report=report).values_list("role", "unit_id")
    order = list(AccessRole.values)
    for role, unit_id in sorted(grounds, key=lambda row: order.index(row[0])):
        for action in BY_GROUND[role]:
            if action not in found and may(staff, action, unit_id):
                found[action] = unit_id
    return found


def allowed(staff: Staff, action: Action, report: Report) -> bool:
    """Whether she may do this with this report."""
    return action in units_by_action(staff, report)


def authorise(staff: Staff, action: Action, report: Report) -> UUID:
    """The unit in whose name she acts. Raises `NotFound` when she does not see the report, and
    `NotAllowed` when she sees it and may not do this."""
    may_do = units_by_action(staff, report)
    if action in may_do:
        return may_do[action]
    raise NotAllowed if may_do else NotFound
