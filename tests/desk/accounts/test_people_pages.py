# SPDX-License-Identifier: AGPL-3.0-or-later
"""Administrators make accounts and place people; members admit; nobody else sees these pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.people import selectors, services
from amana.people.errors import NotAllowed
from amana.people.models import Invitation, Officer, Role
from tests.desk.accounts import steps
from tests.desk.accounts.steps import PASSWORD, Desk
from tests.people import builders as make

pytestmark = pytest.mark.db


def node_with_an_administrator() -> tuple[Agency, Unit, Desk]:
    agency, (unit,) = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk, "boss")
    return agency, unit, desk


def place(desk: Desk, officer: Officer, unit: Unit, role: Role = Role.INVESTIGATOR) -> None:
    path = f"/desk/people/{officer.pk}/"
    steps.went_to(desk.post(f"{path}place/", unit=str(unit.pk), role=str(role)), path)


def test_two_people_are_invited_placed_and_admit_each_other() -> None:
    agency, unit, boss = node_with_an_administrator()
    assert "Provisional units" in steps.text(boss.get("/desk/people/"))
    anna, basma = Desk(), Desk()
    first, second = steps.join(boss, anna, "anna"), steps.join(boss, basma, "basma")
    place(boss, first, unit)
    given = make.sealed_for(unit)
    place(boss, second, unit)
    page = steps.text(anna.get("/desk/admit/"))
    assert "Name basma" in page
    digits = re.findall(r"<bdi>(\d{5})</bdi>", steps.text(basma.get("/desk/vault/")))
    assert len(digits) == 6
    assert re.findall(r"<bdi>(\d{5})</bdi>", page) == digits, "both see the same digits"
    steps.went_to(
        anna.post("/desk/admit/", officer=str(second.pk), unit=str(unit.pk)), "/desk/admit/"
    )
    assert "Nobody is waiting" in steps.text(anna.get("/desk/admit/"))
    assert make.opens(make.vault_of(second), given)
    assert "Provisional units" not in steps.text(boss.get("/desk/people/"))
    assert not selectors.current_key(unit.id).provisional
    del agency


def test_ending_a_role_ends_access_at_once() -> None:
    _, unit, boss = node_with_an_administrator()
    desk = Desk()
    officer = steps.join(boss, desk, "anna")
    place(boss, officer, unit)
    assert desk.get("/desk/admit/").status_code == 200
    row = selectors.active_placements().get(officer=officer)
    boss.post(f"/desk/people/placements/{row.pk}/end/")
    assert desk.get("/desk/admit/").status_code == 404
    assert not make.opens(make.vault_of(officer), make.sealed_for(unit))


def test_a_reset_ends_sessions_and_begins_anew_with_a_code() -> None:
    _, unit, boss = node_with_an_administrator()
    desk = Desk()
    officer = steps.join(boss, desk, "anna")
    place(boss, officer, unit)
    page = boss.post(f"/desk/people/{officer.pk}/reset/")
    code = steps.code_on(page)
    assert desk.get("/desk/vault/").headers["Location"].startswith("/desk/sign-in/")
    assert Desk().post("/desk/sign-in/", login="anna", password=PASSWORD).status_code == 422
    assert not Authenticator.objects.filter(user_id=officer.pk).exists()
    again = Desk()
    response = again.post(
        "/desk/invitation/", code=code, password=PASSWORD + "!", again=PASSWORD + "!"
    )
    steps.went_to(response, "/desk/factors/")
    steps.take_second_factor(again)
    steps.make_vault(again)
    assert make.opens(make.vault_of(officer), make.sealed_for(unit))


def test_a_disabled_officer_is_out() -> None:
    _, _, boss = node_with_an_administrator()
    desk = Desk()
    officer = steps.join(boss, desk, "anna")
    steps.went_to(boss.post(f"/desk/people/{officer.pk}/disable/"), "/desk/people/")
    assert desk.get("/desk/vault/").headers["Location"].startswith("/desk/sign-in/")
    assert Desk().post("/desk/sign-in/", login="anna", password=PASSWORD).status_code == 422


def test_the_last_administrator_cannot_leave() -> None:
    _, _, boss = node_with_an_administrator()
    row = selectors.active_placements().get()
    response = boss.client.post(f"/desk/people/placements/{row.pk}/end/", follow=True)
    assert "last administrator" in steps.text(response)
    assert selectors.active_placements().filter(pk=row.pk).exists()
    me = Officer.objects.get()
    boss.post(f"/desk/people/{me.pk}/disable/")
    me.refresh_from_db()
    assert me.is_active


def test_these_pages_do_not_exist_for_anybody_else() -> None:
    _, unit, boss = node_with_an_administrator()
    desk = Desk()
    officer = steps.join(boss, desk, "anna")
    place(boss, officer, unit, Role.SUPERVISOR)
    row = selectors.active_placements().get(officer=officer)
    path = f"/desk/people/{officer.pk}/"
    for answer in (
        desk.get("/desk/people/"),
        desk.post("/desk/people/", login="x", name="X", language="en"),
        desk.get(path),
        desk.post(f"{path}place/", unit=str(unit.pk), role="administrator"),
        desk.post(f"{path}reset/"),
        desk.post(f"{path}disable/"),
        desk.post(f"/desk/people/placements/{row.pk}/end/"),
    ):
        assert answer.status_code == 404
    assert boss.get("/desk/admit/").status_code == 404


def test_officers_of_another_agency_do_not_exist_here() -> None:
    _, unit, boss = node_with_an_administrator()
    foreign, (theirs,) = make.agency_with_units("theirs")
    stranger = make.placed(foreign, theirs)
    row = selectors.active_placements().get(officer=stranger)
    path = f"/desk/people/{stranger.pk}/"
    for answer in (
        boss.get(path),
        boss.post(f"{path}place/", unit=str(unit.pk), role="investigator"),
        boss.post(f"{path}reset/"),
        boss.post(f"{path}disable/"),
        boss.post(f"/desk/people/placements/{row.pk}/end/"),
    ):
        assert answer.status_code == 404
    mine = Officer.objects.get(login="boss")
    refused = boss.post(f"/desk/people/{mine.pk}/place/", unit=str(theirs.pk), role="investigator")
    assert refused.status_code == 422


def test_an_invitation_works_once_and_for_seven_days() -> None:
    _, _, boss = node_with_an_administrator()
    page = boss.post("/desk/people/", login="anna", name="Anna", language="fr")
    code = steps.code_on(page)
    assert code not in steps.text(boss.get("/desk/people/"))
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=False):
        late = Desk().post("/desk/invitation/", code=code, password=PASSWORD, again=PASSWORD)
        assert late.status_code == 422
    for expected in (302, 422):
        answer = Desk().post("/desk/invitation/", code=code, password=PASSWORD, again=PASSWORD)
        assert answer.status_code == expected
    assert Invitation.objects.filter(used_at__isnull=True).count() == 0


@pytest.mark.parametrize("login", ["BOSS", " boss ", "ｂｏｓｓ"])
def test_a_sign_in_name_is_given_once_however_it_is_written(login: str) -> None:
    _, _, boss = node_with_an_administrator()
    answer = boss.post("/desk/people/", login=login, name="Other", language="en")
    assert answer.status_code == 422
    assert Officer.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "not-a-uuid", "role": "investigator"},
        {"unit": "00000000-0000-7000-8000-000000000000", "role": "investigator"},
        {"role": "king"},
        {},
    ],
)
def test_bad_placements_are_said_on_the_page(fields: dict[str, Any]) -> None:
    _, _, boss = node_with_an_administrator()
    me = Officer.objects.get()
    answer = boss.post(f"/desk/people/{me.pk}/place/", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in steps.text(answer)


def test_pages_stand_in_arabic_with_names_isolated() -> None:
    _, _, boss = node_with_an_administrator()
    boss.post("/desk/language/", language="ar")
    page = steps.text(boss.get("/desk/people/"))
    assert 'dir="rtl"' in page
    assert '<bdi dir="ltr">boss</bdi>' in page


def test_the_last_administrator_who_lost_everything_is_helped_from_the_command_line() -> None:
    _, _, boss = node_with_an_administrator()
    code = services.operator_reset(login="BOSS")
    assert boss.get("/desk/people/").headers["Location"].startswith("/desk/sign-in/")
    desk = Desk()
    response = desk.post("/desk/invitation/", code=code, password=PASSWORD, again=PASSWORD)
    steps.went_to(response, "/desk/factors/")
    steps.take_second_factor(desk)
    steps.make_vault(desk)
    assert desk.get("/desk/people/").status_code == 200
    with pytest.raises(NotAllowed):
        services.operator_reset(login="nobody")


def test_a_restored_node_signs_everybody_out() -> None:
    _, _, boss = node_with_an_administrator()
    services.end_all_sessions()
    assert boss.get("/desk/people/").headers["Location"].startswith("/desk/sign-in/")
