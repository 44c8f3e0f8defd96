# SPDX-License-Identifier: AGPL-3.0-or-later
"""The names under which this node's log has signed (docs/decisions/0013).

The first is made from the signing key. A database that was put back from an older copy may never
go on under the name it had: two histories would be signed as one. It goes on under a new name,
`<first>/<random>`, from the leaf that says what was lost."""

from __future__ import annotations

import re
import secrets
from typing import Final

from amana.config.node import signing_key, verifier
from amana.kernel.ledger.errors import NoteError
from amana.kernel.ledger.notes import SigningKey, Vkey

_LATER: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)


def first() -> str:
    """The name that the log of this key began with."""
    return verifier().name


def fresh() -> str:
    """A name that this node has never used, on this machine or on another."""
    return f"{first()}/{secrets.token_hex(8)}"


def ours(origin: str) -> bool:
    """Whether this node could sign under this name."""
    base, _, later = origin.rpartition("/")
    return origin == first() or (base == first() and bool(_LATER.fullmatch(later)))


def vkey_of(origin: str) -> Vkey:
    """What checks the node's signatures under one of its names. Raises `NoteError` for the name
    of another log."""
    if not ours(origin):
        raise NoteError(f"this node does not sign for {origin}")
    return verifier() if origin == first() else Vkey.of(origin, verifier().public)


def key_of(origin: str) -> SigningKey:
    """What signs under one of its names. Raises `NoteError` for the name of another log."""
    if not ours(origin):
        raise NoteError(f"this node does not sign for {origin}")
    key = signing_key()
    if origin == key.name:
        return key
    return SigningKey.from_private_bytes(origin, key.private_bytes())


def origin_of(note: str) -> str:
    """The name a checkpoint claims, unchecked: its first line."""
    return note.partition("\n")[0]
