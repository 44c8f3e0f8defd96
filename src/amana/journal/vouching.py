# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leaves that vouch for rows: what was signed by others, and what an operator agreed on.

Each row of the tables below has a leaf with the SHA-256 over all its columns, and a new leaf
whenever it changes. So `verify` finds a changed, added or removed row without a key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import models

from amana.journal.events import NODE, Act
from amana.journal.models import Auditor, Cosignature, Enrolled, Event, Stamp, Witnessed
from amana.journal.services import BLANK_AGENCY, record

VOUCHED: Final[tuple[type[models.Model], ...]] = (
    Enrolled,
    Witnessed,
    Cosignature,
    Auditor,
    Stamp,
)
LEFT_OUT: Final[Mapping[str, frozenset[str]]] = {"journal.Stamp": frozenset({"renewed_by"})}
"""Columns that are recomputed from others."""


def digest_of(row: models.Model) -> str:
    """SHA-256, in hex, over table, column names and values of a row."""
    left_out = LEFT_OUT.get(row._meta.label, frozenset())
    columns = {
        column.name: _said(getattr(row, column.attname))
        for column in row._meta.local_concrete_fields
        if column.name not in left_out
    }
    body = json.dumps([row._meta.label, columns], sort_keys=True, separators=(",", ":"))
    return sha256(body.encode()).hexdigest()


def vouch(row: models.Model, tag: StrEnum, *, purpose: str = "") -> None:
    """Store the leaf of a row that was just written, in the transaction that wrote it.

    Writers of one row take turns (a lock, or a constraint); the turn is counted in the leaf,
    since neither identifiers nor clocks say which of two leaves was the later one."""
    turn = Event.objects.filter(subject_id=row.pk, tag__startswith=_kind(tag)).count()
    facts: dict[str, str | int | bool | None] = {"digest": digest_of(row), "turn": turn}
    record(Act(tag, NODE, BLANK_AGENCY, row._meta.label, row.pk, purpose=purpose, facts=facts))


@dataclass(slots=True)
class Vouchers:
    """What the leaves say of rows, heard one by one; then compared with what is there."""

    said: dict[str, tuple[int, str]] = field(default_factory=dict)

    def hear(self, said: Mapping[str, object]) -> None:
        """Remember the latest word on a row; other leaves say nothing of rows."""
        facts = said.get("facts")
        if not isinstance(facts, Mapping):
            return
        turn, digest, row = facts.get("turn"), facts.get("digest"), said.get("subject_id")
        if isinstance(turn, int) and isinstance(digest, str) and isinstance(row, str):
            self.said[row] = max(self.said.get(row, (-1, "")), (turn, digest))

    def problems(self) -> Iterator[str]:
        """Rows without a true leaf, leaves without a row."""
        missing = dict(self.said)
        for model in VOUCHED:
            for row in model._default_manager.order_by("pk").iterator(chunk_size=500):
                _turn, digest = missing.pop(str(row.pk), (0, ""))
                if digest != digest_of(row):
                    yield f"{model._meta.verbose_name} {row.pk} is not what its leaf says"
        yield from (f"the row {row} is gone and its leaf is here" for row in missing)


def _kind(tag: StrEnum) -> str:
    """`node:stamp:`: leaves about one kind of row differ in their verb only."""
    return str(tag).rpartition(":")[0] + ":"


def _said(value: object) -> str | int | None:
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no leaf can vouch for a {type(value).__name__}")
