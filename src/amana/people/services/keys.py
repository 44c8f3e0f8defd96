# SPDX-License-Identifier: AGPL-3.0-or-later
"""The life of keys: first start, enrolling, admitting, resetting."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.journal.events import NODE, Act, Actor
from amana.journal.services import record
from amana.kernel.sealing import pairs, passphrases
from amana.people import selectors
from amana.people.errors import AlreadyEnrolled, NotAllowed, NotAMember, NotWaiting, NoVault
from amana.people.events import Tag
from amana.people.models import KEY_ROLES, Officer, OfficerKey, UnitKey, UnitKeyGrant
from amana.people.policies import Action, Staff, require
from amana.people.services import unit_keys
from amana.people.vault import OpenVault, close_all_vaults, officer_context

MIN_PASSPHRASE: Final = 12


def provision(*, agency: Agency) -> int:
    """Give every unit without a key its first pair, held by the node until people are there, and
    finish what a crash may have left. Returns how many were made; a second time changes nothing."""
    has_key = UnitKey.objects.filter(unit=OuterRef("pk"), retired_at__isnull=True)
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)  # two starting at once: one makes
        units = list(Unit.objects.filter(~Exists(has_key), agency=agency).order_by("code"))
        for unit in units:
            unit_keys.make_key(unit, holders=[])
    unit_keys.sweep_bootstraps()
    return len(units)


def enrol_officer_key(
    *, officer: Officer, passphrase: str, cost: passphrases.Cost = passphrases.VAULT_COST
) -> OfficerKey:
    """Make the officer's own pair and lock its private half under her passphrase. If she is the
    first in a provisional unit, the node admits her now.

    Raises `AlreadyEnrolled`, `UnusablePassphrase`, `Busy`."""
    pair = pairs.new_pair()
    key = OfficerKey(
        agency_id=officer.agency_id, officer=officer, public=pair.public, created_at=now()
    )
    key.locked_private = passphrases.lock(
        passphrase, pair.private, context=officer_context(key.id), cost=cost
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                key.save(force_insert=True)
        except IntegrityError:
            raise AlreadyEnrolled from None
        record(_officer_act(Tag.KEY_ENROL, officer))
        for unit_id in _key_units(officer.id):
            unit_keys.admit_first(unit_id)
    return key


def change_passphrase(*, officer: Officer, old: str, new: str) -> None:
    """Lock the same private half under other words. Raises `NoVault`, `WrongPassphrase`, `Busy`,
    `UnusablePassphrase`."""
    key = selectors.active_key(officer.id)
    if key is None or key.locked_private is None:
        raise NoVault
    context = officer_context(key.id)
    private = passphrases.unlock(old, bytes(key.locked_private), context=context)
    locked = passphrases.lock(new, private, context=context)
    with transaction.atomic():
        OfficerKey.objects.filter(pk=key.pk, active=True).update(locked_private=locked)
        close_all_vaults(officer.id)
        record(_officer_act(Tag.VAULT_CHANGE, officer))


@transaction.atomic
def admit(*, staff: Staff, newcomer: Officer, unit_id: UUID) -> None:
    """Let a newcomer into a unit whose key the admitting member holds: she is given the current
    version and the older ones the member opens. With the second member a provisional unit gets a
    new pair, and the node's bootstrap keys are destroyed.

    Raises `NotAllowed`, `NotAMember` (also when the vault is closed), `NotWaiting`."""
    require(staff, Action.ADMIT_MEMBER, unit_id)
    if staff.vault is None:
        raise NotAMember
    unit = unit_keys.lock_unit(unit_id)
    current = selectors.current_key(unit.id)
    held = _held_versions(staff.vault, unit)
    if current not in held:
        raise NotAMember
    key = selectors.waiting(unit.id).filter(officer=newcomer).first()
    if key is None:
        raise NotWaiting
    for version, private in held.items():
        unit_keys.grant(version, private, key)
    record(unit_keys.admission(staff.actor(Action.ADMIT_MEMBER, unit_id), unit, key))
    if current.provisional:
        unit_keys.make_key(unit, holders=list(selectors.members(unit.id)))
        unit_keys.destroy_bootstraps(unit)


def _held_versions(vault: OpenVault, unit: Unit) -> dict[UnitKey, bytes]:
    privates = vault.all_unit_privates([unit.id])
    versions = UnitKey.objects.filter(pk__in=list(privates))
    return {version: privates[version.pk] for version in versions}


@transaction.atomic
def reset_passphrase(*, staff: Staff, officer: Officer) -> None:
    """End an officer's pair, since its passphrase is lost or known to others. She makes a new one
    at her next sign-in and is admitted again; until then her units go on without her.

    Raises `NotAllowed`."""
    require(staff, Action.MANAGE_PEOPLE)
    if officer.agency_id != staff.agency_id:
        raise NotAllowed
    retire_officer_key(officer)
    record(_officer_act(Tag.KEY_RESET, officer, staff))


def retire_officer_key(officer: Officer) -> None:
    """Destroy the private half, the open vaults and every grant of an officer's pair."""
    close_all_vaults(officer.id)
    OfficerKey.objects.filter(officer=officer, active=True).update(
        active=False, locked_private=None
    )
    held = UnitKeyGrant.objects.filter(officer_key__officer=officer)
    for unit_id in sorted(set(held.values_list("unit_key__unit_id", flat=True))):
        unit_keys.lose_member(unit_id, officer.id)


@transaction.atomic
def forget_unit_key(*, unit_key_id: UUID) -> None:
    """Destroy every way to a retired version, once nothing is wrapped to it any more.

    For the room that re-wrapped; does nothing to a version that still seals."""
    key = UnitKey.objects.select_related("unit").get(pk=unit_key_id)
    if key.retired_at is None:
        raise ValueError("this version still seals")
    UnitKeyGrant.objects.filter(unit_key=key).delete()
    UnitKey.objects.filter(pk=key.pk).update(provisional=False, bootstrap=None)
    record(unit_keys.unit_act(Tag.UNIT_KEY_FORGET, NODE, key.unit, {"version": key.version}))
    transaction.on_commit(unit_keys.sweep_bootstraps)


def _key_units(officer_id: UUID) -> list[UUID]:
    placed = selectors.active_placements().filter(officer_id=officer_id, role__in=KEY_ROLES)
    return sorted(set(placed.values_list("unit_id", flat=True)))


def _officer_act(tag: Tag, officer: Officer, staff: Staff | None = None) -> Act:
    actor = staff.actor(Action.MANAGE_PEOPLE) if staff else Actor("officer", officer.pseudonym)
    return Act(
        tag=tag,
        actor=actor,
        agency_id=officer.agency_id,
        subject="officer",
        subject_id=officer.id,
    )
