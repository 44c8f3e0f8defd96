# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the code that the node prints to an open vault; and what happens when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from amana.config.clock import now
from amana.config.env import env
from amana.journal.models import Event
from amana.people import selectors
from amana.people.events import Tag
from amana.people.hashers import BoundedArgon2id
from amana.people.models import Invitation, Officer, Role, VaultSession
from amana.people.services import first_code
from amana.people.services.accounts import FILE
from tests.desk.accounts import steps
from tests.desk.accounts.steps import PASSPHRASE, PASSWORD, Desk
from tests.people import builders as make

pytestmark = pytest.mark.db


def test_the_first_administrator_comes_in_with_the_printed_code_and_the_code_is_used_up() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    code = first_code(agency=agency)
    steps.set_up(agency, desk)
    assert desk.get("/desk/people/").status_code == 200
    assert first_code(agency=agency) is None
    assert not (env().run_folder / FILE).exists()
    again = Desk().post(
        "/desk/setup/", code=code, login="x", name="X", password=PASSWORD, again=PASSWORD
    )
    assert again.status_code == 422
    assert Officer.objects.count() == 1


def test_the_printed_code_is_the_same_until_it_is_used_and_only_its_hash_is_stored() -> None:
    agency, _ = make.agency_with_units()
    code = first_code(agency=agency)
    assert code is not None
    assert first_code(agency=agency) == code
    path = env().run_folder / FILE
    assert path.read_text().strip() == code
    assert path.stat().st_mode & 0o777 == 0o600
    row = Invitation.objects.get()
    assert code.encode() not in bytes(row.code_id)
    path.unlink()
    other = first_code(agency=agency)
    assert other != code, "a lost file makes a new code, and the old one is dead"
    assert Invitation.objects.get().code_id != row.code_id


def test_the_code_is_taken_however_it_is_typed() -> None:
    agency, _ = make.agency_with_units()
    code = first_code(agency=agency)
    assert code is not None
    typed = code.lower().replace("-", " ").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    response = Desk().post(
        "/desk/setup/", code=typed, login="huda", name="هدى", password=PASSWORD, again=PASSWORD
    )
    steps.went_to(response, "/desk/factors/")


def test_a_half_made_administrator_does_not_lock_the_node() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    code = first_code(agency=agency)
    desk.post("/desk/setup/", code=code, login="a", name="A", password=PASSWORD, again=PASSWORD)
    assert first_code(agency=agency) not in {None, code}


def test_nobody_reaches_the_desk_with_a_password_alone() -> None:
    agency, _ = make.agency_with_units()
    steps.set_up(agency, Desk())
    desk = Desk()
    steps.went_to(
        desk.post("/desk/sign-in/", login="first", password=PASSWORD), "/desk/second-factor/"
    )
    for path in ("/desk/people/", "/desk/vault/", "/desk/admit/"):
        assert desk.get(path).headers["Location"].startswith("/desk/sign-in/")
    steps.went_to(desk.get("/desk/factors/"), "/desk/sign-in/")
    steps.went_to(desk.get("/desk/factors/codes/"), "/desk/sign-in/")


def test_an_account_without_a_second_factor_sees_nothing_but_its_enrolment() -> None:
    agency, _ = make.agency_with_units()
    make.officer(agency, "new", password=PASSWORD)
    desk = Desk()
    steps.went_to(desk.post("/desk/sign-in/", login="new", password=PASSWORD), "/desk/factors/")
    assert desk.get("/desk/vault/").headers["Location"].startswith("/desk/sign-in/")


def test_without_a_vault_every_page_leads_to_making_one() -> None:
    agency, _ = make.agency_with_units()
    make.officer(agency, "new", password=PASSWORD)
    desk = Desk()
    desk.post("/desk/sign-in/", login="new", password=PASSWORD)
    steps.take_second_factor(desk)
    steps.went_to(desk.get("/desk/people/"), "/desk/vault/")


