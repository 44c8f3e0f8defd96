# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form of ours is taken although its page names no origin; a stranger's is not."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.db


def sent(headers: dict[str, str], *, secure: bool = False, cookie: bool = True) -> int:
    client = Client(enforce_csrf_checks=True)
    token = "a" * 32
    if cookie:
        client.cookies["c"] = token
    answer = client.post(
        "/desk/sign-in/",
        {"csrfmiddlewaretoken": token, "login": "", "password": ""},
        secure=secure,
        headers=headers,
    )
    return answer.status_code


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("site", ["same-origin", "none", ""])
def test_a_page_that_says_no_referrer_may_send_its_own_form(secure: bool, site: str) -> None:
    told = {"sec-fetch-site": site} if site else {}
    # Read, and refused for its empty fields only: a stranger's is never read (403).
    assert sent({"origin": "null", **told}, secure=secure) == 422


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_strangers_page_may_not(secure: bool, headers: dict[str, str]) -> None:
    assert sent(headers, secure=secure) == 403


def test_without_the_strict_cookie_nothing_is_taken() -> None:
    assert sent({"origin": "null"}, cookie=False) == 403
