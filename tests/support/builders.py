# SPDX-License-Identifier: AGPL-3.0-or-later
"""A node as it stands after its first start, officers at work in it, and reports as people file
them. Plain functions; everything lies in the test's own database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from django.db import transaction
from django.db.models import Model

from amana import journey
from amana.agencies.models import Agency, Unit
from amana.agencies.selectors import forget_shown
from amana.agencies.services import apply_pack
from amana.config.bulk import insert
from amana.config.clock import now
from amana.config.env import env
from amana.config.node import keyring
from amana.journal.events import NODE
from amana.journal.models import Event
from amana.journey import Filed
from amana.kernel.sealing import passphrases
from amana.kernel.sealing.keyring import Keyring
from amana.kernel.sealing.receipts import new_receipt_code
from amana.packs import load_pack
from amana.people import selectors, services
from amana.people.models import KEY_ROLES, Officer, Role, UnitKey, UnitKeyGrant
from amana.people.policies import Staff, staff_for
from amana.people.services.placements import begin_placement
from amana.people.vault import OpenVault, officer_context
from amana.referral import services as referral
from amana.reports.intake import Intake
from amana.reports.models import Report
from amana.reports.questionnaire.types import Json
from amana.triage.services import Finding

PASSPHRASE = "four plain words here"
# One guess costs nothing here; what Argon2id itself does is tested in the kernel.
CHEAP = passphrases.Cost(memory_kib=8, passes=1, lanes=1)
NARRATIVE = "He says he will send my pictures to my family."
_number = count(1)


def node(pack: str = "jo") -> Agency:
    """The agency of a country pack with all its units, each with a provisional key."""
    Keyring.ensure(env().key_folder)
    forget_shown()
    standing = _standing.get((pack, env().key_folder))
    if standing is not None and not Agency.objects.exists():
        return standing.put_back()
    fresh_start = not Agency.objects.exists()
    agency = apply_pack(pack=load_pack(pack))
    services.provision(agency=agency)
    if fresh_start:
        _standing[pack, env().key_folder] = _Standing.of_now()
    return agency


@dataclass(frozen=True)
class _Standing:
    """A node after its first start, as rows and key files. Making it costs a hundred times what
    putting it back does, and nearly every test begins with one."""

    rows: list[Model]
    keys: dict[str, bytes]

    @classmethod
    def of_now(cls) -> _Standing:
        rows: list[Model] = []
        for model in (Agency, Unit, UnitKey, UnitKeyGrant, Event):
            rows.extend(model._default_manager.order_by("pk"))
        ring = keyring()
        held = [str(row.pk) for row in rows if isinstance(row, UnitKey)]
        return cls(rows, {name: ring.bootstrap_get(name) for name in held})

    def put_back(self) -> Agency:
        with transaction.atomic():
            insert(copy(row) for row in self.rows)
        ring = keyring()
        for name, private in self.keys.items():
            ring.bootstrap_put(name, private)
        return Agency.objects.get()


_standing: dict[tuple[str, Path], _Standing] = {}


def unit(code: str) -> Unit:
    """A unit by the code of its pack, such as `jo/ccu/aqaba`."""
    return Unit.objects.get(code=code)


def officer(agency: Agency, *, gender: str = "") -> Officer:
    """An active account with a vault, placed nowhere yet."""
    person = Officer(
        agency=agency,
        login=f"desk{next(_number)}",
        name="Officer",
        language="en",
        gender=gender,
        created_at=now(),
    )
    person.set_unusable_password()
    person.save()
    services.enrol_officer_key(officer=person, passphrase=PASSPHRASE, cost=CHEAP)
    return person


def place(person: Officer, code: str, *roles: Role) -> Staff:
    """Give roles in a unit, and have her admitted by a member where one is there already."""
    at = unit(code)
    for role in roles:
        begin_placement(officer=person, unit=at, role=role, actor=NODE)
    if KEY_ROLES & set(roles) and selectors.waiting(at.id).filter(officer=person).exists():
        member = selectors.members(at.id).first()
        assert member is not None
        services.admit(staff=at_work(member.officer), newcomer=person, unit_id=at.id)
    return at_work(person)


def staff(agency: Agency, code: str, *roles: Role, gender: str = "") -> Staff:
    """An officer at her desk in a unit, vault open. Without roles: an investigator."""
    return place(officer(agency, gender=gender), code, *(roles or (Role.INVESTIGATOR,)))


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
    """The officer as she acts now: her roles and her open vault, read anew."""
    return staff_for(person, vault_of(person))


def again(who: Staff) -> Staff:
    """The same officer in her next request: what she holds may have changed meanwhile."""
    return at_work(Officer.objects.get(pk=who.officer_id))


def answers(**changed: Json) -> dict[str, Json]:
    """A report of blackmail in Aqaba with a known number, as the questionnaire hands it on."""
    said: dict[str, Json] = {
        "role": "victim",
        "offences": ["X1"],
        "category": "X1",
        "minor": "no",
        "ongoing": "no",
        "victim_country": "JO",
        "victim_region": "JO-AQ",
        "suspect_location": "unknown",
        "identifiers": [{"type": "phone", "value": "+962791234567"}],
        "narrative": NARRATIVE,
        "identity": "anonymous",
        "consents": ["police"],
    }
    said.update(changed)
    return {key: value for key, value in said.items() if value is not None}


NAMED: dict[str, Json] = {
    "identity": "named",
    "person": {"name": "Salma"},
    "safe_contact": {"channel": "phone", "value": "+962790000000", "hours": "mornings"},
}
"""Answers of somebody who gives her name."""


def filed(agency: Agency, *, origin: str = "report", pin: str | None = None, **said: Json) -> Filed:
    """A report filed through the journey; `said` changes single answers (None leaves one out)."""
    return _file(agency, said, origin=origin, pin=pin)


def report(agency: Agency, **said: Json) -> Report:
    """The report alone, read anew from the database."""
    return fresh(_file(agency, said).report)


def _file(
    agency: Agency, said: Mapping[str, Json], *, origin: str = "report", pin: str | None = None
) -> Filed:
    intake = Intake(
        agency=agency,
        origin=origin,
        language="ar",
        answers=answers(**said),
        code=new_receipt_code(),
        pin=pin,
    )
    return journey.file(intake)


def fresh(which: Report) -> Report:
    """The report as the database has it now."""
    return Report.objects.select_related("agency", "assessment").get(pk=which.pk)


def tags(which: Report) -> Sequence[str]:
    """The tags of all leaves about a report, in their order."""
    return list(
        Event.objects.filter(subject_id=which.pk).order_by("at", "id").values_list("tag", flat=True)
    )


def finding(**changed: object) -> Finding:
    """A diagnosis of the report that `answers` files."""
    said: dict[str, object] = {
        "online": "yes",
        "identifiers": "some",
        "jurisdiction": "domestic",
        "elements": "present",
        "platform": "whatsapp",
        "offences": ["X1"],
        "note": "The number is known from another report.",
    }
    said.update(changed)
    return Finding(**said)  # type: ignore[arg-type]


def diagnosed(who: Staff, which: Report, **changed: object) -> Report:
    """The report with a diagnosis by this officer."""
    referral.record_diagnosis(staff=who, report=which, finding=finding(**changed))
    return fresh(which)


def notified(who: Staff, which: Report, office: str = "jo/pp/aqaba") -> Report:
    """The report with a diagnosis and a notice to a prosecution office."""
    diagnosed(who, which)
    referral.notify_prosecutor(staff=who, report=which, office=unit(office), statement="Please.")
    return fresh(which)


def instructed(who: Staff, which: Report, *actions: str, office: str = "jo/pp/aqaba") -> Report:
    """The report with an instruction of its prosecution office for each of these acts."""
    notified(who, which, office)
    for action in actions:
        referral.record_instruction(
            staff=who,
            report=which,
            office=unit(office),
            action=action,
            authority="Public prosecutor, Aqaba",
            legal_basis="Code of criminal procedure, article 20",
            given_on=now().date(),
            text="Go on.",
        )
    return fresh(which)
