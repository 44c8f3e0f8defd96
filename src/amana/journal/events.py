# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tags of the journal: `room:subject:verb`, the verb bare (vocabulary, section 5)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class Tag(StrEnum):
    """Tags of the journal itself and of the node; each room has its own in its `events.py`."""

    LOG_PAD = "node:log:pad"
    LOG_PUBLISH = "node:log:publish"
    LOG_SHRED = "node:log:shred"
    BACKUP_RUN = "node:backup:run"
    RESTORE_RUN = "node:restore:run"
    RESTORE_ACCEPT = "node:restore:accept"
    KEYS_BACKUP = "node:keys:backup"
    LOG_DISPUTE = "node:log:dispute"
    LOG_SETTLE = "node:log:settle"
    WITNESS_ENROL = "node:witness:enrol"
    WITNESS_REMOVE = "node:witness:remove"
    WITNESS_COSIGN = "node:witness:cosign"
    COSIGNATURE_RECEIVE = "node:cosignature:receive"
    AUDITOR_ADD = "node:auditor:add"
    AUDITOR_END = "node:auditor:end"
    STAMP_RECEIVE = "node:stamp:receive"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a role and a pseudonym, never a name."""

    role: str
    pseudonym: str = ""


_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
REPORTER: Final = Actor("reporter")
NODE: Final = Actor("node")


@dataclass(frozen=True, slots=True)
class Act:
    """One act as a room describes it. `fields` holds names of changed fields, never values;
    `facts` only coded values (rule ids, unit codes, counts)."""

    tag: StrEnum
    actor: Actor
    agency_id: UUID
    subject: str = ""
    subject_id: UUID | None = None
    unit_id: UUID | None = None
    purpose: str = ""
    fields: tuple[str, ...] = ()
    facts: dict[str, str | int | bool | None] = field(default_factory=dict)


def canonical(act: Act, *, event_id: UUID, at: datetime) -> bytes:
    """The stored bytes of an event: JSON with sorted keys and no spaces, UTF-8."""
    body = {
        "id": str(event_id),
        "agency": str(act.agency_id),
        "tag": str(act.tag),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": {"role": act.actor.role, "pseudonym": act.actor.pseudonym},
        "subject": act.subject,
        "subject_id": str(act.subject_id) if act.subject_id else None,
        "unit": str(act.unit_id) if act.unit_id else None,
        "purpose": act.purpose,
        "fields": list(act.fields),
        "facts": act.facts,
    }
    return _CANONICAL.encode(body).encode()
