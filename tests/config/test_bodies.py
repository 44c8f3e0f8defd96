# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies that cannot be taken are answered clearly, before anything is done with them."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.test import Client, RequestFactory

from amana.config.bodies import PIECE_OF_FILE, BrokenText, check_body, most_bytes, whole_text
from amana.config.env import env
from amana.config.faults import Fault, fault_of

FORM = "application/x-www-form-urlencoded"


def post(body: bytes, content_type: str = FORM) -> HttpRequest:
    return RequestFactory().post("/x/", body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [b"", b"a=1&b=2", "a=السلام".encode(), b"a=%D8%A7+b", b"a=%", b"a=%zz", b"%F0%9F%AB%96=1"],
)
def test_whole_text_passes(body: bytes) -> None:
    assert check_body(post(body)) is None


@pytest.mark.parametrize("body", [b"a=%FF", b"a=%D8", b"a=\xff\xfe", b"%C3%28=1", b"a=%ED%A0%80"])
def test_broken_utf8_in_a_form_is_noticed_and_not_replaced(body: bytes) -> None:
    assert check_body(post(body)) is Fault.BROKEN_TEXT


def test_a_form_too_large_is_noticed_by_its_announced_length() -> None:
    request = post(b"a=1")
    request.META["CONTENT_LENGTH"] = str(1024 * 1024 + 1)
    assert check_body(request) is Fault.TOO_LARGE


def test_files_may_be_larger_than_a_form_but_not_without_end() -> None:
    request = post(b"x", "multipart/form-data; boundary=x")
    most = most_bytes("multipart/form-data")
    request.META["CONTENT_LENGTH"] = str(most)
    assert check_body(request) is None
    request.META["CONTENT_LENGTH"] = str(most + 1)
    assert check_body(request) is Fault.TOO_LARGE


def test_a_piece_of_a_file_may_be_as_large_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env(), "max_file_mb", 3)
    request = post(b"x", PIECE_OF_FILE)
    request.META["CONTENT_LENGTH"] = str(3 * 1024 * 1024)
    assert check_body(request) is None
    request.META["CONTENT_LENGTH"] = str(3 * 1024 * 1024 + 1)
    assert check_body(request) is Fault.TOO_LARGE


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "٣", "²", "+1", "1_0", " 1", "9" * 5000])
def test_a_strange_length_is_refused_and_no_crash(length: str) -> None:
    request = post(b"a=1")
    request.META["CONTENT_LENGTH"] = length
    assert check_body(request) is Fault.BAD_REQUEST


def test_a_length_that_no_disk_has_is_too_large_and_no_crash() -> None:
    request = post(b"a=1")
    request.META["CONTENT_LENGTH"] = "9" * 18
    assert check_body(request) is Fault.TOO_LARGE


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
@pytest.mark.parametrize("query", ["a=%00", "%00", "q=%D8%A7%00&b=1"])
def test_no_address_carries_a_nul_into_a_query(method: str, query: str) -> None:
    """PostgreSQL would break on it, SQLite find nothing: one answer for both."""
    request = RequestFactory().generic(method, f"/x/?{query}")
    assert check_body(request) is Fault.BAD_REQUEST
    request = RequestFactory().generic(method, f"/x/?{query.replace('%00', '%2500')}")
    assert check_body(request) is None


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "", "x"])
def test_what_is_no_plain_form_is_not_read_here(kind: str) -> None:
    """Broken letters are found where it is taken; here nothing may use up the stream."""
    request = post(b"\xff\xfe", kind)
    assert check_body(request) is None
    assert request.read() == b"\xff\xfe"


def test_the_limit_of_a_form_holds_for_every_kind_that_has_none_of_its_own() -> None:
    form = most_bytes(FORM)
    for kind in ("", "application/json", "text/plain", "application/offset", "MULTIPART/FORM-DATA"):
        assert most_bytes(kind) == form
    assert form < most_bytes(PIECE_OF_FILE) < most_bytes("multipart/form-data")


def test_a_body_without_a_length_is_read_within_the_limit() -> None:
    request = post(b"a=1")
    request.META["CONTENT_LENGTH"] = ""
    assert check_body(request) is None


def test_a_page_that_is_only_opened_is_not_examined() -> None:
    request = RequestFactory().get("/x/")
    request.META["CONTENT_LENGTH"] = str(10**12)
    assert check_body(request) is None


def test_text_in_a_multipart_form_that_arrived_broken_is_refused() -> None:
    good = QueryDict("a=%D8%A7")
    assert whole_text(good) is good
    with pytest.raises(BrokenText):
        whole_text(QueryDict("a=%FF"))
    with pytest.raises(BrokenText):
        whole_text(QueryDict("%FF=1"))


def test_too_many_fields_are_too_much_at_once() -> None:
    assert fault_of(TooManyFieldsSent()) is Fault.TOO_LARGE


@pytest.mark.db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "It was not filed, and nothing of it was kept half."),
        ("fr", "rien n’en a été gardé à moitié"),
        ("ar", "لم يُسجَّل هذا، ولم يُحفظ منه شيء ناقص"),
        ("ur", "یہ درج نہیں ہوا"),
    ],
)
def test_a_body_too_large_is_answered_in_the_readers_language(language: str, words: str) -> None:
    response = Client().post(
        "/language/", b"a=" + b"x" * 1024 * 1024, FORM, headers={"accept-language": language}
    )
    assert response.status_code == 413
    html = response.content.decode().replace("&#x27;", "’")
    assert words in html
    assert f'lang="{language}"' in html


@pytest.mark.db
def test_broken_letters_are_answered_with_a_page_that_repeats_nothing() -> None:
    response = Client().post("/language/", b"language=fr&secret=hunter2%FF", FORM)
    assert response.status_code == 400
    assert "letters arrived broken" in response.content.decode()
    assert "hunter2" not in response.content.decode()


@pytest.mark.db
def test_a_program_gets_problem_details() -> None:
    response = Client().post(
        "/api/v1/reports", b"x" * (1024 * 1024 + 1), "application/json", headers={"accept": "*/*"}
    )
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 413
