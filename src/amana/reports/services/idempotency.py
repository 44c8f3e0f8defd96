# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same request sent twice is one report with one receipt (Idempotency-Key)."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final

from amana.config.clock import now
from amana.kernel.sealing.tokens import token_id, unwrap_under, wrap_under
from amana.reports.contexts import IDEMPOTENCY
from amana.reports.models import KeptAnswer

KEPT_FOR: Final = timedelta(days=1)
SHORTEST: Final = 22
"""128 bits in base64 are 22 characters; a shorter key could be guessed, and it opens a receipt."""
LONGEST: Final = 128
FEWEST_DIFFERENT: Final = 8


class WeakKey(ValueError):
    """The key cannot hold 128 random bits."""


class OtherRequest(Exception):
    """The key was used for another request."""


def check_key(key: str) -> str:
    """The key as it may be used. Raises `WeakKey`."""
    fits = SHORTEST <= len(key) <= LONGEST and key.isascii() and key.isprintable()
    if not fits or len(set(key)) < FEWEST_DIFFERENT:
        raise WeakKey
    return key


def digest(key: str, request: bytes) -> bytes:
    """What tells two requests apart; keyed, so that the row tells nothing of what was said."""
    return hmac.digest(token_id(f"request:{key}"), request, "sha256")


def kept(key: str, request_digest: bytes) -> bytes | None:
    """The first answer under this key, if there is one. Raises `OtherRequest`."""
    row = KeptAnswer.objects.filter(key_hash=token_id(key), expires_at__gt=now()).first()
    if row is None:
        return None
    if not hmac.compare_digest(bytes(row.request_hash), request_digest):
        raise OtherRequest
    return unwrap_under(key, bytes(row.wrapped), context=IDEMPOTENCY)


def first_time(key: str) -> bool:
    """Whether nothing was done under this key yet; what is asked here is kept for a day, in the
    transaction of the act. For acts that are their own answer."""
    if KeptAnswer.objects.filter(key_hash=token_id(key), expires_at__gt=now()).exists():
        return False
    keep(key, digest(key, b""), b"")
    return True


def keep(key: str, request_digest: bytes, answer: bytes) -> None:
    """Keep the first answer, wrapped under the key; in the transaction of filing. The second of
    two that arrive at once meets the unique key and is rolled back."""
    KeptAnswer.objects.filter(key_hash=token_id(key), expires_at__lte=now()).delete()
    KeptAnswer.objects.create(
        key_hash=token_id(key),
        request_hash=request_digest,
        wrapped=wrap_under(key, answer, context=IDEMPOTENCY),
        expires_at=now() + KEPT_FOR,
    )
