# SPDX-License-Identifier: AGPL-3.0-or-later
"""Placing people and ending it. Placing grants no key; ending takes every key at once."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.people import selectors
from amana.people.errors import AlreadyPlaced, LastAdministrator, NotAllowed, NotPlaced
from amana.people.events import Tag
from amana.people.models import KEY_ROLES, Invitation, Officer, Placement, Role
from amana.people.policies import Action, Staff, require
from amana.people.services import unit_keys
from amana.people.services.keys import retire_officer_key


@transaction.atomic
def place(*, staff: Staff, officer: Officer, unit: Unit, role: Role) -> Placement:
    """Give an officer a role in a unit. The key comes from a member, or from the node when she is
    the first of a provisional unit.

    Raises `NotAllowed`, `AlreadyPlaced`."""
    require(staff, Action.MANAGE_PEOPLE)
    if {officer.agency_id, unit.agency_id} != {staff.agency_id} or not officer.is_active:
        raise NotAllowed
    return begin_placement(
        officer=officer, unit=unit, role=role, actor=staff.actor(Action.MANAGE_PEOPLE)
    )


def begin_placement(*, officer: Officer, unit: Unit, role: Role, actor: Actor) -> Placement:
    """The placement itself, inside the caller's transaction. Raises `AlreadyPlaced`."""
    try:
        with transaction.atomic():
            placement = Placement.objects.create(
                agency_id=officer.agency_id, officer=officer, unit=unit, role=role, since=now()
            )
    except IntegrityError:
        raise AlreadyPlaced from None
    record(_placement_act(Tag.PLACEMENT_BEGIN, actor, placement))
    if role in KEY_ROLES:
        unit_keys.admit_first(unit.id)
    return placement


@transaction.atomic
def end_placement(*, staff: Staff, placement_id: UUID) -> None:
    """End a role now. If it was her last one in the unit, she loses its keys in this moment.

    Raises `NotAllowed`, `NotPlaced`, `LastAdministrator`."""
    require(staff, Action.MANAGE_PEOPLE)
    placement = (
        selectors.active_placements()
        .filter(pk=placement_id, agency_id=staff.agency_id)
        .select_related("officer")
        .first()
    )
    if placement is None:
        raise NotPlaced
    _end(placement, staff)


@transaction.atomic
def disable(*, staff: Staff, officer: Officer) -> None:
    """End an account: its sessions, vaults, keys and roles, all at once.

    Raises `NotAllowed`, `LastAdministrator`."""
    require(staff, Action.MANAGE_PEOPLE)
    if officer.agency_id != staff.agency_id:
        raise NotAllowed
    for placement in selectors.active_placements().filter(officer=officer):
        _end(placement, staff)
    retire_officer_key(officer)
    Invitation.objects.filter(officer=officer, used_at__isnull=True).delete()
    officer.is_active = False
    officer.set_unusable_password()
    officer.save(update_fields=["is_active", "password"])
    record(
        Act(
            tag=Tag.ACCOUNT_DISABLE,
            actor=staff.actor(Action.MANAGE_PEOPLE),
            agency_id=officer.agency_id,
            subject="officer",
            subject_id=officer.id,
        )
    )


def _end(placement: Placement, staff: Staff) -> None:
    if placement.role == Role.ADMINISTRATOR:
        # Two who end each other's role in one moment would both see the other one still there.
        Agency.objects.select_for_update().get(pk=placement.agency_id)
        if _is_last_administrator(placement):
            raise LastAdministrator
    # A clock that was set back must not keep anybody in.
    until = max(now(), placement.since)
    if not Placement.objects.filter(pk=placement.pk, until__isnull=True).update(until=until):
        raise NotPlaced
    record(_placement_act(Tag.PLACEMENT_END, staff.actor(Action.MANAGE_PEOPLE), placement))
    still_there = selectors.active_placements().filter(
        officer_id=placement.officer_id, unit_id=placement.unit_id, role__in=KEY_ROLES
    )
    if placement.role in KEY_ROLES and not still_there.exists():
        unit_keys.lose_member(placement.unit_id, placement.officer_id)


def _is_last_administrator(placement: Placement) -> bool:
    others = selectors.administrators(placement.agency_id).exclude(pk=placement.officer_id)
    same = selectors.active_placements().filter(
        officer_id=placement.officer_id, role=Role.ADMINISTRATOR
    )
    return not others.exists() and same.count() == 1


def _placement_act(tag: Tag, actor: Actor, placement: Placement) -> Act:
    return Act(
        tag=tag,
        actor=actor,
        agency_id=placement.agency_id,
        subject="officer",
        subject_id=placement.officer_id,
        unit_id=placement.unit_id,
        facts={"role": str(placement.role)},
    )
