# SPDX-License-Identifier: AGPL-3.0-or-later
"""Random tokens that a client keeps (session cookie, Idempotency-Key) and what they open.

The server stores `token_id` to find the row and secrets wrapped under the token itself, so a
copy of the database opens no session. A token must carry at least 128 random bits; ours 256.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from amana.kernel.sealing import boxes
from amana.kernel.sealing.encoding import encode, join

TOKEN_RANDOM_BYTES: Final = 32

_ID_LABEL: Final = b"amana/token-id/1\x00"
_KEY_LABEL: Final = b"amana/token-key/1\x00"


def new_token() -> str:
    """256 random bits in URL-safe letters (43 characters)."""
    return secrets.token_urlsafe(TOKEN_RANDOM_BYTES)


def token_id(token: str) -> bytes:
    """32 bytes by which the row is found. It opens nothing and does not lead back."""
    return hashlib.sha256(_ID_LABEL + encode(token)).digest()


def wrap_under(token: str, secret: bytes, *, context: bytes) -> bytes:
    """Seal `secret` so that only the holder of `token` opens it. Raises `TooLarge`."""
    return boxes.seal(_key(token), secret, context=join("token", context))


def unwrap_under(token: str, wrapped: bytes, *, context: bytes) -> bytes:
    """The secret inside. Raises `CannotOpen`."""
    return boxes.open_box(_key(token), wrapped, context=join("token", context))


def _key(token: str) -> bytes:
    return boxes.derive(encode(token), salt=b"", info=_KEY_LABEL)
