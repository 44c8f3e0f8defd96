# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published description and the answers are one: whoever builds a client from the first can
read the second, and nothing comes that the first does not name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from amana.agencies.models import Agency
from amana.journal.events import Actor
from amana.kernel.sealing.receipts import format_code
from amana.reports.services import mailbox
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]
REPORT = {"language": "fr", "category": "X1", "narrative": "Il menace de publier."}


@pytest.fixture
def agency() -> Agency:
    return builders.node()


@pytest.fixture
def described(agency: Agency) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Client().get("/api/v1/openapi.json").content)
    return found


def post(path: str, body: object, **headers: str) -> HttpResponse:
    answer = Client().post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
    )
    assert isinstance(answer, HttpResponse)
    return answer


def agrees(described: Mapping[str, Any], path: str, answer: HttpResponse) -> None:
    """The status is described, and the body has its fields, all that are required, and no other."""
    operation = described["paths"][f"/api/v1/{path}"]["post"]
    schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]
    _agrees(described, schema["schema"], json.loads(answer.content))


def _agrees(described: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> None:
    if "$ref" in schema:
        return _agrees(described, _named(described, schema["$ref"]), value)
    if "anyOf" in schema:
        wanted = [one for one in schema["anyOf"] if (one.get("type") == "null") == (value is None)]
        assert wanted, (schema, value)
        return _agrees(described, wanted[0], value) if value is not None else None
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    assert isinstance(value, kinds[schema["type"]])
    for inner in value if isinstance(value, list) else ():
        _agrees(described, schema["items"], inner)
    if isinstance(value, dict):
        known = schema["properties"]
        assert set(schema.get("required", ())) <= value.keys() <= known.keys()
        for name, inner in value.items():
            _agrees(described, known[name], inner)
    return None


def _named(described: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = described["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def test_the_comparison_sees_what_is_missing_and_what_is_too_much(
    described: Mapping[str, Any],
) -> None:
    filed = json.loads(post("reports", REPORT).content)
    for spoilt in (
        {**filed, "narrative": "…"},
        {name: value for name, value in filed.items() if name != "locator"},
        {**filed, "unit": {"code": 7, "name": "x"}},
        {**filed, "urgency": None},
    ):
        with pytest.raises(AssertionError):
            agrees(described, "reports", HttpResponse(json.dumps(spoilt), status=201))


def test_what_is_filed(described: Mapping[str, Any]) -> None:
    answer = post("reports", REPORT)
    assert answer.status_code == 201
    agrees(described, "reports", answer)


@pytest.mark.parametrize(
    ("body", "key", "status"),
    [
        ({"language": "fr", "category": "ZZ"}, "", 400),
        ([], "", 400),
        (REPORT, "short", 400),
    ],
)
def test_what_is_refused(described: Mapping[str, Any], body: object, key: str, status: int) -> None:
    answer = post("reports", body, **({"Idempotency-Key": key} if key else {}))
    assert answer.status_code == status
    agrees(described, "reports", answer)


def test_a_key_for_something_else(described: Mapping[str, Any]) -> None:
    key = {"Idempotency-Key": "0123456789abcdefghijkl"}
    post("reports", REPORT, **key)
    answer = post("reports", {**REPORT, "category": "F1"}, **key)
    assert answer.status_code == 422
    agrees(described, "reports", answer)


def test_a_status_with_and_without_messages_and_files(
    agency: Agency, described: Mapping[str, Any]
) -> None:
    filed = builders.filed(agency)
    receipt = format_code(filed.code)
    agrees(described, "status", post("status", {"receipt": receipt}))
    mailbox.answer(report=filed.report, text="Nous avons lu.", actor=Actor("investigator", "x"))
    answer = post("status", {"receipt": receipt, "files": True})
    assert [line["from"] for line in json.loads(answer.content)["messages"]] == ["unit"]
    agrees(described, "status", answer)


def test_a_code_that_opens_nothing(agency: Agency, described: Mapping[str, Any]) -> None:
    answer = post("status", {"receipt": "0000 0000"})
    assert answer.status_code == 404
    agrees(described, "status", answer)


def test_files_that_were_kept_and_files_that_were_not(
    agency: Agency, described: Mapping[str, Any]
) -> None:
    receipt = format_code(builders.filed(agency).code)
    for said, status in ((receipt, 201), ("0000", 404)):
        file = SimpleUploadedFile("note.txt", b"hello", "text/plain")
        answer = Client().post("/api/v1/evidence", {"receipt": said, "file": file})
        assert isinstance(answer, HttpResponse)
        assert answer.status_code == status
        agrees(described, "evidence", answer)


def test_what_may_be_sent_is_described_to_the_last_field(described: Mapping[str, Any]) -> None:
    """Each field of a body is named, and an unknown one is refused as the description says."""
    for path in ("reports", "status"):
        operation = described["paths"][f"/api/v1/{path}"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        assert schema["additionalProperties"] is False
        assert {"receipt", "pin", "files"} == schema["properties"].keys() or path == "reports"
    answer = post("reports", {**REPORT, "surprise": 1})
    assert json.loads(answer.content)["errors"][0]["field"] == "surprise"
