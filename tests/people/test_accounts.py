# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts by invitation: who may, once and in time, what a reset ends, and what the log says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.config.env import env
from amana.journal.models import Event
from amana.people import selectors, services, vault
from amana.people.errors import (
    BadInvitation,
    LastAdministrator,
    LoginTaken,
    NotAllowed,
    NotPlaced,
)
from amana.people.events import Tag
from amana.people.models import Invitation, Officer, OfficerKey, Placement, Role, VaultSession
from amana.people.policies import Staff, staff_for
from amana.people.services import accounts
from tests.people import builders as make

pytestmark = pytest.mark.db
KEYLESS = [Role.AUDITOR, Role.CUSTODIAN]
NOT_ADMINISTRATORS = [role for role in Role if role != Role.ADMINISTRATOR]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is tested beside this file."""
    monkeypatch.setattr(accounts, "make_password", lambda password: f"hashed:{password}")


@pytest.fixture
def house() -> tuple[Agency, Unit, Staff]:
    agency, (unit,) = make.agency_with_units("centre")
    return agency, unit, make.administrator(agency, unit)


def invited(staff: Staff, login: str = "salma") -> tuple[Officer, str]:
    return services.invite(staff=staff, login=login, name="Salma", language="ar", gender="woman")


def leaves(officer: Officer) -> list[str]:
    rows = Event.objects.filter(subject_id=officer.id).order_by("at", "id")
    return list(rows.values_list("tag", flat=True))


def test_an_invited_officer_has_no_password_until_she_takes_her_code_up(
    house: tuple[Agency, Unit, Staff],
) -> None:
    officer, code = invited(house[2])
    assert officer.password == "hashed:None"
    taken = services.accept_invitation(code=code, password="secret words")
    assert taken.pk == officer.pk
    assert Officer.objects.get(pk=officer.pk).password == "hashed:secret words"
    assert leaves(officer) == [Tag.ACCOUNT_CREATE, Tag.INVITATION_ISSUE, Tag.INVITATION_ACCEPT]


def test_the_code_is_stored_nowhere(house: tuple[Agency, Unit, Staff]) -> None:
    _, code = invited(house[2])
    row = Invitation.objects.get()
    kept = [str(value) for value in row.__dict__.values()]
    bodies = [bytes(body or b"").decode() for body in Event.objects.values_list("body", flat=True)]
    assert not [one for one in (*kept, *bodies) if code in one or code.replace("-", "") in one]


def test_a_code_works_once(house: tuple[Agency, Unit, Staff]) -> None:
    officer, code = invited(house[2])
    services.accept_invitation(code=code, password="first words")
    with pytest.raises(BadInvitation):
        services.accept_invitation(code=code, password="second words")
    assert Officer.objects.get(pk=officer.pk).password == "hashed:first words"


@pytest.mark.parametrize(("days", "works"), [(0, True), (6.9, True), (7, False), (400, False)])
def test_a_code_works_for_seven_days(
    house: tuple[Agency, Unit, Staff], days: float, works: bool
) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        _, code = invited(house[2])
    with time_machine.travel(moment + timedelta(days=days), tick=False):
        if works:
            services.accept_invitation(code=code, password="words")
        else:
            with pytest.raises(BadInvitation):
                services.accept_invitation(code=code, password="words")


@pytest.mark.parametrize("code", ["", "x", "7KQ2-7KQ2-7KQ2-7KQ2-7KQ2", "\0", "٠" * 500])
def test_a_code_that_nobody_made_opens_nothing(
    house: tuple[Agency, Unit, Staff], code: str
) -> None:
    invited(house[2])
    with pytest.raises(BadInvitation):
        services.accept_invitation(code=code, password="words")
    with pytest.raises(BadInvitation):
        services.accept_first(code=code, login="x", name="X", password="words", language="en")


def test_a_colleagues_code_makes_no_administrator_and_the_first_code_no_colleague(
    house: tuple[Agency, Unit, Staff],
) -> None:
    agency, _, staff = house
    _, code = invited(staff)
    with pytest.raises(BadInvitation):
        services.accept_first(code=code, login="x", name="X", password="words", language="en")
    first = services.first_code(agency=agency)
    assert first is not None
    with pytest.raises(BadInvitation):
        services.accept_invitation(code=first, password="words")


def test_the_code_of_an_account_that_was_ended_is_worth_nothing(
    house: tuple[Agency, Unit, Staff],
) -> None:
    officer, code = invited(house[2])
    services.disable(staff=house[2], officer=officer)
    with pytest.raises(BadInvitation):
        services.accept_invitation(code=code, password="words")
    assert not Officer.objects.get(pk=officer.pk).is_active


@pytest.mark.parametrize("role", NOT_ADMINISTRATORS)
def test_only_an_administrator_makes_resets_and_ends_accounts(role: Role) -> None:
    agency, (unit,) = make.agency_with_units("centre")
    other = make.officer(agency)
    staff = staff_for(make.placed(agency, unit, role, enrolled=role not in KEYLESS))
    before = Officer.objects.count()
    acts: tuple[Callable[[], object], ...] = (
        lambda: invited(staff),
        lambda: services.reset_access(staff=staff, officer=other),
        lambda: services.reset_passphrase(staff=staff, officer=other),
        lambda: services.disable(staff=staff, officer=other),
        lambda: services.place(staff=staff, officer=other, unit=unit, role=Role.ADMINISTRATOR),
        lambda: services.end_placement(staff=staff, placement_id=uuid4()),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert Officer.objects.count() == before
    assert Officer.objects.get(pk=other.pk).is_active


@pytest.mark.parametrize("typed", ["SALMA", " salma ", "ｓalma"])
def test_a_name_that_is_taken_makes_no_second_account(
    house: tuple[Agency, Unit, Staff], typed: str
) -> None:
    invited(house[2])
    before = Event.objects.count(), Invitation.objects.count()
    with pytest.raises(LoginTaken):
        invited(house[2], typed)
    assert (Event.objects.count(), Invitation.objects.count()) == before


def test_the_first_code_stays_the_same_and_is_renewed_while_nobody_used_it() -> None:
    agency, _ = make.agency_with_units("centre")
    moment = now()
    with time_machine.travel(moment, tick=False):
        code = services.first_code(agency=agency)
    with time_machine.travel(moment + timedelta(days=6), tick=False):
        assert services.first_code(agency=agency) == code
    assert code is not None
    with time_machine.travel(moment + timedelta(days=12), tick=False):
        first = services.accept_first(
            code=code, login="Huda", name="Huda", password="words", language="ar"
        )
    assert first.login == "huda"
    (placement,) = Placement.objects.filter(officer=first)
    assert placement.role == Role.ADMINISTRATOR


def test_a_lost_file_of_the_first_code_makes_a_new_one_and_ends_the_old() -> None:
    agency, _ = make.agency_with_units("centre")
    old = services.first_code(agency=agency)
    path = env().run_folder / accounts.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    new = services.first_code(agency=agency)
    assert old is not None
    assert new not in (None, old)
    assert Invitation.objects.filter(used_at=None).count() == 1
    with pytest.raises(BadInvitation):
        services.accept_first(code=old, login="x", name="X", password="words", language="en")


def test_an_unreadable_file_of_the_first_code_is_replaced() -> None:
    agency, _ = make.agency_with_units("centre")
    services.first_code(agency=agency)
    path = env().run_folder / accounts.FILE
    path.write_bytes(b"\xff\xfe")
    code = services.first_code(agency=agency)
    assert code is not None
    assert path.read_text().strip() == code


def test_there_is_no_first_code_once_an_administrator_has_signed_in() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    assert services.first_code(agency=agency) is not None
    person = make.placed(agency, unit, Role.ADMINISTRATOR, enrolled=False)
    assert services.first_code(agency=agency) is not None
    Officer.objects.filter(pk=person.pk).update(last_login=now())
    assert services.first_code(agency=agency) is None
    assert not (env().run_folder / accounts.FILE).exists()
    assert not Invitation.objects.filter(used_at=None).exists()


def test_a_reset_ends_password_factors_vault_and_open_codes(
    house: tuple[Agency, Unit, Staff],
) -> None:
    agency, unit, staff = house
    officer = make.placed(agency, unit)
    token = vault.open_vault(officer=officer, passphrase=make.PASSPHRASE)
    assert token
    Authenticator.objects.create(user=officer, type="totp", data={"secret": "x"})
    first = services.reset_access(staff=staff, officer=officer)
    second = services.reset_access(staff=staff, officer=officer)
    assert not Authenticator.objects.filter(user=officer).exists()
    assert not VaultSession.objects.filter(officer_key__officer=officer).exists()
    assert selectors.active_key(officer.id) is None
    assert all(key.locked_private is None for key in OfficerKey.objects.filter(officer=officer))
    assert not Officer.objects.get(pk=officer.pk).has_usable_password()
    with pytest.raises(BadInvitation):
        services.accept_invitation(code=first, password="words")
    services.accept_invitation(code=second, password="words")
    assert [tag for tag in leaves(officer) if tag in (Tag.FACTOR_RESET, Tag.KEY_RESET)] == [
        Tag.FACTOR_RESET,
        Tag.KEY_RESET,
    ] * 2


def test_nobody_resets_an_ended_account_or_one_of_another_agency(
    house: tuple[Agency, Unit, Staff],
) -> None:
    agency, _, staff = house
    ended = make.officer(agency)
    services.disable(staff=staff, officer=ended)
    foreign = make.officer(make.agency_with_units("centre")[0])
    for officer in (ended, foreign):
        with pytest.raises(NotAllowed):
            services.reset_access(staff=staff, officer=officer)
    with pytest.raises(NotAllowed):
        services.disable(staff=staff, officer=foreign)
    with pytest.raises(NotAllowed):
        services.operator_reset(login=ended.login)
    with pytest.raises(NotAllowed):
        services.operator_reset(login="nobody")


def test_the_operator_helps_whatever_letters_she_types(house: tuple[Agency, Unit, Staff]) -> None:
    officer, _ = invited(house[2], "Straße")
    *earlier, last = [
        services.operator_reset(login=typed) for typed in (officer.login, "STRASSE ", "straße")
    ]
    for code in earlier:
        with pytest.raises(BadInvitation):
            services.accept_invitation(code=code, password="other words")
    assert services.accept_invitation(code=last, password="words") == officer
    officer.refresh_from_db()
    assert officer.has_usable_password()


def test_an_account_with_two_seats_of_the_last_administrator_is_not_ended_by_halves() -> None:
    agency, (one, two) = make.agency_with_units("centre", "aqaba")
    person = make.placed(agency, one, Role.ADMINISTRATOR, enrolled=False)
    staff = staff_for(person)
    services.place(staff=staff, officer=person, unit=two, role=Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        services.disable(staff=staff, officer=person)
    assert selectors.active_placements().filter(officer=person).count() == 2
    assert Officer.objects.get(pk=person.pk).is_active
    seat = selectors.active_placements().get(officer=person, unit=two)
    services.end_placement(staff=staff, placement_id=seat.pk)
    with pytest.raises(NotPlaced):
        services.end_placement(staff=staff, placement_id=seat.pk)
    last = selectors.active_placements().get(officer=person)
    with pytest.raises(LastAdministrator):
        services.end_placement(staff=staff, placement_id=last.pk)


def test_an_invited_administrator_who_never_came_does_not_count_as_another() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    person = make.placed(agency, unit, Role.ADMINISTRATOR, enrolled=False)
    Officer.objects.filter(pk=person.pk).update(last_login=now())
    make.placed(agency, unit, Role.ADMINISTRATOR, enrolled=False)
    with pytest.raises(LastAdministrator):
        services.disable(staff=staff_for(person), officer=person)


def test_the_seat_of_another_agency_does_not_exist_here(house: tuple[Agency, Unit, Staff]) -> None:
    agency, (unit,) = make.agency_with_units("centre")
    make.placed(agency, unit)
    foreign = selectors.active_placements().get(agency_id=agency.id)
    with pytest.raises(NotPlaced):
        services.end_placement(staff=house[2], placement_id=foreign.pk)


def test_an_ended_account_is_placed_nowhere(house: tuple[Agency, Unit, Staff]) -> None:
    agency, unit, staff = house
    officer = make.officer(agency)
    services.disable(staff=staff, officer=officer)
    officer.refresh_from_db()
    with pytest.raises(NotAllowed):
        services.place(staff=staff, officer=officer, unit=unit, role=Role.INVESTIGATOR)


def test_when_the_leaf_cannot_be_written_there_is_no_account(
    house: tuple[Agency, Unit, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*acts: object) -> None:
        raise RuntimeError("the journal is away")

    monkeypatch.setattr(accounts, "record", fails)
    before = Officer.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        invited(house[2])
    assert Officer.objects.count() == before


def test_signing_everybody_out_ends_sessions_and_vaults_and_nothing_else(
    house: tuple[Agency, Unit, Staff],
) -> None:
    agency, unit, _ = house
    officer = make.placed(agency, unit)
    vault.open_vault(officer=officer, passphrase=make.PASSPHRASE)
    Session.objects.create(session_key="a" * 40, session_data="x", expire_date=now())
    services.end_all_sessions()
    assert not Session.objects.exists()
    assert not VaultSession.objects.exists()
    vault.open_vault(officer=officer, passphrase=make.PASSPHRASE)


@pytest.mark.parametrize("by", ["seat", "account"])
def test_access_ends_also_when_the_clock_was_set_back(
    house: tuple[Agency, Unit, Staff], by: str
) -> None:
    agency, unit, staff = house
    moment = now()
    with time_machine.travel(moment + timedelta(days=30), tick=False):
        officer = make.placed(agency, unit)
    with time_machine.travel(moment, tick=False):
        seat = selectors.active_placements().get(officer=officer)
        if by == "seat":
            services.end_placement(staff=staff, placement_id=seat.pk)
        else:
            services.disable(staff=staff, officer=officer)
    assert not selectors.active_placements().filter(officer=officer).exists()
