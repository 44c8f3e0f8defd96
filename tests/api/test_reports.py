# SPDX-License-Identifier: AGPL-3.0-or-later
"""`POST /api/v1/reports`: the contract that channels and partners rely on."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.kernel.sealing.receipts import parse_code
from amana.limits.rules import FILING
from amana.reports.models import KeptAnswer, Origin, Report
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]

PATH = "/api/v1/reports"
CONTRACT: dict[str, Any] = {
    "language": "ar",
    "category": "X1",
    "narrative": "هدد بنشر الصور",
    "reporter": {"role": "victim", "identity": "anonymous"},
    "victim": {"country": "JO", "region": "JO-AQ", "minor": False},
    "suspect": {"country": "DE"},
    "answers": {"ongoing": True, "deadline": "2030-12-01"},
    "identifiers": [{"type": "phone", "value": "+962791234567"}],
    "consents": ["police"],
}


@pytest.fixture
def agency() -> Agency:
    return builders.node()


def post(body: object, *, key: str | None = None) -> HttpResponseBase:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {} if key is None else {"Idempotency-Key": key}
    return Client().post(PATH, data=text, content_type="application/json", headers=headers)


def told(response: HttpResponseBase) -> Any:
    assert isinstance(response, HttpResponse)
    return json.loads(response.content)


def changed(**parts: object) -> dict[str, object]:
    return {**CONTRACT, **parts}


def test_the_contract_is_kept_word_for_word(agency: Agency) -> None:
    response = post(CONTRACT)
    assert response.status_code == 201
    said = told(response)
    assert set(said) == {"receipt", "locator", "status_url", "unit", "urgency"}
    assert said["unit"] == {"code": "jo/ccu/aqaba", "name": "فرع العقبة"}
    assert parse_code(said["receipt"]).locator == said["locator"]
    assert said["status_url"].endswith("/status/")


def test_no_secret_stands_in_the_address(agency: Agency) -> None:
    said = told(post(CONTRACT))
    secret = parse_code(said["receipt"]).secret
    assert secret not in said["status_url"].replace(" ", "")


@pytest.mark.parametrize(
    "body", [{"language": "fr", "category": "F1"}, {"language": "ur", "narrative": "مدد"}]
)
def test_language_and_one_word_are_enough(agency: Agency, body: Mapping[str, str]) -> None:
    assert post(body).status_code == 201


def test_m043_the_origin_is_set_by_the_door(agency: Agency) -> None:
    assert post(changed(origin="complaint")).status_code == 400
    post(CONTRACT)
    assert Report.objects.get().origin == Origin.REPORT


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("language", {"category": "X1"}),
        ("language", changed(language="xx")),
        ("category", changed(category="ZZ")),
        ("victim.region", changed(victim={"country": "JO", "region": "XX-99"})),
        ("identifiers[0].type", changed(identifiers=[{"type": "smoke", "value": "1"}])),
        ("consents", changed(consents="police")),
        ("answers.deadline", changed(answers={"deadline": "soon"})),
        ("surprise", changed(surprise=1)),
    ],
)
def test_t19_an_error_names_the_field_and_the_reason(
    agency: Agency, field: str, body: object
) -> None:
    response = post(body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    named = {error["field"] for error in told(response)["errors"]}
    assert any(name.startswith(field) for name in named), named
    assert all(error["reason"] for error in told(response)["errors"])
    assert Report.objects.count() == 0


def test_an_error_speaks_the_callers_language(agency: Agency) -> None:
    reasons = {
        language: told(post({"language": language, "category": "ZZ"}))["errors"][0]["reason"]
        for language in ("ar", "fr", "en", "ur")
    }
    assert len(set(reasons.values())) == 4


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"NaN", b"[" * 5000])
def test_what_is_no_json_object_is_told_so(agency: Agency, body: bytes) -> None:
    assert post(body).status_code == 400


def test_a_body_too_large_is_not_read(agency: Agency) -> None:
    response = post(changed(narrative="x" * 2_000_000))
    assert response.status_code == 413
    assert Report.objects.count() == 0


def test_a_text_too_long_is_named_with_its_limit(agency: Agency) -> None:
    response = post(changed(narrative="x" * 200_000))
    assert response.status_code == 400
    assert told(response)["errors"][0]["field"] == "narrative"


KEY = secrets.token_urlsafe(24)


def test_the_same_key_twice_is_one_report_with_one_receipt(agency: Agency) -> None:
    first = post(CONTRACT, key=KEY)
    second = post(CONTRACT, key=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert told(first) == told(second)
    assert Report.objects.count() == 1


def test_a_key_used_for_something_else_is_refused(agency: Agency) -> None:
    post(CONTRACT, key=KEY)
    assert post(changed(category="F1"), key=KEY).status_code == 422


@pytest.mark.parametrize("key", ["short", "a" * 40, "é" * 30, "x" * 200, "1212121212121212121212"])
def test_a_key_that_can_be_guessed_is_refused(agency: Agency, key: str) -> None:
    assert post(CONTRACT, key=key).status_code == 400


def test_the_kept_answer_opens_with_the_key_alone(agency: Agency) -> None:
    receipt = told(post(CONTRACT, key=KEY))["receipt"]
    row = KeptAnswer.objects.get()
    digits = receipt.replace(" ", "").replace("·", "").encode()
    for value in (row.key_hash, row.request_hash, row.wrapped):
        assert KEY.encode() not in bytes(value)
        assert digits not in bytes(value)
        assert receipt.encode() not in bytes(value)


def test_t34_thirty_behind_one_address_file_within_ten_minutes(agency: Agency) -> None:
    answers = [post(CONTRACT).status_code for _ in range(30)]
    assert answers == [201] * 30


def test_a_flood_is_told_when_to_come_back(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amana.api.reports.allow", lambda limit, source: limit is not FILING)
    response = post(CONTRACT)
    assert response.status_code == 429
    assert response["Retry-After"] == "600"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(sorted(CONTRACT)), junk=JUNK)
def test_whatever_comes_is_answered(agency: Agency, part: str, junk: object) -> None:
    response = post(changed(**{part: junk}))
    assert response.status_code in {201, 400, 429}


def test_the_description_is_published(agency: Agency) -> None:
    described = told(Client().get("/api/v1/openapi.json"))
    assert set(described["paths"]) >= {"/api/v1/reports", "/api/v1/status"}
    body = described["paths"]["/api/v1/reports"]["post"]["requestBody"]
    assert set(body["content"]["application/json"]["schema"]["properties"]) == set(CONTRACT)


def test_u04_nothing_of_the_api_is_kept_by_anybody(agency: Agency) -> None:
    response = post(CONTRACT)
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
