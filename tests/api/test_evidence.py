# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files for a report by its receipt: all kept or none, wrong codes alike, the same key once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amana.agencies.models import Agency
from amana.config.env import env
from amana.evidence.models import EvidenceItem
from amana.kernel.sealing.receipts import format_code
from amana.limits import rules
from tests.support import builders

pytestmark = pytest.mark.db
URL = "/api/v1/evidence"
CANARY = b"CANARY-THROUGH-THE-API " * 4000


@pytest.fixture
def agency() -> Agency:
    return builders.node()


@pytest.fixture
def code(agency: Agency) -> str:
    return format_code(builders.filed(agency).code)


def file(name: str = "chat.png", content: bytes = b"a picture") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def send(
    code: str | None = None, *files: SimpleUploadedFile, headers: Any = None, **fields: str
) -> Any:
    body: dict[str, object] = {"file": list(files), **fields}
    if code is not None:
        body["receipt"] = code
    said = {"accept-language": "en", **(headers or {})}
    return Client().post(URL, body, headers=said)


def blobs() -> list[bytes]:
    return [path.read_bytes() for path in env().blob_folder.rglob("*") if path.is_file()]


def test_a_file_joins_the_report_and_its_fingerprint_comes_back(code: str) -> None:
    answer = send(code, file("محادثة.png", CANARY))
    assert answer.status_code == 201
    (kept,) = answer.json()["files"]
    assert kept["name"] == "محادثة.png"
    assert kept["size"] == len(CANARY)
    assert kept["sha256"] == hashlib.sha256(CANARY).hexdigest()
    item = EvidenceItem.objects.get()
    assert item.report is not None
    assert "evidence:item:ingest" in builders.tags(item.report)
    assert not [blob for blob in blobs() if b"CANARY" in blob]


def test_several_files_and_the_code_in_a_header(code: str) -> None:
    digits = code.replace("·", "")
    answer = send(None, file(), file("b.pdf"), headers={"Amana-Receipt": digits})
    assert answer.status_code == 201
    assert [each["name"] for each in answer.json()["files"]] == ["chat.png", "b.pdf"]


def test_whatever_opens_nothing_has_one_answer_and_keeps_nothing(agency: Agency) -> None:
    before = blobs()
    unknown = "1234 5678 9012 3456 7890 1234 5678 9012 3456"
    answers = [send(each, file()) for each in (unknown, "no code", "", None)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["Content-Type"] == "application/problem+json"
    assert blobs() == before
    assert not EvidenceItem.objects.exists()


def test_wrong_codes_are_counted_as_for_the_status(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = rules.Limit("wrong-code", 2, rules.TEN_MINUTES)
    monkeypatch.setattr("amana.reports.services.presenting.WRONG_CODE", few)
    assert [send("no code", file()).status_code for _ in range(3)] == [404, 404, 429]
    status = Client().post("/api/v1/status", {"receipt": "x"}, content_type="application/json")
    assert status.status_code == 429


def test_a_pin_is_asked_for_where_one_is_set(agency: Agency) -> None:
    code = format_code(builders.filed(agency, pin="4821").code)
    assert send(code, file()).status_code == 403
    assert send(code, file(), pin="1111").status_code == 404
    assert send(code, file(), pin="4821").status_code == 201
    assert send(code, file(), headers={"Amana-Pin": "4821"}).status_code == 201


def test_too_large_or_too_many_keeps_nothing_of_all(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amana.evidence.limits.max_file", lambda: 10)
    before = blobs()
    answer = send(code, file(content=b"small"), file("large.png", b"x" * 11))
    assert answer.status_code == 413
    assert [wrong["field"] for wrong in answer.json()["errors"]] == ["large.png"]
    monkeypatch.setattr(env(), "max_files", 1)
    assert send(code, file(content=b"1"), file(content=b"2")).status_code == 413
    monkeypatch.setattr("amana.api.evidence.MOST_OF_A_REPORT", 0)
    assert send(code, file(content=b"1")).status_code == 413
    assert not EvidenceItem.objects.exists()
    assert blobs() == before


def test_without_a_file_or_as_another_type_it_is_said(code: str) -> None:
    assert send(code).status_code == 400
    answer = Client().post(URL, {"receipt": code}, content_type="application/json")
    assert answer.status_code == 415


def test_the_same_key_sends_once(code: str) -> None:
    key = {"Idempotency-Key": secrets.token_urlsafe(24)}
    first = send(code, file(), headers=key)
    second = send(code, file(), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert EvidenceItem.objects.count() == 1
    assert send(code, file(content=b"other"), headers=key).status_code == 422
    assert send(code, file(), headers={"Idempotency-Key": "short"}).status_code == 400
    assert EvidenceItem.objects.count() == 1
    assert len([b for b in blobs() if EvidenceItem.objects.get().stored_size == len(b)]) >= 1


def test_too_many_files_from_one_source_wait(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amana.api.evidence.allow", lambda *_said: False)
    answer = send(code, file())
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")


def test_the_holder_of_the_receipt_sees_what_came_and_never_the_bytes(code: str) -> None:
    send(code, file("محادثة.png", CANARY))
    asked = {"receipt": code, "files": True}
    answer = Client().post("/api/v1/status", asked, content_type="application/json")
    (shown,) = answer.json()["files"]
    assert shown["name"] == "محادثة.png"
    assert shown["sha256"] == hashlib.sha256(CANARY).hexdigest()
    assert b"CANARY" not in answer.content


def test_the_description_names_it(agency: Agency) -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    body = paths[URL]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]
