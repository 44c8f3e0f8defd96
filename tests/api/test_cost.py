# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a request may cost in statements: the rates of `make bench` rest on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amana.agencies.models import Agency
from amana.journal import state
from amana.journal.events import Actor
from amana.journal.sequencer import publish_hour
from amana.kernel.sealing.receipts import format_code
from amana.reports.services import mailbox
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]
REPORT = {
    "language": "ar",
    "category": "X1",
    "narrative": "هدد بنشر الصور",
    "victim": {"country": "JO", "region": "JO-AQ"},
    "identifiers": [{"type": "phone", "value": "+962790000001"}],
}


@pytest.fixture
def agency() -> Agency:
    return builders.node()


def post(path: str, body: object) -> HttpResponse:
    answer = Client().post(path, data=json.dumps(body), content_type="application/json")
    assert isinstance(answer, HttpResponse)
    return answer


def statements(path: str, body: object) -> list[str]:
    """What a further request of a kind asks the database, without what a process asks once.

    The first one reads lexicons and lists for seconds, in which the agency grows stale."""
    post(path, body)
    post(path, body)
    with CaptureQueriesContext(connection) as asked:
        assert post(path, body).status_code in (200, 201)
    told = [query["sql"] for query in asked]
    # The agency is asked for once a second: between two requests of a slow machine, once more.
    told = [sql for sql in told if '"agencies_agency"' not in sql.partition("WHERE")[0]]
    return [sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE"))]


def inserts(told: list[str]) -> list[str]:
    return [sql for sql in told if "INSERT INTO" in sql and "limits_bucket" not in sql]


def test_a_report_reads_the_keys_and_writes(agency: Agency) -> None:
    told = statements("/api/v1/reports", REPORT)
    assert [sql.split()[0] for sql in told if sql.startswith("SELECT")] == ["SELECT"]
    written = inserts(told)
    assert len(written) == (1 if connection.vendor == "postgresql" else 11)
    assert len(told) == len(written) + 2  # the keys of the units, and the limit on floods


def test_a_status_is_three_reads_and_writes_nothing(agency: Agency) -> None:
    code = format_code(builders.filed(agency).code)
    told = statements("/api/v1/status", {"receipt": code})
    assert [sql.split()[0] for sql in told] == ["SELECT"] * 3


def test_a_message_that_came_since_is_seen(agency: Agency) -> None:
    """The mailbox is not asked for what is not there; it is when something came."""
    filed = builders.filed(agency)
    asked = {"receipt": format_code(filed.code)}
    assert told(asked)["messages"] == []
    mailbox.answer(report=filed.report, text="We read it.", actor=Actor("investigator", "x"))
    assert [line["text"] for line in told(asked)["messages"]] == ["We read it."]


def test_a_proof_that_stands_since_is_given(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(state, "path", lambda: tmp_path / "state" / state.FILE)
    asked = {"receipt": format_code(builders.filed(agency).code)}
    assert told(asked)["proof"]["kind"] == "promise"
    publish_hour(hour=500_000)
    assert told(asked)["proof"]["kind"] == "inclusion"


def told(body: object) -> Any:
    return json.loads(post("/api/v1/status", body).content)
