# SPDX-License-Identifier: AGPL-3.0-or-later
"""U-01: the red button ends the visit here first, then leads to a site that greets nobody."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from django.test import Client

from amana.agencies.selectors import forget_shown
from amana.agencies.services import apply_pack
from amana.packs import available_packs, load_pack
from amana.portal import exit as way_out

pytestmark = pytest.mark.db


@pytest.mark.parametrize("pack", available_packs())
def test_the_exit_leads_to_the_packs_neutral_site(pack: str) -> None:
    forget_shown()
    apply_pack(pack=load_pack(pack))
    forget_shown()
    response = Client().get("/exit/")
    forget_shown()
    assert response.status_code == 303
    assert response["Location"] == load_pack(pack).header.exit.url
    assert response["Referrer-Policy"] == "no-referrer"
    assert "?" not in response["Location"]


def test_the_session_here_is_ended_and_every_cookie_there(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr("amana.reports.sessions.forget", forgotten.append)
    client = Client()
    client.cookies["s"] = "a-token"
    client.cookies["l"] = "ar"
    response = client.get("/exit/")
    assert forgotten == ["a-token"]
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert {name: cookie["max-age"] for name, cookie in response.cookies.items()} == {
        "s": 0,
        "l": 0,
    }


def test_without_a_session_nothing_is_asked_of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_token: str) -> None:
        raise AssertionError("there was no session to end")

    monkeypatch.setattr("amana.reports.sessions.forget", never)
    assert Client().get("/exit/").status_code == 303


def test_whatever_breaks_the_person_gets_away(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_token: str) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr("amana.reports.sessions.forget", broken)
    client = Client()
    client.cookies["s"] = "a-secret-token"
    response = client.get("/exit/")
    assert response.status_code == 303
    assert response["Clear-Site-Data"]
    captured = capfd.readouterr()
    assert "a-secret-token" not in captured.out + captured.err


def test_the_exit_needs_no_token_and_takes_a_form_too() -> None:
    assert Client(enforce_csrf_checks=True).post("/exit/").status_code == 303


def test_the_cookie_is_the_portals() -> None:
    assert way_out.SESSION_COOKIE == "s"
