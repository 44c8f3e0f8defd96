# SPDX-License-Identifier: AGPL-3.0-or-later
"""A public half that somebody exchanges in the database, to have what comes next sealed to a key of
his own, is not the one that the log names (T-06)."""

from __future__ import annotations

import hashlib
import json

import pytest

from amana.journal.models import Event
from amana.people.events import Tag as PeopleTag
from amana.people.models import UnitKey
from amana.reports.events import Tag
from amana.reports.models import SealedPart
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def _facts(event: Event) -> dict[str, object]:
    facts: dict[str, object] = json.loads(bytes(event.body or b"{}"))["facts"]
    return facts


def _digest(raw: bytes | memoryview[int]) -> str:
    return hashlib.sha256(bytes(raw)).hexdigest()


def test_t06_every_unit_key_is_named_by_the_leaf_that_made_it() -> None:
    builders.node()
    made = [PeopleTag.UNIT_KEY_CREATE, PeopleTag.UNIT_KEY_ROTATE]
    named = {
        (event.unit_id, _facts(event)["version"]): _facts(event)["public_sha256"]
        for event in Event.objects.filter(tag__in=made)
    }
    stored = {(key.unit_id, key.version): _digest(key.public) for key in UnitKey.objects.all()}
    assert stored == named


def test_t06_the_receipt_names_the_keys_of_the_parts() -> None:
    report = builders.filed(builders.node()).report
    facts = _facts(Event.objects.get(tag=Tag.RECEIPT_ISSUE, subject_id=report.id))
    parts = SealedPart.objects.filter(report=report)
    assert parts
    for part in parts:
        assert facts[f"key_{part.kind}"] == _digest(part.public_key)
        assert facts[f"sealed_{part.kind}"] == _digest(part.sealed)