def test_signing_in_a_second_time_opens_the_vault_and_goes_where_one_wanted_to() -> None:
    agency, _ = make.agency_with_units()
    first = Desk()
    secret = steps.set_up(agency, first)
    desk = Desk()
    wanted = desk.get("/desk/people/?q=secret").headers["Location"]
    assert wanted == "/desk/sign-in/?next=%2Fdesk%2Fpeople%2F"
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        desk.post("/desk/sign-in/", login="first", password=PASSWORD, next="/desk/people/")
        steps.went_to(
            desk.post("/desk/second-factor/", code=steps.totp_now(secret)), "/desk/vault/"
        )
        steps.went_to(desk.post("/desk/vault/", passphrase=PASSPHRASE), "/desk/people/")
        assert desk.get("/desk/people/").status_code == 200


@pytest.mark.parametrize("wish", ["https://elsewhere.example/", "//elsewhere.example", "/figures"])
def test_one_is_sent_nowhere_else_after_signing_in(wish: str) -> None:
    page = Client().get("/desk/sign-in/", {"next": wish})
    assert wish not in steps.text(page)


def test_a_totp_code_works_once() -> None:
    agency, _ = make.agency_with_units()
    secret = steps.set_up(agency, Desk())
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        code = steps.totp_now(secret)
        steps.sign_in(Desk(), "first", code)
        thief = Desk()
        thief.post("/desk/sign-in/", login="first", password=PASSWORD)
        assert thief.post("/desk/second-factor/", code=code).status_code == 422


def test_a_recovery_code_lets_in_once_and_arabic_digits_count() -> None:
    agency, _ = make.agency_with_units()
    make.officer(agency, "new", password=PASSWORD)
    desk = Desk()
    desk.post("/desk/sign-in/", login="new", password=PASSWORD)
    secret = steps.secret_on(desk.get("/desk/factors/"))
    desk.post("/desk/factors/", code=steps.totp_now(secret))
    codes = re.findall(r"<code>(\w+)</code>", steps.text(desk.get("/desk/factors/codes/")))
    assert len(codes) == 10
    desk.post("/desk/factors/codes/")
    steps.went_to(desk.get("/desk/factors/codes/"), "/desk/vault/")
    arabic = codes[0].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for tries, expected in ((1, 302), (2, 422)):
        other = Desk()
        other.post("/desk/sign-in/", login="new", password=PASSWORD)
        assert other.post("/desk/second-factor/", code=arabic).status_code == expected, tries


def test_a_wrong_passphrase_opens_nothing_and_says_so() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    desk.post("/desk/vault/close/")
    response = desk.post("/desk/vault/", passphrase="other words altogether")
    assert response.status_code == 422
    assert "not right" in steps.text(response)
    assert VaultSession.objects.count() == 0


def test_the_passphrase_must_not_be_the_password() -> None:
    agency, _ = make.agency_with_units()
    make.officer(agency, "new", password=PASSWORD)
    desk = Desk()
    desk.post("/desk/sign-in/", login="new", password=PASSWORD)
    steps.take_second_factor(desk)
    response = desk.post("/desk/vault/", passphrase=PASSWORD, again=PASSWORD)
    assert "other words than your password" in steps.text(response)


