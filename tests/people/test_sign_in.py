# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far somebody has come in a session, how long that counts, and what a failure leaves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from amana.config.clock import now
from amana.journal.models import Event
from amana.limits.rules import FAILURE_LEAF, SECOND_FACTOR
from amana.people import factors, signin
from amana.people.errors import TooOften
from amana.people.events import Tag
from amana.people.models import Officer
from amana.people.session_store import SessionStore
from tests.people import builders as make

pytestmark = pytest.mark.db


@pytest.fixture
def officer(monkeypatch: pytest.MonkeyPatch) -> Officer:
    """Somebody with a password, which costs nothing to compare here."""
    agency, _units = make.agency_with_units()
    person = make.officer(agency, "huda")
    right = {("huda", make.PASSWORD): person}
    monkeypatch.setattr(
        signin, "authenticate", lambda _request, **said: right.get(tuple(said.values()))
    )
    monkeypatch.setattr(Officer, "check_password", lambda _self, typed: typed == make.PASSWORD)
    return person


def coming(session: SessionStore | None = None) -> HttpRequest:
    request = RequestFactory().post("/desk/sign-in/", REMOTE_ADDR="192.0.2.7")
    request.session = session or SessionStore()
    request.user = AnonymousUser()
    return request


def failures() -> list[dict[str, object]]:
    events = Event.objects.filter(tag=Tag.LOGIN_FAIL).order_by("at", "id")
    return [json.loads(bytes(event.body or b"")) for event in events]


def with_password(request: HttpRequest | None = None) -> HttpRequest:
    request = request or coming()
    assert signin.try_password(request, name="huda", password=make.PASSWORD) is not None
    return request


# --- the password


@pytest.mark.parametrize("typed", ["huda", " HUDA ", "Ｈｕｄａ", "hUdA\n"])
def test_a_name_is_hers_however_it_is_typed(typed: str, officer: Officer) -> None:
    assert signin.try_password(coming(), name=typed, password=make.PASSWORD) == officer


@pytest.mark.parametrize("password", ["", "wrong words", make.PASSWORD.upper(), "\x00", "x" * 9999])
def test_a_wrong_password_leaves_a_leaf_and_no_session(password: str, officer: Officer) -> None:
    request = coming()
    assert signin.try_password(request, name="huda", password=password) is None
    assert signin.pending(request) is None
    assert [leaf["facts"] for leaf in failures()] == [{"what": "password"}]


def test_what_was_typed_stands_in_no_leaf_and_known_names_look_like_unknown_ones(
    officer: Officer,
) -> None:
    for name in ("huda", "he-knows-my-school"):
        signin.try_password(coming(), name=name, password="the-password-i-typed")
    known, unknown = failures()
    assert known.keys() == unknown.keys()
    assert known["facts"] == unknown["facts"]
    assert "he-knows-my-school" not in json.dumps([known, unknown])
    assert "the-password-i-typed" not in json.dumps([known, unknown])


def test_a_flood_of_failures_does_not_fill_the_log(officer: Officer) -> None:
    for number in range(FAILURE_LEAF.capacity * 2):
        signin._note_failure(coming(), f"name{number}", "password")
    assert len(failures()) == FAILURE_LEAF.capacity


def test_a_right_password_gives_a_new_session_and_keeps_nothing_of_the_old_one(
    officer: Officer,
) -> None:
    request = coming()
    request.session["wish"] = "of a stranger"
    request.session.save()
    planted = request.session.session_key
    with_password(request)
    request.session.save()
    assert request.session.session_key != planted
    assert "wish" not in request.session
    assert not SessionStore(planted).load()


# --- between the two


@pytest.mark.parametrize(
    ("after", "counts"),
    [(0, True), (signin.PENDING_SECONDS, True), (signin.PENDING_SECONDS + 1, False)],
)
def test_a_password_counts_a_quarter_of_an_hour(after: int, counts: bool, officer: Officer) -> None:
    start = now().replace(microsecond=0)
    with time_machine.travel(start, tick=False):
        request = with_password()
    with time_machine.travel(start + timedelta(seconds=after), tick=False):
        assert (signin.pending(request) == officer) is counts


def test_who_was_closed_meanwhile_goes_no_further(officer: Officer) -> None:
    request = with_password()
    Officer.objects.filter(pk=officer.pk).update(is_active=False)
    assert signin.pending(request) is None


def test_a_session_without_a_password_is_nobodys(officer: Officer) -> None:
    assert signin.pending(coming()) is None
    assert not signin.confirmed(coming())


# --- the second factor


def test_both_factors_sign_in_under_a_new_key_and_forget_the_first_step(officer: Officer) -> None:
    (code, *_more) = factors.recovery_codes(officer)
    request = with_password()
    request.session.save()
    before = request.session.session_key
    assert signin.try_code(request, officer, code)
    assert request.session.session_key != before
    assert request.session[signin.FACTOR] == factors.RECOVERY_TYPE
    assert not {signin.PENDING, signin.PENDING_SINCE} & set(request.session.keys())
    assert signin.pending(request) is None
    assert Event.objects.filter(tag=Tag.LOGIN_OK, subject_id=officer.pk).count() == 1


def test_wrong_codes_are_counted_and_told_and_a_right_one_too_many_is_not_looked_at(
    officer: Officer,
) -> None:
    (code, *_more) = factors.recovery_codes(officer)
    request = with_password()
    for _ in range(SECOND_FACTOR.capacity):
        assert not signin.try_code(request, officer, "00000000")
    with pytest.raises(TooOften):
        signin.try_code(request, officer, code)
    assert signin.FACTOR not in request.session
    assert {leaf["facts"]["what"] for leaf in failures()} == {"code"}  # type: ignore[index]
    with time_machine.travel(now() + timedelta(days=1)):
        assert signin.try_code(request, officer, code)


def test_after_a_whole_sign_in_no_try_stays_counted(officer: Officer) -> None:
    codes = factors.recovery_codes(officer)
    for number in range(3):
        request = with_password()
        for _ in range(SECOND_FACTOR.capacity - 1):
            assert not signin.try_code(request, officer, "00000000")
        assert signin.try_code(request, officer, codes[number])


# --- her password once more


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (0, True),
        (signin.CONFIRMED_SECONDS, True),
        (signin.CONFIRMED_SECONDS + 1, False),
        (-60, False),
    ],
)
def test_a_confirmation_counts_ten_minutes_and_never_backwards(
    after: int, counts: bool, officer: Officer
) -> None:
    start = now().replace(microsecond=0)
    request = coming()
    with time_machine.travel(start, tick=False):
        assert signin.confirm(request, officer, make.PASSWORD)
    with time_machine.travel(start + timedelta(seconds=after), tick=False):
        assert signin.confirmed(request) is counts


def test_a_wrong_password_confirms_nothing_and_leaves_what_was_confirmed(officer: Officer) -> None:
    request = coming()
    assert not signin.confirm(request, officer, "wrong words")
    assert not signin.confirmed(request)
    assert len(failures()) == 1


def test_signing_in_anew_is_no_confirmation(officer: Officer) -> None:
    (code, *_more) = factors.recovery_codes(officer)
    request = coming()
    assert signin.confirm(request, officer, make.PASSWORD)
    signin.begin(request, officer)
    assert not signin.confirmed(request)
    assert signin.try_code(request, officer, code)
    assert not signin.confirmed(request)
