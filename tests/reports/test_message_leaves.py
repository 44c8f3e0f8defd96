# SPDX-License-Identifier: AGPL-3.0-or-later
"""The leaf of a message names its bytes: one that was exchanged or slipped in past the services
(T-06) has no leaf."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import pytest
from django.db import transaction

from amana.journal.events import Actor
from amana.journal.models import Event
from amana.reports.events import Tag
from amana.reports.models import Message
from amana.reports.services import mailbox
from amana.reports.services.parts import write_internal
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def _leaf(tag: Tag) -> Mapping[str, object]:
    body = Event.objects.get(tag=tag).body
    assert body is not None
    facts: Mapping[str, object] = json.loads(bytes(body))["facts"]
    return facts


def _says(message: Message) -> dict[str, str]:
    assert message.sealed is not None
    digest = hashlib.sha256(bytes(message.sealed)).hexdigest()
    return {"message": str(message.id), "sealed_sha256": digest}


def test_t06_the_leaf_of_a_message_names_what_was_sealed() -> None:
    report = builders.filed(builders.node()).report
    message = mailbox.write(report=report, text="he wrote again")
    assert _leaf(Tag.MESSAGE_SEND) == _says(message)


def test_t06_the_leaf_of_a_note_names_what_was_sealed() -> None:
    report = builders.filed(builders.node()).report
    unit = builders.unit("jo/ccu/aqaba")
    with transaction.atomic():
        note = write_internal(
            report=report, text="ask the provider", actor=Actor("supervisor", "x"), unit_id=unit.id
        )
    assert _leaf(Tag.NOTE_WRITE) == _says(note)
