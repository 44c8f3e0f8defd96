# SPDX-License-Identifier: AGPL-3.0-or-later
"""What enters the log in place of an event: a salted commitment, and nothing else.

A plain hash could be tested against a list of suspected contents by anyone who sees it. With a
random salt it says nothing until the salt is shown, and nothing ever again once it is destroyed.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

SALT_SIZE: Final = 32


def new_salt() -> bytes:
    """A fresh random salt of 32 bytes. Use it for one commitment only."""
    return secrets.token_bytes(SALT_SIZE)


def commit(salt: bytes, stored: bytes) -> bytes:
    """Commit to bytes exactly as stored: HMAC-SHA256(salt, stored), 32 bytes.

    The result is the *entry* of the log: ``tree.leaf_hash`` of it enters the tree. Raises
    ``ValueError`` for a salt of another length (HMAC pads short keys, so two salts could agree).
    """
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt has 32 bytes")
    return hmac.digest(salt, stored, "sha256")


def opens(commitment: bytes, *, salt: bytes, stored: bytes) -> bool:
    """Whether salt and stored bytes are the ones committed to."""
    return hmac.compare_digest(commitment, commit(salt, stored))
