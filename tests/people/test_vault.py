# SPDX-License-Identifier: AGPL-3.0-or-later
"""An open vault: whose it is, how long, on which device, and that a database alone opens none."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.journal.models import Event
from amana.kernel.sealing.errors import WrongPassphrase
from amana.people import services, vault
from amana.people.errors import NotAMember, NoVault
from amana.people.events import Tag
from amana.people.models import Officer, OfficerKey, VaultSession
from amana.people.selectors import current_key
from amana.people.vault import OpenVault, fingerprint, open_vault, vault_for
from tests.people import builders as make

pytestmark = pytest.mark.db


def at_desk(officer: Officer | AnonymousUser, token: str) -> HttpRequest:
    request = RequestFactory().get("/desk/")
    request.user = officer
    if token:
        request.COOKIES[vault.COOKIE] = token
    return request


@pytest.fixture
def unit() -> Unit:
    return make.agency_with_units("centre")[1][0]


@pytest.fixture
def officer(unit: Unit) -> Officer:
    return make.placed(Agency.objects.get(), unit)


def opened(officer: Officer) -> str:
    return open_vault(officer=officer, passphrase=make.PASSPHRASE)


def test_token_and_row_together_open_what_the_unit_was_given(unit: Unit, officer: Officer) -> None:
    found = vault_for(at_desk(officer, opened(officer)))
    assert found is not None
    assert found.officer_id == officer.pk
    assert make.opens(found, make.sealed_for(unit))


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\u0661" * 43, "a" * 5000, "\x00"])
def test_another_token_opens_nothing(officer: Officer, token: str) -> None:
    opened(officer)
    assert vault_for(at_desk(officer, token)) is None


def test_a_strangers_token_opens_nothing_for_me_or_nobody(unit: Unit, officer: Officer) -> None:
    token = opened(officer)
    other = make.placed(Agency.objects.get(), unit)
    assert vault_for(at_desk(other, token)) is None
    assert vault_for(at_desk(AnonymousUser(), token)) is None


def test_a_row_moved_to_another_officers_key_opens_nothing(unit: Unit, officer: Officer) -> None:
    token = opened(officer)
    other = make.placed(Agency.objects.get(), unit)
    VaultSession.objects.update(officer_key=OfficerKey.objects.get(officer=other))
    assert vault_for(at_desk(other, token)) is None


@pytest.mark.parametrize(("hours", "stays"), [(0, True), (9.99, True), (10, False), (99, False)])
def test_it_closes_by_itself_after_a_working_day(
    officer: Officer, hours: float, stays: bool
) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        token = opened(officer)
    with time_machine.travel(moment + timedelta(hours=hours), tick=False):
        assert (vault_for(at_desk(officer, token)) is not None) is stays


def test_what_ran_out_is_swept_and_what_lives_is_not(officer: Officer) -> None:
    moment = now()
    with time_machine.travel(moment - timedelta(hours=11), tick=False):
        opened(officer)
    token = opened(officer)
    assert vault.sweep_vaults() == 1
    assert vault.sweep_vaults() == 0
    assert vault_for(at_desk(officer, token)) is not None


def test_it_closes_with_account_key_and_passphrase(unit: Unit, officer: Officer) -> None:
    token = opened(officer)
    Officer.objects.filter(pk=officer.pk).update(is_active=False)
    assert vault_for(at_desk(officer, token)) is None
    Officer.objects.filter(pk=officer.pk).update(is_active=True)
    assert vault_for(at_desk(officer, token)) is not None
    services.change_passphrase(officer=officer, old=make.PASSPHRASE, new="other plain words now")
    assert vault_for(at_desk(officer, token)) is None
    assert VaultSession.objects.count() == 0


def test_two_devices_are_two_tokens_and_closing_all_ends_both(officer: Officer) -> None:
    one, two = opened(officer), opened(officer)
    assert one != two
    vault.close_all_vaults(officer.pk)
    assert vault_for(at_desk(officer, one)) is None
    assert vault_for(at_desk(officer, two)) is None


def test_the_database_holds_neither_token_nor_key(officer: Officer) -> None:
    token = opened(officer)
    found = vault_for(at_desk(officer, token))
    assert found is not None
    row = VaultSession.objects.get()
    stored = bytes(row.token_id) + bytes(row.wrapped)
    assert token.encode() not in stored
    assert found._private not in stored
    assert found._private.hex() not in repr(found)


def test_wrong_words_open_nothing_and_leave_no_row(officer: Officer) -> None:
    with pytest.raises(WrongPassphrase):
        open_vault(officer=officer, passphrase="four plain words her")
    with pytest.raises(WrongPassphrase):
        vault.unlock(officer=officer, passphrase="")
    assert not VaultSession.objects.exists()
    assert not Event.objects.filter(tag=Tag.VAULT_OPEN).exists()


def test_without_a_key_there_is_no_vault(unit: Unit) -> None:
    nobody = make.officer(Agency.objects.get())
    with pytest.raises(NoVault):
        opened(nobody)
    with pytest.raises(NoVault):
        vault.unlock(officer=nobody, passphrase=make.PASSPHRASE)
    with pytest.raises(NoVault):
        services.change_passphrase(officer=nobody, old=make.PASSPHRASE, new="other words here now")


def test_each_opening_is_a_leaf_at_the_desk_and_at_the_terminal(officer: Officer) -> None:
    opened(officer)
    found = vault.unlock(officer=officer, passphrase=make.PASSPHRASE)
    assert isinstance(found, OpenVault)
    assert Event.objects.filter(tag=Tag.VAULT_OPEN, subject_id=officer.pk).count() == 2
    assert VaultSession.objects.count() == 1


def test_a_unit_she_was_not_let_into_does_not_open(unit: Unit, officer: Officer) -> None:
    _, (other,) = make.agency_with_units("elsewhere")
    found = make.vault_of(officer)
    assert found.unit_private(current_key(unit.id).pk)
    with pytest.raises(NotAMember):
        found.unit_private(current_key(other.id).pk)
    assert found.all_unit_privates([other.id]) == {}


def test_the_cookie_stays_at_the_desk_and_out_of_scripts() -> None:
    response = HttpResponse()
    vault.set_cookie(response, "token")
    cookie = response.cookies[vault.COOKIE]
    assert (cookie["path"], cookie["samesite"]) == ("/desk", "Strict")
    assert cookie["httponly"]
    assert not cookie["max-age"]
    assert not cookie["expires"]
    vault.drop_cookie(response)
    assert response.cookies[vault.COOKIE]["max-age"] == 0
    assert response.cookies[vault.COOKIE]["path"] == "/desk"


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32))
def test_a_fingerprint_is_thirty_digits_for_the_voice(public: bytes) -> None:
    said = fingerprint(public)
    groups = said.split(" ")
    assert [len(group) for group in groups] == [5] * 6
    assert "".join(groups).isdecimal()
    assert fingerprint(public) == said
    changed = bytes([public[0] ^ 1]) + public[1:]
    assert fingerprint(changed) != said
