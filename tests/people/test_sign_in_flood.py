# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ever new names from one address must not eat the time in which colleagues sign in (T-04)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from amana.limits.rules import SIGN_IN_ADDRESS
from amana.people import signin, throttle
from amana.people.errors import TooOften
from amana.people.session_store import SessionStore
from tests.people import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def _request(address: str = "192.0.2.7", cookie: str = "") -> HttpRequest:
    request = RequestFactory().post("/desk/sign-in/", REMOTE_ADDR=address)
    request.session = SessionStore()
    request.user = AnonymousUser()
    if cookie:
        request.COOKIES[throttle.COOKIE] = cookie
    return request


def _known_device(login: str) -> str:
    response = HttpResponse()
    throttle.remember_device(_request(), response, login)
    return response.cookies[throttle.COOKIE].value


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names whose passwords were stretched."""
    names: list[str] = []

    def slow(_request: HttpRequest, username: str, password: str) -> None:
        names.append(username)

    monkeypatch.setattr(signin, "authenticate", slow)
    return names


def _try(request: HttpRequest, name: str) -> bool:
    try:
        signin.try_password(request, name=name, password="wrong words")
    except TooOften:
        return False
    return True


def test_t04_new_names_from_one_address_are_not_stretched_for_ever(hashed: list[str]) -> None:
    make.agency_with_units()
    tried = [_try(_request(), f"name{n}") for n in range(SIGN_IN_ADDRESS.capacity + 20)]
    assert tried.count(True) == SIGN_IN_ADDRESS.capacity == len(hashed)
    assert _try(_request("198.51.100.9"), "somebody"), "another address is not touched"


def test_t04_a_colleague_behind_the_same_address_still_signs_in(hashed: list[str]) -> None:
    make.agency_with_units()
    for n in range(SIGN_IN_ADDRESS.capacity):
        _try(_request(), f"name{n}")
    assert not _try(_request(), "huda")
    assert _try(_request(cookie=_known_device("huda")), "huda")
    assert hashed[-1] == "huda"