def test_signing_out_leaves_no_row_and_no_cookie() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    assert VaultSession.objects.count() == 1
    answer = desk.get("/desk/sign-out/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    steps.went_to(desk.post("/desk/sign-out/"), "/desk/sign-in/")
    assert VaultSession.objects.count() == 0
    assert Session.objects.count() == 0
    assert desk.client.cookies["v"].value == ""


def test_a_vault_cookie_of_somebody_else_opens_nothing() -> None:
    agency, _ = make.agency_with_units()
    one, two = Desk(), Desk()
    steps.set_up(agency, one)
    make.officer(agency, "new", password=PASSWORD)
    two.post("/desk/sign-in/", login="new", password=PASSWORD)
    steps.take_second_factor(two)
    steps.make_vault(two)
    two.client.cookies["v"] = one.client.cookies["v"].value
    assert "Open your vault" in steps.text(two.get("/desk/vault/"))


def test_an_expired_vault_is_closed() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    VaultSession.objects.update(expires_at=now() - timedelta(seconds=1))
    assert "Open your vault" in steps.text(desk.get("/desk/vault/"))


def test_t09_no_secret_in_urls_cookies_or_the_stored_session() -> None:
    agency, _ = make.agency_with_units()
    code, desk = first_code(agency=agency), Desk()
    page = desk.post(
        "/desk/setup/", code=code, login="first", name="Huda", password=PASSWORD, again=PASSWORD
    )
    secret = steps.secret_on(desk.get("/desk/factors/")).replace(" ", "")
    assert page.status_code == 302
    stored = str(dict(desk.client.session.items()))
    assert secret not in stored, "the TOTP secret waits sealed"
    steps.take_second_factor(desk)
    steps.make_vault(desk)
    secrets = {PASSWORD, PASSPHRASE, str(code), secret, secret[:8]}
    cookies = " ".join(f"{c.key}={c.value}" for c in desk.client.cookies.values())
    for hidden in secrets:
        assert not any(hidden in address for address in desk.seen)
        assert hidden not in cookies
    token = desk.client.cookies["v"].value
    assert not VaultSession.objects.filter(token_id=token.encode()).exists()
    factor = selectors.active_key(Officer.objects.get().pk)
    assert factor is not None
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data)


def test_cookies_of_the_desk_stay_at_the_desk_and_out_of_scripts() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    for name in ("d", "v", "k"):
        cookie = desk.client.cookies[name]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
            "/desk", True, "Strict",
        ), name  # fmt: skip


def _counted(original: Callable[..., object], work: list[str]) -> Callable[..., object]:
    def counted(*args: object) -> object:
        work.append("one hash")
        return original(*args)

    return counted


def test_an_unknown_name_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    agency, _ = make.agency_with_units()
    make.officer(agency, "known", password=PASSWORD)
    make.officer(agency, "invited")
    work: list[str] = []
    for name in ("encode", "verify"):
        monkeypatch.setattr(BoundedArgon2id, name, _counted(getattr(BoundedArgon2id, name), work))
    answers = []
    for login in ("known", "nobody", "invited"):
        work.clear()
        page = Desk().post("/desk/sign-in/", login=login, password="a wrong password")
        answers.append((page.status_code, len(work), steps.text(page).replace(login, "")))
    assert answers[0][:2] == (422, 1)
    assert answers[0][:2] == answers[1][:2] == answers[2][:2]
    assert Event.objects.filter(tag=Tag.LOGIN_FAIL).count() == 3


def test_t04_a_flood_on_one_name_keeps_no_colleague_out() -> None:
    agency, _ = make.agency_with_units()
    make.officer(agency, "anna", password=PASSWORD)
    make.officer(agency, "basma", password=PASSWORD)
    attacker = Desk("10.0.0.9")
    answers = [
        attacker.post("/desk/sign-in/", login="anna", password="wrong").status_code
        for _ in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2
    for login, address in (("basma", "10.0.0.9"), ("anna", "10.0.0.1")):
        colleague = Desk(address).post("/desk/sign-in/", login=login, password=PASSWORD)
        assert colleague.status_code == 302, (login, address)


def test_t04_a_known_device_is_not_kept_out_even_at_the_same_address() -> None:
    agency, _ = make.agency_with_units()
    anna = Desk("10.0.0.9")
    secret = steps.set_up(agency, anna, "anna")
    anna.post("/desk/sign-out/")
    attacker = Desk("10.0.0.9")
    for _ in range(12):
        attacker.post("/desk/sign-in/", login="anna", password="wrong")
    assert attacker.post("/desk/sign-in/", login="anna", password=PASSWORD).status_code == 429
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        for _ in range(12):
            attacker.post("/desk/sign-in/", login="anna", password="wrong")
        steps.sign_in(anna, "anna", steps.totp_now(secret))


def test_a_device_cookie_of_one_name_is_worth_nothing_for_another() -> None:
    agency, _ = make.agency_with_units()
    known = Desk()
    steps.set_up(agency, known, "anna")
    make.officer(agency, "basma", password=PASSWORD)
    attacker = Desk("10.0.0.9")
    attacker.client.cookies["k"] = known.client.cookies["k"].value
    for _ in range(10):
        attacker.post("/desk/sign-in/", login="basma", password="wrong")
    attacker.client.cookies["k"] = ""
    assert attacker.post("/desk/sign-in/", login="basma", password="wrong").status_code == 429


def test_wrong_invitation_codes_are_limited() -> None:
    make.agency_with_units()
    desk = Desk("10.1.1.1")
    answers = {
        desk.post(
            "/desk/invitation/", code="AAAA-BBBB", password=PASSWORD, again=PASSWORD
        ).status_code
        for _ in range(21)
    }
    assert answers == {422, 429}


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "x" * 5000, "password": "y"},
        {"login": "\ud800".encode("utf-8", "surrogatepass"), "password": "y"},
        {"login": "a", "password": "z" * 5000},
        {},
        {"login": "a\x00b", "password": "y"},
    ],
)
def test_bad_input_at_the_door_gets_a_page(fields: dict[str, Any]) -> None:
    make.agency_with_units()
    assert Client().post("/desk/sign-in/", fields).status_code in {200, 400, 422}


