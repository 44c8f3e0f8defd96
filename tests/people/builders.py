# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agency with units and officers, as small as a test needs it. Plain functions, no fixtures."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from amana.agencies.models import Agency, Unit, UnitKind
from amana.config.clock import now
from amana.config.env import env
from amana.journal.events import NODE
from amana.kernel.sealing import pairs, passphrases
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import CannotOpen
from amana.kernel.sealing.keyring import Keyring
from amana.people import selectors
from amana.people.models import Officer, OfficerKey, Role
from amana.people.policies import Staff, staff_for
from amana.people.services import enrol_officer_key, provision
from amana.people.services.placements import begin_placement
from amana.people.vault import OpenVault, officer_context

PASSPHRASE = "four plain words here"
PASSWORD = "a long enough password"
# One guess costs nothing here; what Argon2id itself does is tested in the kernel.
CHEAP = passphrases.Cost(memory_kib=8, passes=1, lanes=1)
_number = count(1)


def agency_with_units(*codes: str, keys: bool = True) -> tuple[Agency, list[Unit]]:
    """An agency, its units, and (unless told otherwise) their provisional keys."""
    Keyring.ensure(env().key_folder)
    agency = Agency.objects.create(
        code=f"agency-{next(_number)}",
        pack="jo",
        pack_version="1",
        names={"en": "Agency"},
        created_at=now(),
    )
    units = [
        Unit.objects.create(
            agency=agency, code=code, kind=UnitKind.CENTRE, names={"en": code.title()}
        )
        for code in codes or ("centre",)
    ]
    if keys:
        provision(agency=agency)
    return agency, units


def officer(agency: Agency, login: str = "", *, password: str = "") -> Officer:
    """An active account; with a password only when one is asked for (hashing takes a while)."""
    person = Officer(
        agency=agency,
        login=login or f"officer{next(_number)}",
        name="Officer",
        language="en",
        created_at=now(),
    )
    if password:
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    return person


def placed(
    agency: Agency, unit: Unit, role: Role = Role.INVESTIGATOR, *, enrolled: bool = True
) -> Officer:
    """An officer in a unit, with a vault of her own unless told otherwise."""
    person = officer(agency)
    begin_placement(officer=person, unit=unit, role=role, actor=NODE)
    if enrolled:
        enrol(person)
    return person


def enrol(person: Officer) -> OfficerKey:
    return enrol_officer_key(officer=person, passphrase=PASSPHRASE, cost=CHEAP)


def administrator(agency: Agency, unit: Unit) -> Staff:
    """Somebody who may place people, and holds no key."""
    return staff_for(placed(agency, unit, Role.ADMINISTRATOR, enrolled=False))


def vault_of(person: Officer) -> OpenVault:
    """Her open vault, without a browser."""
    key = selectors.active_key(person.id)
    assert key is not None
    assert key.locked_private is not None
    private = passphrases.unlock(
        PASSPHRASE, bytes(key.locked_private), context=officer_context(key.id)
    )
    return OpenVault(person.id, key.id, private)


def at_work(person: Officer) -> Staff:
    """The officer as she acts: her roles and her open vault."""
    return staff_for(person, vault_of(person))


def sealed_for(unit: Unit) -> tuple[bytes, object]:
    """Something given to a unit now, and the version it was sealed to."""
    key = selectors.sealing_keys([unit.id])[unit.id]
    return pairs.wrap(key.public, b"what she wrote", context=join("test")), key.unit_key_id


def opens(vault: OpenVault, given: tuple[bytes, object]) -> bool:
    """Whether this vault reads what was given: really opened, not asked."""
    wrapped, version = given
    for key_id, private in vault.all_unit_privates(_all_units()).items():
        try:
            if pairs.unwrap(private, wrapped, context=join("test")) == b"what she wrote":
                return bool(key_id == version)
        except CannotOpen:
            continue
    return False


def _all_units() -> list[UUID]:
    return list(Unit.objects.values_list("id", flat=True))
