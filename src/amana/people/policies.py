# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which role may do what. The table below is the only place where that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from amana.agencies.models import Unit
from amana.journal.events import Actor
from amana.people.errors import NotAllowed
from amana.people.models import AGENCY_ROLES, KEY_ROLES, Officer, Role, UnitKeyGrant
from amana.people.selectors import active_placements
from amana.people.vault import OpenVault


class Action(StrEnum):
    READ_REPORT = "read_report"
    READ_NOTICE = "read_notice"
    READ_IDENTITY = "read_identity"
    OPEN_ANNEX = "open_annex"
    DIAGNOSE = "diagnose"
    REFER = "refer"
    JOINT_CASE = "joint_case"
    MESSAGE_REPORTER = "message_reporter"
    INTERNAL_NOTE = "internal_note"
    NOTIFY_PROSECUTOR = "notify_prosecutor"
    RECORD_INSTRUCTION = "record_instruction"
    ADD_SUSPECT = "add_suspect"
    ADVANCE_SUSPECT = "advance_suspect"
    EXPORT_EVIDENCE = "export_evidence"
    CLOSE = "close"
    CLOSE_UNREFERRED = "close_unreferred"
    RELEASE_SPEECH = "release_speech"
    OVERRIDE_ROUTE = "override_route"
    DESK_INTAKE = "desk_intake"
    REISSUE_CODE = "reissue_code"
    SEE_SILENT = "see_silent"
    ADMIT_MEMBER = "admit_member"
    MANAGE_PEOPLE = "manage_people"
    READ_JOURNAL = "read_journal"
    PUBLISH_FIGURES = "publish_figures"
    HANDLE_EVIDENCE = "handle_evidence"
    LIFT_HOLD = "lift_hold"
    ASK_SHRED = "ask_shred"
    SHRED = "shred"
    LEND_TEXT = "lend_text"


_CASEWORKERS: Final = frozenset({Role.INVESTIGATOR, Role.SUPERVISOR, Role.CHILD_UNIT})
_DESK: Final = _CASEWORKERS | {Role.INTAKE_OFFICER}

# What an administrator may is deliberately short: who runs the house does not read what is in it.
ALLOWED: Final[Mapping[Action, frozenset[Role]]] = {
    Action.READ_REPORT: KEY_ROLES,
    Action.READ_NOTICE: KEY_ROLES,
    Action.READ_IDENTITY: _CASEWORKERS | {Role.PROSECUTOR},
    Action.OPEN_ANNEX: _CASEWORKERS,
    Action.DIAGNOSE: _DESK,
    Action.REFER: _DESK | {Role.LIAISON},
    Action.JOINT_CASE: _DESK | {Role.LIAISON},
    Action.MESSAGE_REPORTER: _DESK,
    Action.INTERNAL_NOTE: KEY_ROLES,
    Action.NOTIFY_PROSECUTOR: _CASEWORKERS | {Role.LEGAL_REVIEWER},
    Action.RECORD_INSTRUCTION: _CASEWORKERS | {Role.PROSECUTOR},
    Action.ADD_SUSPECT: _CASEWORKERS,
    Action.ADVANCE_SUSPECT: _CASEWORKERS,
    Action.EXPORT_EVIDENCE: _CASEWORKERS,
    Action.CLOSE: _CASEWORKERS,
    Action.CLOSE_UNREFERRED: frozenset({Role.SUPERVISOR}),
    Action.RELEASE_SPEECH: frozenset({Role.LEGAL_REVIEWER}),
    Action.OVERRIDE_ROUTE: frozenset({Role.SUPERVISOR}),
    Action.DESK_INTAKE: _DESK | {Role.LIAISON},
    Action.REISSUE_CODE: _DESK | {Role.LIAISON},
    Action.SEE_SILENT: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.ADMIT_MEMBER: KEY_ROLES,
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.READ_JOURNAL: frozenset({Role.AUDITOR}),
    Action.PUBLISH_FIGURES: frozenset({Role.ADMINISTRATOR}),
    Action.HANDLE_EVIDENCE: _DESK,
    Action.LIFT_HOLD: frozenset({Role.SUPERVISOR}),
    Action.ASK_SHRED: _CASEWORKERS,
    Action.SHRED: frozenset({Role.SUPERVISOR}),
    Action.LEND_TEXT: frozenset({Role.SUPERVISOR}),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts in this request. Roles that belong to the whole agency stand at each of its units,
    so that every question is asked the same way."""

    officer_id: UUID
    pseudonym: str
    agency_id: UUID
    roles: Mapping[UUID, frozenset[Role]]
    vault: OpenVault | None = None

    def actor(self, action: Action | None = None, unit_id: UUID | None = None) -> Actor:
        """How she stands in the journal: the role by which she may do this, and her pseudonym."""
        held = _roles(self, unit_id)
        if action is not None:
            held &= ALLOWED[action]
        first = next((role for role in Role if role in held), None)
        return Actor(first.value if first else "officer", self.pseudonym)


def may(staff: Staff, action: Action, unit_id: UUID | None = None) -> bool:
    """Whether she may do this in a unit; without a unit: in any unit at all."""
    return not ALLOWED[action].isdisjoint(_roles(staff, unit_id))


def units_where(staff: Staff, action: Action) -> frozenset[UUID]:
    """The units in which she may do this: the same rule as `may`, for lists."""
    allowed = ALLOWED[action]
    return frozenset(unit for unit, roles in staff.roles.items() if not allowed.isdisjoint(roles))


def require(staff: Staff, action: Action, unit_id: UUID | None = None) -> None:
    """Raise `NotAllowed` unless `may`."""
    if not may(staff, action, unit_id):
        raise NotAllowed


def matrix() -> list[tuple[str, list[bool]]]:
    """The table for the documents: a row for each action, a column for each role in order."""
    return [(str(action), [role in roles for role in Role]) for action, roles in ALLOWED.items()]


def staff_for(officer: Officer, vault: OpenVault | None = None) -> Staff:
    """What an officer is and may at this moment; read anew for each request, so that access ends
    in the moment in which a placement ends.

    Placing is not admitting: a role that reads counts only in units whose current key her own
    active key opens. Whoever places herself sees nothing until a member has let her in."""
    roles: dict[UUID, frozenset[Role]] = {}
    everywhere: frozenset[Role] = frozenset()
    placed = active_placements().filter(officer=officer).annotate(admitted=Exists(_admission()))
    for unit_id, name, admitted in placed.values_list("unit", "role", "admitted"):
        role = Role(name)
        if role in AGENCY_ROLES:
            everywhere |= {role}
        elif admitted:
            roles[unit_id] = roles.get(unit_id, frozenset()) | {role}
    if everywhere:
        units = Unit.objects.filter(agency_id=officer.agency_id).values_list("id", flat=True)
        roles = {unit: roles.get(unit, frozenset()) | everywhere for unit in units}
    return Staff(officer.id, officer.pseudonym, officer.agency_id, roles, vault)


def _admission() -> QuerySet[UnitKeyGrant]:
    """The live grant that belongs to a placement, if there is one."""
    return UnitKeyGrant.objects.filter(
        unit_key__unit=OuterRef("unit"),
        unit_key__retired_at__isnull=True,
        officer_key__officer=OuterRef("officer"),
        officer_key__active=True,
    )


def _roles(staff: Staff, unit_id: UUID | None) -> frozenset[Role]:
    if unit_id is not None:
        return staff.roles.get(unit_id, frozenset())
    return frozenset(role for roles in staff.roles.values() for role in roles)
