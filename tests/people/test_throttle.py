# SPDX-License-Identifier: AGPL-3.0-or-later
"""Device cookies: they keep a flood away from a colleague, name nobody and fit one name only."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.config.env import env
from amana.kernel.sealing.keyring import Keyring
from amana.limits.rules import SECOND_FACTOR
from amana.people import throttle
from amana.people.errors import TooOften

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def keys() -> None:
    Keyring.ensure(env().key_folder)


def coming(cookie: str = "", address: str = "192.0.2.7") -> HttpRequest:
    request = RequestFactory().post("/desk/sign-in/", REMOTE_ADDR=address)
    if cookie:
        request.COOKIES[throttle.COOKIE] = cookie
    return request


def left(login: str, cookie: str = "") -> str:
    """The cookie after a sign-in; the one before when none was set."""
    response = HttpResponse()
    throttle.remember_device(coming(cookie), response, login)
    return response.cookies[throttle.COOKIE].value if response.cookies else cookie


def tries(request: HttpRequest, login: str) -> int:
    """How often somebody may try before it is too often."""
    for number in range(SECOND_FACTOR.capacity * 2):
        try:
            throttle.take(request, SECOND_FACTOR, login)
        except TooOften:
            return number
    return SECOND_FACTOR.capacity * 2


def test_a_name_at_an_address_has_so_many_tries_and_its_neighbours_have_their_own() -> None:
    assert tries(coming(), "salma") == SECOND_FACTOR.capacity
    assert tries(coming(), "salma") == 0
    assert tries(coming(), "huda") == SECOND_FACTOR.capacity
    assert tries(coming(address="198.51.100.4"), "salma") == SECOND_FACTOR.capacity


def test_a_known_device_has_tries_of_its_own_wherever_it_is() -> None:
    cookie = left("salma")
    assert tries(coming(), "salma") == SECOND_FACTOR.capacity
    assert tries(coming(cookie), "salma") == SECOND_FACTOR.capacity
    assert tries(coming(cookie, "198.51.100.4"), "salma") == 0


def test_after_a_success_nothing_stays_counted() -> None:
    tries(coming(), "salma")
    throttle.give_back(coming(), SECOND_FACTOR, "salma")
    assert tries(coming(), "salma") == SECOND_FACTOR.capacity


def test_a_device_knows_several_people_and_forgets_the_one_seen_longest_ago() -> None:
    names = [f"officer{number}" for number in range(9)]
    cookie = ""
    for name in names:
        cookie = left(name, cookie)
    known = [name for name in names if throttle._known_mark(coming(cookie), name)]
    assert known == names[1:]
    assert len(cookie) < 4000


def test_coming_back_leaves_the_cookie_as_it_is() -> None:
    cookie = left("salma")
    assert left("salma", cookie) == cookie


def test_it_names_nobody() -> None:
    assert "salma" not in left("salma")
    assert left("salma") != left("salma")


def test_it_is_worth_nothing_for_another_name_or_with_a_changed_letter() -> None:
    cookie = left("salma")
    strangers = throttle.bucket(coming(), "salma")
    assert throttle.bucket(coming(cookie), "salma") != strangers
    assert throttle.bucket(coming(cookie), "huda") == throttle.bucket(coming(), "huda")
    for place in range(len(cookie)):
        forged = cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]
        assert throttle.bucket(coming(forged), "salma") == strangers


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_whatever_a_cookie_says_it_is_no_error_and_no_pass(cookie: str) -> None:
    request = coming(cookie)
    assert throttle.bucket(request, "salma") == throttle.bucket(coming(), "salma")


def test_a_cookie_of_a_thousand_entries_is_read_to_its_eighth() -> None:
    good = left("salma")
    last = "~".join(["x.y"] * 8 + [good])
    assert throttle._known_mark(coming(last), "salma") == ""
    assert throttle._known_mark(coming("~".join(["x.y"] * 7 + [good])), "salma")
