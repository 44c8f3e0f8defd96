# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows that somebody with the database wrote past the services: named, and never a crash."""

from __future__ import annotations

import json
import os

import pytest

from amana.config.clock import now
from amana.journal.models import Checkpoint, Event
from amana.journal.sequencer import sequence_all
from amana.journal.verify import verify
from amana.kernel.ids import uuid7
from amana.kernel.ledger.commitments import commit, new_salt
from tests.journal.builders import AGENCY, log_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]

BODIES = [
    b"",
    b"\xff\xfe",
    b"not json",
    b"[]",
    b"null",
    b"{}",
    b"[" * 100_000,
    json.dumps({"tag": [], "facts": 1, "actor": None}).encode(),
]


def _forge(body: bytes) -> None:
    salt = new_salt()
    Event.objects.create(
        id=uuid7(),
        agency_id=AGENCY,
        tag="node:backup:run",
        at=now(),
        body=body,
        salt=salt,
        commitment=commit(salt, body),
    )


@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_t06_a_forged_entry_is_named_and_stops_no_check(body: bytes, placed: bool) -> None:
    log_of(6)
    _forge(body)
    if placed:
        sequence_all()
    assert verify().problems != []


def test_words_behind_a_signed_checkpoint_are_found() -> None:
    log_of(6)
    row = Checkpoint.objects.order_by("size").first()
    assert row is not None
    line = row.note.splitlines()[-1]
    for added in (f"{line}\n", line.replace("amana/", "other/") + "\n"):
        Checkpoint.objects.filter(pk=row.pk).update(note=row.note + added)
        assert any("checkpoint" in said for said in verify().problems), added
    Checkpoint.objects.filter(pk=row.pk).update(note=row.note)
    assert verify().holds


def test_a_salt_or_body_of_another_length_is_found() -> None:
    first, *_ = log_of(6)
    Event.objects.filter(pk=first.pk).update(salt=os.urandom(3))
    assert verify().problems != []
