# SPDX-License-Identifier: AGPL-3.0-or-later
"""Partners of the log, enrolled by their verifier keys, and auditors, by a token.

The type of a key says what it is for: a log's key (0x01) lets this node cosign that log, a
witness's key (0x04, 0x06) lets that witness cosign ours. Nothing is forgotten: a key that was
removed still checks what it signed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from amana.config.clock import now
from amana.config.node import cosigner_vkeys, verifier
from amana.journal.calls import CallFailed, check_address
from amana.journal.events import Tag
from amana.journal.models import Auditor, Enrolled
from amana.journal.vouching import vouch
from amana.kernel.ledger.errors import VkeyError
from amana.kernel.ledger.notes import Vkey
from amana.kernel.ledger.schemes import COSIGNATURES, TYPE_ED25519

TOKEN_BYTES: Final = 32
MAX_NAME: Final = 100


class CannotEnrol(Exception):
    """The key or name cannot be taken; the text says why."""


def enrol(*, vkey: str, url: str = "") -> Enrolled:
    """Trust a partner's key. A witness is asked at `url` (the prefix of its add-checkpoint).

    The same key again changes its address, or takes it back. Raises `CannotEnrol`."""
    key = _parsed(vkey)
    _check_url(key, url)
    with transaction.atomic():
        row = (
            Enrolled.objects.select_for_update()
            .filter(name=key.name, key_id=key.key_id.hex())
            .first()
        )
        if row is not None and row.vkey != key.format():
            raise CannotEnrol("another key with this name and id is enrolled")
        if row is None:
            _check_new(key)
            row = Enrolled(name=key.name, key_id=key.key_id.hex(), kind=key.kind)
        row.vkey, row.url, row.added_at, row.removed_at = key.format(), url, now(), None
        row.save()
        vouch(row, Tag.WITNESS_ENROL)
    return row


def remove(*, name: str) -> list[Enrolled]:
    """Trust no key of this name any more; returns those that were trusted."""
    with transaction.atomic():
        rows = list(Enrolled.objects.select_for_update().filter(name=name, removed_at=None))
        for row in rows:
            row.removed_at = now()
            row.save(update_fields=["removed_at"])
            vouch(row, Tag.WITNESS_REMOVE)
    return rows


def trusted() -> QuerySet[Enrolled]:
    """The keys that are trusted now, by name."""
    return Enrolled.objects.filter(removed_at=None).order_by("name", "kind")


def logs(origin: str) -> list[Vkey]:
    """The trusted keys of the log with this name; none for a log that this node does not know."""
    return keys_of(trusted().filter(name=origin, kind=TYPE_ED25519))


def logs_ever(origin: str) -> list[Vkey]:
    """The same with the keys that were removed: they check what was signed before."""
    return keys_of(Enrolled.objects.filter(name=origin, kind=TYPE_ED25519))


def witness_keys(*, ever: bool = False) -> list[Vkey]:
    """Keys of witnesses, this node's own first; with `ever` also those that were removed."""
    rows = Enrolled.objects.all() if ever else trusted()
    return [*cosigner_vkeys(), *keys_of(rows.filter(kind__in=COSIGNATURES).order_by("id"))]


def keys_of(rows: Iterable[Enrolled]) -> list[Vkey]:
    """The keys in these rows. One that somebody wrote over is no key any more; `verify` names its
    row."""
    found = []
    for row in rows:
        with suppress(VkeyError):
            found.append(Vkey.parse(row.vkey))
    return found


def add_auditor(*, name: str) -> str:
    """Let somebody read tiles and proofs; returns the token, which is shown this once.

    Raises `CannotEnrol`."""
    if not name.strip() or len(name) > MAX_NAME:
        raise CannotEnrol(f"an auditor has a name of at most {MAX_NAME} letters")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        if Auditor.objects.filter(name=name.strip(), ended_at=None).exists():
            raise CannotEnrol("an auditor of this name has a token already")
        row = Auditor(name=name.strip(), token_hash=_hash(token), added_at=now())
        row.save()
        vouch(row, Tag.AUDITOR_ADD)
    return token


def end_auditor(*, name: str) -> bool:
    """End an auditor's token; False when there was none."""
    with transaction.atomic():
        row = Auditor.objects.select_for_update().filter(name=name, ended_at=None).first()
        if row is None:
            return False
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        vouch(row, Tag.AUDITOR_END)
    return True


def is_auditor(token: str) -> bool:
    """Whether a token is an auditor's. It is found by its hash, so nothing tells how near a
    guess was."""
    return bool(token) and Auditor.objects.filter(token_hash=_hash(token), ended_at=None).exists()


def _hash(token: str) -> bytes:
    return sha256(b"amana/auditor/1\x00" + token.encode("utf-8", "replace")).digest()


def _parsed(text: str) -> Vkey:
    try:
        key = Vkey.parse(text.strip())
    except VkeyError as error:
        raise CannotEnrol(str(error)) from error
    if not key.can_verify:
        raise CannotEnrol(f"signatures of type {key.kind:#04x} cannot be checked here")
    if len(key.name) > Enrolled.MAX_NAME:
        raise CannotEnrol(f"a key name has at most {Enrolled.MAX_NAME} letters here")
    return key


def _check_url(key: Vkey, url: str) -> None:
    if key.kind == TYPE_ED25519 and url:
        raise CannotEnrol("a log is not asked; the address belongs to a witness's key")
    if url:
        try:
            check_address(url)
        except CallFailed as error:
            raise CannotEnrol(str(error)) from error


def _check_new(key: Vkey) -> None:
    """One key is one witness, whatever its names are: else it would count twice."""
    ours = {verifier().public, *(each.public for each in cosigner_vkeys())}
    if key.public in ours:
        raise CannotEnrol("this is a key of this node itself")
    if key.kind in COSIGNATURES:
        for other in keys_of(Enrolled.objects.filter(kind=key.kind)):
            if other.public == key.public:
                raise CannotEnrol(f"this key is enrolled as {other.name}")
