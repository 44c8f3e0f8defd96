# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from amana.agencies.selectors import forget_shown
from amana.agencies.services import apply_pack
from amana.config import languages
from amana.packs import load_pack


def page(client: Client, **headers: str) -> str:
    response = client.get("/help/", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.db
@pytest.mark.parametrize(
    ("header", "language", "direction"),
    [
        ("ar-JO,ar;q=0.9,en;q=0.5", "ar", "rtl"),
        ("ur", "ur", "rtl"),
        ("fr-MA;q=0.4, de;q=0.9", "fr", "ltr"),
        ("en-GB", "en", "ltr"),
        ("de, es;q=0.5, ur-PK;q=0.2", "ur", "rtl"),
    ],
)
def test_a_reader_gets_her_language_from_the_browser(
    header: str, language: str, direction: str
) -> None:
    html = page(Client(), **{"accept-language": header})
    assert f'<html lang="{language}" dir="{direction}">' in html


@pytest.mark.db
@pytest.mark.parametrize("header", ["", "de", "*", "xx;q=zz", ";;;;", "a" * 5000])
def test_without_a_language_of_ours_the_country_pack_decides(header: str) -> None:
    apply_pack(pack=load_pack("jo"))
    forget_shown()
    try:
        assert '<html lang="ar"' in page(Client(), **{"accept-language": header})
    finally:
        forget_shown()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr;q=0, de", ""),
        ("fr;q=0.000, ur;q=0.001", "ur"),
        ("*;q=0.5, ar;q=0", ""),
        ("en;q=0.2, fr;q=0.20, ar;q=0.3", "ar"),
        ("fr;q=0.5, ur;q=0.5", "fr"),
        ("zh-Hans-CN, AR-jo;q=0.3", "ar"),
        ("arz, urd, fre", ""),
        ("fr;q=1.5", ""),
        ("fr;q=٣", ""),
    ],
)
def test_the_browsers_weights_are_heeded_and_0_means_never(header: str, language: str) -> None:
    assert languages.accepted(header) == language


@given(st.text(max_size=40))
def test_whatever_a_cookie_holds_it_is_a_language_of_ours_or_none(tag: str) -> None:
    assert languages.known(tag) in {"", *languages.KNOWN}
    assert languages.known(languages.known(tag)) == languages.known(tag)


@pytest.mark.db
def test_before_the_first_start_there_is_still_a_language() -> None:
    forget_shown()
    assert '<html lang="en"' in page(Client())


@pytest.mark.db
def test_the_choice_is_kept_in_one_neutral_cookie_that_ends_with_the_window() -> None:
    client = Client()
    response = client.post("/language/", {"language": "ur", "next": "/help/keep/"})
    assert (response.status_code, response["Location"]) == (303, "/help/keep/")
    assert list(response.cookies) == ["l"]
    cookie = response.cookies["l"]
    assert cookie.value == "ur"
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"]
    assert '<html lang="ur"' in page(client, **{"accept-language": "fr"})


@pytest.mark.db
@pytest.mark.parametrize(
    "bad",
    ["https://elsewhere.example/", "//elsewhere.example/", "javascript:x", "\\\\x", "", "/\\x"],
)
def test_the_way_back_never_leads_elsewhere(bad: str) -> None:
    response = Client().post("/language/", {"language": "fr", "next": bad})
    assert (response.status_code, response["Location"]) == (303, "/")


@pytest.mark.db
@pytest.mark.parametrize(
    "wanted",
    ["/help/\r\nSet-Cookie: d=1", "/help/\x00", "/سلام/", "/?next=https://elsewhere.example/"],
)
def test_the_way_back_is_one_line_and_stays_on_this_site(wanted: str) -> None:
    response = Client().post("/language/", {"language": "fr", "next": wanted})
    assert response.status_code == 303
    assert response["Location"].startswith("/")
    assert not set(response["Location"]) & set("\r\n\x00")
    assert set(response.cookies) == {"l"}


@pytest.mark.db
def test_a_way_back_that_is_endless_is_no_error_of_ours() -> None:
    response = Client().post("/language/", {"language": "fr", "next": "/" + "x" * 50_000})
    assert response.status_code in {303, 400}


@pytest.mark.db
@pytest.mark.parametrize("bad", ["xx", "", "../..", "ar; Path=/"])
def test_an_unknown_language_changes_nothing(bad: str) -> None:
    response = Client().post("/language/", {"language": bad})
    assert response.status_code == 303
    assert not response.cookies


@pytest.mark.db
def test_a_language_is_chosen_by_a_form_and_not_by_a_link() -> None:
    assert Client().get("/language/?language=ur").status_code == 405


@pytest.mark.db
def test_the_choice_works_where_no_token_was_ever_set() -> None:
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "fr"})
    assert response.cookies["l"].value == "fr"


@pytest.mark.db
def test_nobody_makes_session_rows_by_choosing_a_language_before_sign_in() -> None:
    response = Client().post("/desk/language/", {"language": "fr", "next": "/desk/sign-in/"})
    assert response["Location"] == "/desk/sign-in/"
    assert list(response.cookies) == ["l"]


def at_desk(*, session: dict[str, str], language: str, cookie: str = "") -> HttpRequest:
    request = RequestFactory().get("/desk/", headers={"accept-language": "en"})
    request.session = session  # type: ignore[assignment]
    request.user = SimpleNamespace(language=language)  # type: ignore[assignment]
    if cookie:
        request.COOKIES["l"] = cookie
    return request


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (at_desk(session={}, language="fr"), "fr"),
        (at_desk(session={}, language="fr", cookie="ur"), "fr"),
        (at_desk(session={"language": "ar"}, language="fr"), "ar"),
        (at_desk(session={}, language="", cookie="ur"), "ur"),
        (at_desk(session={"language": "xx"}, language="zz"), "en"),
    ],
)
def test_at_the_desk_the_officers_choice_then_her_own_language_wins(
    request_: HttpRequest, expected: str
) -> None:
    assert languages.of_desk(request_) == expected
