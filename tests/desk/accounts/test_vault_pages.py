# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the vault and of the second step, when something about them is wrong: each says
what, none opens anything, and no passphrase ever comes back to the page."""

from __future__ import annotations

import json
from typing import NoReturn

import pytest

from amana.agencies.models import Agency
from amana.journal.models import Event
from amana.kernel.sealing.errors import Busy, WrongPassphrase
from amana.people import signin, throttle, vault
from amana.people.errors import TooOften
from amana.people.events import Tag
from amana.people.models import Officer, Role, VaultSession
from amana.people.services import reset_passphrase
from tests.desk.accounts import steps
from tests.desk.accounts.steps import PASSWORD
from tests.desk.accounts.steps import Desk as Browser
from tests.desk.steps import Desk, desk, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db

NEW = "other four plain words"
CHANGE = "/desk/vault/passphrase/"


def at_work() -> Desk:
    return desk(make.node(), "jo/ccu/aqaba", Role.INVESTIGATOR)


def changed(who: Desk, **fields: str) -> dict[str, str]:
    return {"old": make.PASSPHRASE, "passphrase": NEW, "again": NEW, **fields}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "not my words at all"}, "This passphrase is not right."),
        ({"old": ""}, "This field is required."),
        ({"again": "something else again"}, "The two are not the same."),
        ({"passphrase": "short", "again": "short"}, "at least 12 characters"),
        ({"passphrase": "x" * 300, "again": "x" * 300}, "at most 256 characters"),
        ({"passphrase": PASSWORD, "again": PASSWORD}, "other words than your password"),
    ],
    ids=["wrong", "empty", "differ", "short", "long", "password"],
)
def test_a_passphrase_that_cannot_be_changed_stays_and_is_shown_nowhere(
    fields: dict[str, str], said: str
) -> None:
    who = at_work()
    who.officer.set_password(PASSWORD)
    who.officer.save()
    who = Desk(who.officer)
    page = refused(who.send(CHANGE, changed(who, **fields)))
    assert said in page
    for secret in {make.PASSPHRASE, NEW, *fields.values()} - {""}:
        assert secret not in page
    assert VaultSession.objects.filter(officer_key__officer=who.officer).exists()
    assert vault.open_vault(officer=who.officer, passphrase=make.PASSPHRASE)


def test_a_changed_passphrase_closes_the_vault_everywhere_and_opens_it_anew() -> None:
    who = at_work()
    elsewhere = Desk(who.officer)
    went_on(who.send(CHANGE, changed(who)), "/desk/vault/")
    assert not VaultSession.objects.exists()
    assert elsewhere.get("/desk/admit/").headers["Location"] == "/desk/vault/"
    with pytest.raises(WrongPassphrase):
        vault.open_vault(officer=who.officer, passphrase=make.PASSPHRASE)
    assert "is not right" in refused(who.post("/desk/vault/", passphrase=make.PASSPHRASE))
    went_on(who.post("/desk/vault/", passphrase=NEW))
    assert Event.objects.filter(tag=Tag.VAULT_CHANGE).count() == 1


@pytest.mark.parametrize(("error", "status"), [(Busy, 503), (TooOften, 429)])
def test_where_the_node_is_busy_or_the_tries_too_many_it_says_so(
    error: type[Exception], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_said: object, **_more: object) -> NoReturn:
        raise error

    who = at_work()
    closed = Desk(who.officer, vault_open=False)
    monkeypatch.setattr(throttle, "take", stop)
    assert who.send(CHANGE, changed(who)).status_code == status
    answer = closed.post("/desk/vault/", passphrase=make.PASSPHRASE)
    assert answer.status_code == status
    assert 'class="errors"' in text(answer)


def test_a_vault_that_was_made_in_another_window_is_not_made_again() -> None:
    who = at_work()
    (before,) = who.officer.keys.values_list("pk", flat=True)
    closed = Desk(who.officer, vault_open=False)
    answer = closed.post("/desk/vault/", passphrase=NEW, again=NEW)
    assert answer.status_code == 422, "it asks for the passphrase that there is"
    assert list(who.officer.keys.values_list("pk", flat=True)) == [before]


def test_after_a_reset_she_makes_a_new_vault_and_waits_to_be_admitted() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba", Role.INVESTIGATOR)
    boss = desk(agency, "jo/ccu/irbid", Role.ADMINISTRATOR)
    reset_passphrase(staff=boss.staff, officer=who.officer)
    assert "Make your vault" in ok(who.get("/desk/vault/"))
    assert "The two are not the same." in refused(
        who.post("/desk/vault/", passphrase=NEW, again="something else again")
    )
    went_on(who.post("/desk/vault/", passphrase=NEW, again=NEW))
    assert who.officer.keys.filter(active=True).count() == 1
    assert who.officer.keys.count() == 2


def test_closing_the_vault_leaves_her_signed_in_and_nothing_open() -> None:
    who = at_work()
    went_on(who.post("/desk/vault/close/"), "/desk/vault/")
    assert not VaultSession.objects.exists()
    assert "Open" in ok(who.get("/desk/vault/"))
    went_on(who.post("/desk/vault/close/"), "/desk/vault/")


@pytest.mark.parametrize(
    "credential",
    ["", "no json", "[]", '"text"', "{}", "9" * 21_000, "[" * 5000, json.dumps({"id": "x" * 9000})],
    ids=["empty", "text", "list", "string", "nothing", "long", "deep", "unknown"],
)
def test_whatever_a_browser_answers_for_a_passkey_lets_nobody_in(credential: str) -> None:
    agency, browser, login = half_way_in()
    answer = browser.post("/desk/second-factor/passkey/", credential=credential)
    assert answer.status_code == 422
    assert "The passkey was not right" in steps.text(answer)
    assert browser.get("/desk/people/").status_code == 302
    assert Officer.objects.get(login=login, agency=agency).last_login is not None


def half_way_in() -> tuple[Agency, Browser, str]:
    """A browser that has given the password and not yet the second step."""
    agency = make.node()
    steps.set_up(agency, Browser(), login="first")
    browser = Browser(address="10.0.0.9")
    steps.went_to(
        browser.post("/desk/sign-in/", login="first", password=PASSWORD), "/desk/second-factor/"
    )
    return agency, browser, "first"


@pytest.mark.parametrize("code", ["", "000000", "abc", "٠" * 6, "1" * 41, "nul\x00"])
def test_a_wrong_code_of_the_second_step_is_said(code: str) -> None:
    _, browser, _ = half_way_in()
    answer = browser.post("/desk/second-factor/", code=code)
    assert answer.status_code == 422
    assert 'class="errors"' in steps.text(answer)
    assert browser.get("/desk/people/").status_code == 302


def test_too_many_answers_of_the_second_step_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_said: object, **_more: object) -> NoReturn:
        raise TooOften

    _, browser, _ = half_way_in()
    monkeypatch.setattr(signin, "try_code", stop)
    monkeypatch.setattr(signin, "try_passkey", stop)
    assert browser.post("/desk/second-factor/", code="123456").status_code == 429
    assert browser.post("/desk/second-factor/passkey/", credential="{}").status_code == 429


@pytest.mark.parametrize(
    "address",
    ["second-factor/", "factors/", "factors/codes/", "factors/confirm/", "vault/", "people/"],
)
def test_nobody_comes_to_a_later_step_without_the_earlier_one(address: str) -> None:
    make.node()
    for answer in (Browser().get(f"/desk/{address}"), Browser().post(f"/desk/{address}")):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/desk/sign-in/")
