# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from django.test import Client

from amana.config.env import env
from amana.config.surfaces import is_desk, served, surfaces_of


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", {"portal"}),
        ("/help/keep/", {"portal"}),
        ("/deskpage/", {"portal"}),
        ("/desk", {"desk"}),
        ("/desk/", {"desk"}),
        ("/desk/reports/1/", {"desk"}),
        ("/api/v1/reports", {"exchange"}),
        ("/.well-known/amana/checkpoint", {"exchange", "portal"}),
        ("/healthz", {"portal", "desk", "exchange"}),
        ("/healthzz", {"portal"}),
        ("/static/portal/amana.css", {"portal", "desk", "exchange"}),
    ],
)
def test_each_address_belongs_to_its_surfaces(path: str, expected: set[str]) -> None:
    assert surfaces_of(path) == expected


def test_a_process_without_a_surface_does_not_serve_it() -> None:
    assert served("/help/", {"portal"})
    assert not served("/help/", {"desk", "exchange"})
    assert not served("/desk/", {"portal", "exchange"})
    assert not served("/api/v1/status", {"portal", "desk"})


def test_only_the_desk_is_the_desk() -> None:
    assert is_desk("/desk/x/")
    assert not is_desk("/desks/")


@pytest.mark.db
@pytest.mark.parametrize(
    ("surfaces", "path", "status"),
    [
        ("portal", "/desk/", 404),
        ("portal", "/api/v1/status", 404),
        ("portal", "/help/", 200),
        ("desk", "/help/", 404),
        ("desk", "/healthz", 200),
        ("", "/help/", 404),
    ],
)
def test_what_is_not_served_here_does_not_exist(
    monkeypatch: pytest.MonkeyPatch, surfaces: str, path: str, status: int
) -> None:
    settings = env().model_copy(update={"surfaces": surfaces})
    monkeypatch.setattr("amana.config.middleware.env", lambda: settings)
    response = Client().get(path, headers={"accept-language": "fr"})
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    if status == 404 and not path.startswith("/api/"):
        assert "Il n&#x27;y a rien à cette adresse" in response.content.decode()
