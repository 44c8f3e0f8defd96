# SPDX-License-Identifier: AGPL-3.0-or-later
"""U-04: what every answer of the node says about itself, whatever the address and its fate."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from amana.config.env import env
from amana.config.middleware import SecurityHeaders

PATHS = ["/help/", "/help/keep/", "/exit/", "/healthz", "/nothing-here/", "/desk/nothing/"]


def csp(header: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


@pytest.mark.db
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_same_strict_headers(path: str) -> None:
    response = Client().get(path)
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    for sense in ("camera", "microphone", "geolocation"):
        assert f"{sense}=()" in response["Permissions-Policy"]


@pytest.mark.db
@pytest.mark.parametrize("path", PATHS)
def test_no_script_or_style_may_stand_in_a_page_and_nothing_comes_from_elsewhere(
    path: str,
) -> None:
    policy = csp(Client().get(path)["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "form-action"):
        assert policy[name] == "'self'"
    assert not {"unsafe-inline", "unsafe-eval", "data:", "*", "http:"} & set(
        " ".join(policy.values()).replace("'", "").split()
    )


@pytest.mark.db
def test_the_portal_may_not_talk_to_the_server_by_script() -> None:
    assert "connect-src" not in csp(Client().get("/help/")["Content-Security-Policy"])


@pytest.mark.db
@pytest.mark.parametrize("path", ["/help/", "/help/keep/", "/healthz", "/nothing-here/"])
def test_u04_reading_a_public_page_sets_no_cookie(path: str) -> None:
    assert not Client().get(path).cookies


def answer(status: int = 200) -> SecurityHeaders:
    def inner(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse("x", status=status)
        response["Cache-Control"] = "max-age=31536000, public, immutable"
        return response

    return SecurityHeaders(inner)


def test_static_files_keep_their_long_life_in_the_cache() -> None:
    response = answer()(RequestFactory().get("/static/portal/amana.0a1b.css"))
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_static_file_that_is_missing_is_not_remembered_by_the_browser() -> None:
    response = answer(404)(RequestFactory().get("/static/portal/none.css"))
    assert response["Cache-Control"] == "no-store"


def test_a_view_cannot_make_a_page_storable() -> None:
    assert answer()(RequestFactory().get("/help/"))["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("url", "expected"), [("https://report.example", True), ("http://127.0.0.1:8000", False)]
)
def test_only_a_node_behind_tls_demands_tls(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: bool
) -> None:
    settings = env().model_copy(update={"public_url": url})
    monkeypatch.setattr("amana.config.middleware.env", lambda: settings)
    response = answer()(RequestFactory().get("/help/"))
    assert response.has_header("Strict-Transport-Security") is expected
