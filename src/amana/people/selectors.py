# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads about people, where they are placed, and which keys are in use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from amana.agencies.models import Unit
from amana.config.statements import Statement
from amana.people.errors import UnitWithoutKey
from amana.people.models import (
    KEY_ROLES,
    Officer,
    OfficerKey,
    Placement,
    Role,
    UnitKey,
    UnitKeyGrant,
)


@dataclass(frozen=True, slots=True)
class SealingKey:
    """What is needed to give something to a unit: no secret in it."""

    unit_id: UUID
    unit_key_id: UUID
    public: bytes


def sealing_keys(unit_ids: Collection[UUID]) -> dict[UUID, SealingKey]:
    """The current public keys of units, in one query. Raises `UnitWithoutKey` when one has none:
    what is sealed to nobody would be lost."""
    # Asked for every report that is filed: by hand it costs a tenth of what the ORM takes for it.
    wanted = [UnitKey._meta.pk.get_db_prep_value(unit, connection) for unit in set(unit_ids)]
    keys = {
        row.unit_id: row
        for row in (
            SealingKey(_uuid(unit), _uuid(key), bytes(public))
            for unit, key, public in _keys_of(len(wanted)).run(wanted)
        )
    }
    if len(keys) != len(set(unit_ids)):
        raise UnitWithoutKey
    return keys


@lru_cache(maxsize=64)
def _keys_of(units: int) -> Statement:
    marks = ", ".join(["%s"] * units) or "NULL"
    return Statement(
        "SELECT unit_id, id, public FROM people_unitkey "  # noqa: S608  (marks only)
        f"WHERE retired_at IS NULL AND unit_id IN ({marks})"
    )


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def current_key(unit_id: UUID) -> UnitKey:
    """The version that seals now. Raises `UnitWithoutKey`."""
    key = UnitKey.objects.filter(unit_id=unit_id, retired_at__isnull=True).first()
    if key is None:
        raise UnitWithoutKey
    return key


def retired_keys(unit_ids: Collection[UUID]) -> QuerySet[UnitKey]:
    """Versions that seal no more: what is still wrapped to them waits to be re-wrapped by a
    member who holds them; afterwards `services.forget_unit_key`."""
    return UnitKey.objects.filter(unit_id__in=unit_ids, retired_at__isnull=False).order_by(
        "unit_id", "version"
    )


def rewrappable_keys(officer_key_id: UUID) -> QuerySet[UnitKey]:
    """Retired versions that this officer key opens: her next signed-in work re-wraps them."""
    return UnitKey.objects.filter(
        retired_at__isnull=False, grants__officer_key_id=officer_key_id
    ).order_by("unit_id", "version")


def active_placements() -> QuerySet[Placement]:
    """Roles that are held now by people whose account is active."""
    return Placement.objects.filter(until__isnull=True, officer__is_active=True)


def active_key(officer_id: UUID) -> OfficerKey | None:
    """The officer's own pair, if she has enrolled one."""
    return OfficerKey.objects.filter(officer_id=officer_id, active=True).first()


def members(unit_id: UUID) -> QuerySet[OfficerKey]:
    """Keys of the enrolled, placed and admitted members: those who open the unit's current key."""
    granted = UnitKeyGrant.objects.filter(
        unit_key__unit_id=unit_id, unit_key__retired_at__isnull=True
    )
    return _enrolled(unit_id).filter(id__in=granted.values("officer_key_id"))


def waiting(unit_id: UUID) -> QuerySet[OfficerKey]:
    """Keys of those who are placed and enrolled but not admitted yet, first come first."""
    return _enrolled(unit_id).exclude(id__in=members(unit_id).values("id"))


def _enrolled(unit_id: UUID) -> QuerySet[OfficerKey]:
    placed = active_placements().filter(unit_id=unit_id, role__in=KEY_ROLES)
    return (
        OfficerKey.objects.filter(active=True, officer_id__in=placed.values("officer_id"))
        .select_related("officer")
        .order_by("created_at", "id")
    )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who waits to be let into a unit."""

    officer: Officer
    officer_key: OfficerKey
    unit: Unit


def waiting_newcomers(officer_key_id: UUID) -> list[Newcomer]:
    """Whom the holder of this key may admit, over all units whose current key she opens."""
    units = Unit.objects.filter(
        keys__retired_at__isnull=True, keys__grants__officer_key_id=officer_key_id
    ).order_by("code")
    return [Newcomer(key.officer, key, unit) for unit in units for key in waiting(unit.id)[:100]]


def provisional_units(agency_id: UUID) -> QuerySet[Unit]:
    """Units with fewer than two members: the node itself still holds a key to what they get."""
    return Unit.objects.filter(
        agency_id=agency_id, keys__retired_at__isnull=True, keys__provisional=True
    ).order_by("code")


def officers(agency_id: UUID, *, search: str = "") -> QuerySet[Officer]:
    """The accounts of an agency by name."""
    rows = Officer.objects.filter(agency_id=agency_id).order_by("name", "id")
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(login__icontains=search))
    return rows


def administrators(agency_id: UUID) -> QuerySet[Officer]:
    """Active accounts that may make accounts and have taken up their own."""
    placed = active_placements().filter(agency_id=agency_id, role=Role.ADMINISTRATOR)
    return Officer.objects.filter(
        id__in=placed.values("officer_id"), is_active=True, last_login__isnull=False
    )
