# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bad input is expected input: every body gets an answer that says what is wrong, never a 500."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]

GOOD = {
    "language": "ar",
    "category": "X1",
    "narrative": "words",
    "reporter": {"role": "victim", "identity": "anonymous"},
    "victim": {"country": "JO", "region": "JO-AQ", "minor": False},
    "suspect": {"country": "DE"},
    "answers": {"ongoing": True, "deadline": "2026-12-01"},
    "identifiers": [{"type": "phone", "value": "+962790000000"}],
    "consents": ["police"],
}
HOSTILE = [
    '"\\ud800"',
    '"\\u0000"',
    "1e999",
    "-1e999",
    "1" * 400,
    "[]",
    "{}",
    '[["x"]]',
    '{"$ne":1}',
]


def _bodies() -> list[str]:
    """The good body with one value after the other exchanged for each hostile one."""
    found = []
    marks = []
    for key, value in GOOD.items():
        marks.append({**GOOD, key: "@@"})
        if isinstance(value, dict):
            marks += [{**GOOD, key: {**value, inner: "@@"}} for inner in [*value, "narrative"]]
    marks.append({**GOOD, "identifiers": [{"type": "@@", "value": "x"}]})
    marks.append({**GOOD, "identifiers": [{"type": "phone", "value": "@@"}]})
    marks.append({**GOOD, "consents": ["@@"]})
    marks += [{**GOOD, "answers": {name: "@@"}} for name in ("payments", "offences", "origin")]
    for mark in marks:
        found += [json.dumps(mark).replace('"@@"', value) for value in HOSTILE]
    return found


def test_no_value_breaks_it() -> None:
    builders.node()
    client = Client(raise_request_exception=True)
    answers = {}
    for number, body in enumerate(_bodies()):
        response = client.post(
            "/api/v1/reports",
            data=body,
            content_type="application/json",
            REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}",
        )
        answers[body] = response.status_code
    assert set(answers.values()) <= {201, 400}, [b for b, s in answers.items() if s >= 500][:3]
    assert 201 in answers.values()
