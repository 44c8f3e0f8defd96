# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a body must be before anything of it is looked at."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from amana.api.bodies import DEEPEST, LANGUAGES, BadBody, language_of, read_object
from amana.api.problems import TYPE, Wrong, problem, wrong_fields
from amana.reports.intake import current_questionnaire
from amana.reports.questionnaire import read_api


def request(body: bytes) -> HttpRequest:
    return RequestFactory().post("/", data=body, content_type="application/json")


def code(body: bytes) -> str:
    """Why a body cannot be read."""
    with pytest.raises(BadBody) as caught:
        read_object(request(body))
    assert caught.value.wrong["reason"]
    assert caught.value.wrong["field"] == ""
    return caught.value.wrong["code"]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), PLAIN, max_size=4))
def test_an_object_comes_back_as_it_was_sent(value: dict[str, object]) -> None:
    for ascii_only in (True, False):
        text = json.dumps(value, ensure_ascii=ascii_only)
        assert read_object(request(text.encode("utf-8", "surrogatepass"))) == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"a": 1} {"b": 2}', "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": -Infinity}', "not_json"),
        (b"{'a': 1}", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"[]", "not_an_object"),
        (b'"{}"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"a": "\xff"}', "broken_text"),
        (b'{"a": "\xd8\x00"}', "broken_text"),
        (b'{"a": "\xed\xa0\x80"}', "broken_text"),
    ],
)
def test_each_way_of_being_no_object_has_its_own_name(body: bytes, why: str) -> None:
    assert code(body) == why


def nested(depth: int, opening: str, closing: str) -> bytes:
    return f'{{"a": {opening * (depth - 1)}1{closing * (depth - 1)}}}'.encode()


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"b": ', "}")])
def test_nesting_has_a_limit_and_stack_is_not_it(opening: str, closing: str) -> None:
    assert read_object(request(nested(DEEPEST - 1, opening, closing)))
    assert code(nested(DEEPEST, opening, closing)) == "too_deep"
    assert code(nested(50_000, opening, closing)) in {"too_deep", "not_json"}


def test_a_figure_too_long_to_count_is_no_json() -> None:
    """Python refuses to turn thousands of figures into a number; that is no fault of ours."""
    assert code(b'{"a": ' + b"9" * 5_000 + b"}") == "not_json"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_the_body_is_that_of_the_answer(language: str) -> None:
    assert language_of({"language": language}, "en") == language


@pytest.mark.parametrize("said", [None, "", "AR", "de", 7, ["ar"], {"ar": 1}, True])
def test_another_language_leaves_that_of_the_request(said: object) -> None:
    assert language_of({"language": said}, "fr") == "fr"
    assert language_of({}, "ur") == "ur"


def test_a_problem_says_what_and_how_long_to_wait() -> None:
    answer = problem(429, "too-many", "Later.", retry_after=600)
    assert (answer.status_code, answer["Content-Type"]) == (429, TYPE)
    assert answer["Retry-After"] == "600"
    assert json.loads(answer.content) == {
        "type": "urn:amana:problem:too-many",
        "title": "Later.",
        "status": 429,
    }


def test_a_problem_names_each_field_it_is_told_of() -> None:
    wrong = [Wrong(field=f"identifiers[{n}].value", code="empty", reason="…") for n in range(3)]
    answer = problem(400, "fields", "No.", errors=wrong)
    assert json.loads(answer.content)["errors"] == wrong
    assert "Retry-After" not in answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_is_told_in_the_language_that_is_asked_for(language: str) -> None:
    checked = read_api(current_questionnaire(), {"language": "en", "category": "ZZ"})
    (error,) = wrong_fields(checked.errors, language)
    assert error["field"] == "category"
    english = wrong_fields(checked.errors, "en")[0]["reason"]
    assert (error["reason"] == english) is (language == "en")
