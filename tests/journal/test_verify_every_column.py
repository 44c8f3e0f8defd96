# SPDX-License-Identifier: AGPL-3.0-or-later
"""A change in any column of any journal table is found, and named (issue part 7)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models

from amana.config.clock import now
from amana.journal import cosigning, enrolling, stamps, witnessing
from amana.journal.models import (
    Auditor,
    Checkpoint,
    Cosignature,
    Enrolled,
    Event,
    PublicCheckpoint,
    Stamp,
    Tile,
    Witnessed,
)
from amana.journal.proofs import latest_public
from amana.journal.sequencer import sequence_all
from amana.journal.verify import verify
from tests.journal.builders import add, log_of
from tests.journal.partners import PartnerLog, PartnerWitness
from tests.support.authority import Times

pytestmark = pytest.mark.db

TABLES: list[type[models.Model]] = [
    Event,
    Tile,
    Checkpoint,
    PublicCheckpoint,
    Enrolled,
    Witnessed,
    Cosignature,
    Auditor,
    Stamp,
]
COLUMNS = [(model, field) for model in TABLES for field in model._meta.local_concrete_fields]
NAMES = [f"{model.__name__}.{field.column}" for model, field in COLUMNS]


def _whole() -> None:
    """A log with a row in every table, no column of the first row empty."""
    log_of(9)
    assert stamps.stamp_public() == 2
    assert stamps.renew() == 1
    _partners()
    assert verify().problems == []


def _partners() -> None:
    """A partner's log that was cosigned, a partner's witness that cosigned, and auditors; who
    came first has gone."""
    log, witness = PartnerLog(), PartnerWitness().cosigners[0]
    for vkey, url in ((witness.vkey, "https://partner.example/w"), (log.key.vkey, "")):
        enrolling.enrol(vkey=str(vkey), url=url)
    log.grow(3)
    assert witnessing.add_checkpoint(log.request(0).encode()).status == 200
    public = latest_public()
    assert public is not None
    signature = witness.cosign(cosigning.text_of(public.checkpoint), int(now().timestamp()))
    assert cosigning.keep(public.checkpoint, [signature], [witness.vkey]) == 1
    enrolling.remove(name=witness.vkey.name)
    enrolling.add_auditor(name="Court")
    enrolling.end_auditor(name="Court")


@contextmanager
def _constraints_off(model: type[models.Model]) -> Iterator[None]:
    """Somebody with the database can take its constraints away."""
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            yield
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        return
    checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    with connection.schema_editor() as editor:
        for check in checks:
            editor.remove_constraint(model, check)
        editor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
    yield
    with connection.schema_editor() as editor:
        editor.execute(f'TRUNCATE "{table}" CASCADE')
        editor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER ALL')
        for check in checks:
            editor.add_constraint(model, check)


def test_every_table_of_the_journal_is_among_those_that_are_tampered_with() -> None:
    assert set(apps.get_app_config("journal").get_models()) == set(TABLES)


def _flipped(value: object, draw: random.Random) -> object:
    """The same kind of value with one bit, digit or letter changed."""
    if isinstance(value, bytes | memoryview):
        raw = bytearray(bytes(value))
        raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        return bytes(raw)
    if isinstance(value, UUID):
        return UUID(int=value.int ^ (1 << draw.randrange(64)))
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int):
        return value + 1_003
    assert isinstance(value, str)
    at = draw.randrange(len(value))
    other = "x" if value[at] != "x" else "y"
    return value[:at] + other + value[at + 1 :]


def _change(model: type[models.Model], field: models.Field[object, object], key: object) -> None:
    """Write past the ORM and its constraints, as somebody with the database would."""
    meta = model._meta
    assert meta.pk is not None
    row = model._default_manager.filter(pk=key)
    old = row.values_list(field.attname, flat=True).get()
    new = field.get_db_prep_save(
        _flipped(old, random.Random(NAMES.index(f"{model.__name__}.{field.column}"))), connection
    )
    old_key = meta.pk.get_db_prep_save(key, connection)
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" SET "{field.column}" = %s WHERE "{meta.pk.column}" = %s',
            [new, old_key],
        )
        assert cursor.rowcount == 1


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=NAMES)
@pytest.mark.django_db(transaction=True)
def test_a_change_in_a_column_is_found(
    timed: Times, model: type[models.Model], field: models.Field[object, object]
) -> None:
    _whole()
    if connection.vendor == "postgresql" and field.column in {"size", "checkpoint_id"}:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE journal_publiccheckpoint DISABLE TRIGGER ALL")
            cursor.execute("ALTER TABLE journal_checkpoint DISABLE TRIGGER ALL")
    rows = model._default_manager.order_by("pk")
    with _constraints_off(model):
        _change(model, field, rows.values_list("pk", flat=True).first())
        assert verify().problems != []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: str(model.__name__))
def test_a_row_that_was_taken_out_is_found(timed: Times, model: type[models.Model]) -> None:
    _whole()
    if model is Checkpoint:
        PublicCheckpoint.objects.all().delete()
        Cosignature.objects.all().delete()
        Stamp.objects.filter(renewed_by__isnull=False).delete()
        Stamp.objects.all().delete()
    last = model._default_manager.order_by("-pk" if model is not Stamp else "pk").first()
    assert last is not None
    last.delete()
    assert verify().problems != []


def test_a_bit_anywhere_in_an_entry_is_found() -> None:
    event = log_of(3)[1]
    body = bytes(event.body or b"")
    for at in range(0, len(body), 7):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        Event.objects.filter(pk=event.pk).update(body=changed)
        assert verify().problems == ["entry 1: the stored bytes do not match their commitment"]
    Event.objects.filter(pk=event.pk).update(body=body)
    assert verify().holds


def test_an_entry_that_still_waits_is_checked_too() -> None:
    log_of(3)
    (event,) = add()
    Event.objects.filter(pk=event.pk).update(tag="node:keys:backup")
    (problem,) = verify().problems
    assert "column tag" in problem


def test_content_may_not_vanish_without_a_leaf() -> None:
    event = log_of(3)[1]
    Event.objects.filter(pk=event.pk).update(body=None, salt=None)
    assert any("no leaf says that it was destroyed" in line for line in verify().problems)


def test_a_tile_too_many_is_found() -> None:
    log_of(3)
    Tile.objects.create(id=Tile.key(3, 5), level=3, index=5, hashes=b"\0" * 32)
    assert verify().problems == ["1 tiles that do not belong to the tree"]


def test_verify_needs_no_key_file(monkeypatch: pytest.MonkeyPatch) -> None:
    log_of(3)

    def closed() -> None:
        raise AssertionError("a private key was opened")

    monkeypatch.setattr("amana.config.node.keyring", closed)
    monkeypatch.setattr("amana.journal.origins.signing_key", closed)
    assert verify().holds


def test_a_log_of_more_than_one_tile_holds() -> None:
    log_of(600)
    sequence_all()
    verdict = verify()
    assert (verdict.problems, verdict.entries // 64) == ([], 10)
