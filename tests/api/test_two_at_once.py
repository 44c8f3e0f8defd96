# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two requests with one key at the same moment, and faults of the store while a report is filed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.test import Client

from amana import journey
from amana.agencies.models import Agency
from amana.api import reports
from amana.journal.models import Event
from amana.reports.models import KeptAnswer, Report
from amana.reports.services import idempotency
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]
REPORT = {"language": "ar", "category": "X1", "narrative": "هدد بنشر الصور"}
KEY = secrets.token_urlsafe(24)


@pytest.fixture
def agency() -> Agency:
    return builders.node()


def post(body: object = REPORT, *, key: str | None = None) -> HttpResponse:
    headers = {} if key is None else {"Idempotency-Key": key}
    client = Client(raise_request_exception=False)
    answer = client.post(
        "/api/v1/reports", json.dumps(body), content_type="application/json", headers=headers
    )
    assert isinstance(answer, HttpResponse)
    return answer


def looked_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the other request had been filed between our look at the key and our own filing."""
    look = idempotency.kept
    looks: list[str] = []

    def kept(key: str, digest: bytes) -> bytes | None:
        looks.append(key)
        return None if len(looks) == 1 else look(key, digest)

    monkeypatch.setattr(idempotency, "kept", kept)


def test_the_later_of_two_gets_the_answer_of_the_first(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = post(key=KEY)
    leaves = Event.objects.count()
    looked_too_early(monkeypatch)
    second = post(key=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert Report.objects.count() == KeptAnswer.objects.count() == 1
    assert Event.objects.count() == leaves


def test_the_later_of_two_with_other_words_is_refused_and_not_filed(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(key=KEY)
    looked_too_early(monkeypatch)
    assert post({**REPORT, "category": "F1"}, key=KEY).status_code == 422
    assert Report.objects.count() == 1


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("keyed", [False, True])
def test_a_store_that_cannot_write_says_so_and_gives_no_receipt(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, keyed: bool
) -> None:
    monkeypatch.setattr(journey, "insert_alone", failing(OperationalError("disk is full")))
    monkeypatch.setattr(journey, "insert", failing(OperationalError("disk is full")))
    answer = post(key=KEY if keyed else None)
    assert answer.status_code in {500, 503, 507}
    assert b"receipt" not in answer.content
    assert Report.objects.count() == KeptAnswer.objects.count() == 0


@pytest.mark.parametrize("keyed", [False, True])
def test_a_row_that_the_database_refuses_is_no_answer_of_another_report(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, keyed: bool
) -> None:
    monkeypatch.setattr(journey, "file", failing(IntegrityError("another constraint")))
    answer = post(key=KEY if keyed else None)
    assert answer.status_code == 500
    assert b"receipt" not in answer.content


def test_the_answer_is_kept_in_the_transaction_of_the_report(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key there is more to write than the report; without the one the other is not."""
    monkeypatch.setattr(idempotency, "keep", failing(OperationalError("disk is full")))
    assert post(key=KEY).status_code >= 500
    assert Report.objects.count() == 0


def test_where_the_host_is_not_ours_nothing_is_filed(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of the status page is made before the report is stored, not after it."""
    asked: list[int] = []

    def stored(*_args: object, **_kwargs: object) -> None:
        asked.append(1)

    monkeypatch.setattr(journey, "insert_alone", stored)
    client = Client(raise_request_exception=False)
    answer = client.post(
        "/api/v1/reports",
        json.dumps(REPORT),
        content_type="application/json",
        headers={"host": "elsewhere.example"},
    )
    assert answer.status_code == 400
    assert asked == []


def test_a_unit_without_a_name_in_her_language_is_named_in_english(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = reports._answer

    def without(filed: journey.Filed, page: str, language: str) -> bytes:
        filed.unit.names = {"en": "Branch"}
        return made(filed, page, language)

    monkeypatch.setattr(reports, "_answer", without)
    assert json.loads(post().content)["unit"]["name"] == "Branch"
