# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a record of custody is, and its form in bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from typing import Final
from uuid import UUID

from amana.evidence.models import CustodyRecord
from amana.journal.events import Actor
from amana.kernel.ledger.commitments import SALT_SIZE

VERSION: Final = 1
MAX_RECORD: Final = 1024
MAX_AUTHORITY: Final = 120
MAX_SAID: Final = 200
MAX_WORDS_BYTES: Final = 300
MAX_TOOL_BYTES: Final = 160
"""Words that stand in a record, in bytes of its JSON: room is left for all the rest of it."""
ALG: Final = "SHA-256+SHA-512;AES256_GCM_HKDF_1MB"

Fact = str | int | bool | None


class Kind(StrEnum):
    """What can happen to an item, and nothing else."""

    INGEST = "ingest"
    CAPTURE = "capture"
    DERIVE = "derive"
    VIEW = "view"
    TRANSFER = "transfer"
    EXPORT = "export"
    SEAL = "seal"
    HOLD = "hold"
    SHRED = "shred"
    GRANT = "grant"
    REVOKE = "revoke"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Handling:
    """One act on an item, as it will be recorded.

    `purpose` is a code, `said` the words of an officer (kept with the event, at most 200
    characters), `authority` who ordered it, `facts` coded values for the sealed record, `shown`
    coded values for the event, in clear; `by` another tool than this program, with its version."""

    kind: Kind
    actor: Actor
    purpose: str = ""
    said: str = ""
    authority: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    shown: Mapping[str, Fact] = field(default_factory=dict)
    unit_id: UUID | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was written. `canonical` and `salt` are what the event commits to
    (`commit(salt, canonical)`); `leaf` is the event's entry in the log, 32 bytes."""

    number: int
    kind: Kind
    at: datetime
    item_id: UUID
    commitment: str
    previous: str
    actor: Actor
    purpose: str
    authority: str
    tool: str
    alg: str
    facts: Mapping[str, Fact]
    event_id: UUID
    leaf: bytes
    canonical: bytes = field(repr=False)
    salt: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Custody:
    """The chain of one item, oldest first. `problems` names what does not hold, in English."""

    item_id: UUID
    records: tuple[Record, ...]
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.problems


@cache
def tool() -> str:
    """This program with its version, as records name it."""
    return f"amana/{version('amana')}"


def context(item_id: UUID, number: int) -> bytes:
    return f"amana/item/{item_id}/custody/{number}".encode()


def parsed(row: CustodyRecord, plain: bytes) -> Record:
    """The record inside an opened box. Raises `ValueError`, `KeyError`, `TypeError`."""
    salt, canonical = plain[:SALT_SIZE], plain[SALT_SIZE:]
    said = json.loads(canonical)
    return Record(
        number=row.number,
        kind=Kind(said["type"]),
        at=datetime.fromisoformat(said["t"]),
        item_id=UUID(said["item"]),
        commitment=said["commit"],
        previous=said["previous"],
        actor=Actor(said["actor"]["role"], said["actor"]["pseudonym"]),
        purpose=said["purpose"],
        authority=said["authority"],
        tool=said["tool"],
        alg=said["alg"],
        facts=said["facts"],
        event_id=row.event_id,
        leaf=bytes(row.event.commitment),
        canonical=canonical,
        salt=salt,
    )


def fitting(text: str, most: int) -> str:
    """The beginning of a text that takes at most so many bytes in a record. Letters count as they
    are written there: an emoji takes four bytes, a control character six."""
    size = 0
    for at, letter in enumerate(text):
        size += len(json.dumps(letter, ensure_ascii=False).encode()) - 2
        if size > most:
            return text[:at]
    return text


def canonical_bytes(said: Mapping[str, object]) -> bytes:
    """Sorted keys, no spaces, UTF-8. Raises `ValueError` beyond 1 KiB."""
    raw = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if len(raw) > MAX_RECORD:
        raise ValueError("a record of custody has at most 1 KiB")
    return raw
