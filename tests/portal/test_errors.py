# SPDX-License-Identifier: AGPL-3.0-or-later
"""When something does not work: what happened, that nothing is lost, what to do; in her language,
with nothing of what she sent in the page or in the log."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from amana.config import urls
from amana.config.bodies import whole_text
from amana.config.faults import Fault
from amana.packs.words import LANGUAGES
from amana.portal import errors

CANARY = "canary-7f3a-she-wrote-this"
FAILURES: dict[str, Callable[[], BaseException]] = {
    "locked": lambda: OperationalError("database is locked"),
    "full": lambda: OSError(errno.ENOSPC, CANARY),
    "lost": lambda: OperationalError("server closed the connection unexpectedly"),
    "bug": lambda: ZeroDivisionError(CANARY),
    "denied": lambda: PermissionDenied(CANARY),
}


@csrf_exempt
def fail(_request: HttpRequest, kind: str) -> HttpResponse:
    failure = FAILURES[kind]()
    raise failure


@csrf_exempt
def take(request: HttpRequest) -> HttpResponse:
    whole_text(request.POST)
    return HttpResponse("taken")


def guarded(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


urlpatterns = [
    path("try/take/", take),
    path("try/guarded/", guarded),
    path("try/<slug:kind>/", fail),
    path("desk/setup/try/<slug:kind>/", fail),
    path("api/v1/try/<slug:kind>/", fail),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

pytestmark = [pytest.mark.db, pytest.mark.urls(__name__)]


def send(
    kind: str, *, method: str = "post", language: str = "en", prefix: str = "", **headers: str
) -> HttpResponse:
    client = Client(raise_request_exception=False)
    call = client.post if method == "post" else client.get
    return call(  # type: ignore[return-value]
        f"{prefix}/try/{kind}/",
        {"narrative": CANARY},
        headers={"accept-language": language, **headers},
    )


@pytest.mark.parametrize("kind", sorted(FAILURES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_has_a_page_in_every_language(kind: str, language: str) -> None:
    response = send(kind, language=language)
    html = response.content.decode()
    assert f'<html lang="{language}"' in html
    assert response["Content-Language"] == language
    assert html.count("<h1>") == 1
    assert 'class="exit"' in html
    assert CANARY not in html


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("locked", 503, "It was not filed, and nothing of it was kept half"),
        ("full", 503, "It was not filed, and nothing of it was kept half"),
        ("lost", 503, "We cannot say whether this last step was kept"),
        ("bug", 500, "We cannot say whether this last step was kept"),
        ("denied", 403, "Nothing was changed and nothing is lost"),
    ],
)
def test_after_sending_the_page_says_honestly_what_was_kept(
    kind: str, status: int, words: str
) -> None:
    response = send(kind)
    assert response.status_code == status
    assert words in response.content.decode()


@pytest.mark.parametrize("kind", ["locked", "full", "lost", "bug"])
def test_after_only_opening_a_page_nobody_is_told_of_filing(kind: str) -> None:
    text = send(kind, method="get").content.decode()
    assert "filed" not in text
    assert "thing is lost" in text


def test_a_busy_store_says_when_to_come_back() -> None:
    assert int(send("locked")["Retry-After"]) > 0
    assert not send("bug").has_header("Retry-After")


@pytest.mark.parametrize("kind", sorted(FAILURES))
def test_nothing_of_the_request_reaches_the_log(
    kind: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    send(kind)
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err
    assert "/try/" not in captured.err


@pytest.mark.parametrize("kind", sorted(FAILURES))
def test_a_program_gets_problem_details_and_no_page(kind: str) -> None:
    response = send(kind, prefix="/api/v1")
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["detail"]
    assert CANARY not in response.content.decode()


def test_a_caller_that_asks_for_json_gets_it_anywhere() -> None:
    assert send("bug", accept="application/json")["Content-Type"] == "application/problem+json"


def test_at_the_desk_the_page_is_the_desks() -> None:
    html = send("bug", prefix="/desk/setup").content.decode()
    assert 'class="desk"' in html
    assert 'class="exit"' not in html


def test_a_page_that_was_open_too_long_loses_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/try/guarded/", {"narrative": CANARY})
    assert response.status_code == 403
    html = response.content.decode()
    assert "This page was open for a long time" in html
    assert "Nothing you saved is lost while your draft lives" in html
    assert CANARY not in html


def test_broken_letters_in_a_form_with_files_are_refused() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="narrative"\r\n\r\n'
        b"before \xff\xfe after\r\n--x--\r\n"
    )
    response = Client().post("/try/take/", body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400
    assert "letters arrived broken" in response.content.decode()


def test_a_form_with_too_many_fields_is_too_much_at_once() -> None:
    fields = "&".join(f"f{number}=1" for number in range(500))
    response = Client().post("/try/take/", fields, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413


def test_without_templates_a_bare_page_still_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> str:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(errors, "render_to_string", broken)
    html = send("bug", language="ar").content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert errors.error_words()[Fault.FAILED].title["ar"] in html


def test_without_even_a_language_a_page_comes_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_request: HttpRequest) -> str:
        raise OperationalError("no database at all")

    monkeypatch.setattr("amana.config.languages.of_request", broken)
    response = errors.not_found(RequestFactory().get("/x/"))
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_too_many_attempts_say_how_long_to_wait() -> None:
    response = errors.too_many(RequestFactory().post("/x/"), retry_after=90)
    assert response.status_code == 429
    assert response["Retry-After"] == "90"


def test_every_kind_of_trouble_has_words_in_four_languages() -> None:
    for words in errors.error_words().values():
        for language in LANGUAGES:
            assert words.title[language]
            assert words.sent[language]
        texts = {words.sent[language] for language in LANGUAGES}
        assert len(texts) == len(LANGUAGES)
