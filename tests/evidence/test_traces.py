# SPDX-License-Identifier: AGPL-3.0-or-later
"""After shredding, keys, salts and what they opened are in no file of the home: database, its log,
sealed files, temporary files. (PostgreSQL: the rows; its files belong to the operator.)"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from amana.agencies.models import Agency
from amana.casework import services as casework
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import shredding
from amana.evidence.keys import commitment_salt, item_key
from amana.evidence.models import Basis, EvidenceItem, ItemKey, Shred
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.models import PartGrant, PartKind, Report, SealedPart
from amana.reports.opening import open_private
from amana.reports.services import mailbox
from tests.evidence.files import UNIT, added
from tests.support import builders as make

pytestmark = pytest.mark.django_db(transaction=True)
WHY: dict[str, Any] = {
    "basis": Basis.RETENTION_ENDED,
    "article": "Archives act, art. 4",
    "reason": "Time is over.",
}
SHORTEST = 16


def files() -> Iterator[Path]:
    """Every file of the home, and the database of the test with its log."""
    yield from (path for path in env().home.rglob("*") if path.is_file())
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        yield from (Path(name + ending) for ending in ("", "-wal") if Path(name + ending).exists())


def found(secrets: dict[str, bytes]) -> list[tuple[str, str]]:
    """Which of these bytes stand in which file, whole or the middle of them."""
    hits = []
    for path in set(files()):
        content = path.read_bytes()
        for name, secret in secrets.items():
            middle = secret[len(secret) // 4 : len(secret) // 4 + SHORTEST]
            if middle in content or middle.hex().encode() in content:
                hits.append((name, path.name))
    return hits


def desk() -> tuple[Agency, Staff, Staff]:
    """A node with two officers of the competent unit."""
    with transaction.atomic():
        agency = make.node()
        officer = make.staff(agency, UNIT)
        return agency, make.again(officer), make.staff(agency, UNIT, Role.SUPERVISOR)


def opened(officer: Staff, report: Report) -> bytes:
    return open_private(staff=officer, report=report, kind=PartKind.ANSWERS)


def secrets_of(item: EvidenceItem, private: bytes) -> dict[str, bytes]:
    key = item_key(item, private)
    return {
        "key": key,
        "salt": commitment_salt(key, item.id),
        "wrapped key": bytes(item.key.wrapped),
        "sealed facts": bytes(item.sealed_meta),
        "ciphertext": (env().blob_folder / item.blob[:2] / item.blob[2:4] / item.blob).read_bytes(),
    }


def test_an_item_leaves_no_trace_of_its_key() -> None:
    agency, officer, supervisor = desk()
    report = make.report(agency)
    item, other = added(report, os.urandom(3000)), added(report, b"stays")
    private = opened(officer, report)
    secrets, kept = secrets_of(item, private), bytes(other.key.wrapped)
    if connection.vendor == "sqlite":
        told = {name for name, _file in found(secrets)}
        assert told == {"wrapped key", "sealed facts", "ciphertext"}, "the search must find things"
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert found(secrets) == []
    assert Shred.objects.get().erased_at is not None
    assert bytes(ItemKey.objects.get(item=other).wrapped) == kept


def test_a_report_leaves_no_trace_of_its_parts() -> None:
    agency, officer, supervisor = desk()
    report = make.report(agency, **make.NAMED)
    item = added(report, os.urandom(3000))
    secrets = secrets_of(item, opened(officer, report))
    line = mailbox.write(report=report, text="Please help me with this.")
    secrets["message"] = bytes(line.sealed or b"")
    for part in SealedPart.objects.filter(report=report):
        secrets[f"{part.kind} sealed"] = bytes(part.sealed)
    for grant in PartGrant.objects.filter(part__report=report):
        secrets[f"grant {grant.id}"] = bytes(grant.wrapped)
    Report.objects.filter(pk=report.pk).update(
        closed_at=now(), stage="closed", disposition="solved"
    )
    asked = shredding.ask(staff=officer, report=make.fresh(report), **WHY)
    secrets["reason"] = bytes(asked.sealed_reason or b"")
    casework.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert found(secrets) == []


def test_a_reader_who_holds_old_pages_delays_it_and_the_worker_ends_it() -> None:
    agency, officer, supervisor = desk()
    report = make.report(agency)
    item = added(report)
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shredding, "erase_traces", lambda: False)
        shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert Shred.objects.get().erased_at is None
    assert shredding.finish() == 1
    assert Shred.objects.get().erased_at is not None
    assert shredding.finish() == 0