def test_the_portal_asks_no_session_and_the_desk_middleware_no_database(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.http import HttpResponse

    from amana.people.middleware import Desk as Middleware

    with django_assert_num_queries(0):
        response = Middleware(lambda request: HttpResponse("x"))(rf.get("/report/"))
    assert response.content == b"x"


def test_roles_say_what_a_first_administrator_may() -> None:
    agency, _ = make.agency_with_units()
    steps.set_up(agency, Desk())
    placement = selectors.active_placements().get()
    assert placement.role == Role.ADMINISTRATOR


def test_a_page_that_needs_the_vault_is_reached_after_opening_it() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    desk.post("/desk/vault/close/")
    desk.get("/desk/vault/?next=/desk/people/")
    steps.went_to(desk.post("/desk/vault/", passphrase=PASSPHRASE), "/desk/people/")
    desk.post("/desk/vault/close/")
    desk.get("/desk/vault/?next=https://elsewhere.example/")
    steps.went_to(desk.post("/desk/vault/", passphrase=PASSPHRASE), "/desk/")


def test_a_session_alone_puts_no_other_phone_in_the_place_of_hers() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    for answer in (
        desk.get("/desk/factors/"),
        desk.post("/desk/factors/", code="123456"),
        desk.post("/desk/factors/passkey/", credential="{}"),
    ):
        steps.went_to(answer, "/desk/factors/confirm/")
    wrong = desk.post("/desk/factors/confirm/", password="not hers at all")
    assert wrong.status_code == 422
    assert "not right" in steps.text(wrong)
    steps.went_to(desk.get("/desk/factors/"), "/desk/factors/confirm/")
    steps.went_to(desk.post("/desk/factors/confirm/", password=PASSWORD), "/desk/factors/")
    secret = steps.secret_on(desk.get("/desk/factors/"))
    code = steps.totp_now(secret)
    steps.went_to(desk.post("/desk/factors/", code=code), "/desk/factors/codes/")
    steps.went_to(desk.get("/desk/factors/"), "/desk/factors/confirm/")


def test_a_password_that_was_given_a_while_ago_is_asked_again() -> None:
    agency, _ = make.agency_with_units()
    desk = Desk()
    steps.set_up(agency, desk)
    steps.went_to(desk.post("/desk/factors/confirm/", password=PASSWORD), "/desk/factors/")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        steps.went_to(desk.get("/desk/factors/"), "/desk/factors/confirm/")


def test_who_is_not_signed_in_confirms_nothing_and_tries_are_counted() -> None:
    agency, _ = make.agency_with_units()
    steps.went_to(Desk().post("/desk/factors/confirm/", password=PASSWORD), "/desk/sign-in/")
    desk = Desk()
    steps.set_up(agency, desk)
    answers = {
        desk.post("/desk/factors/confirm/", password="wrong every time").status_code
        for _ in range(25)
    }
    assert 429 in answers
