# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking from a bucket, giving it back, and sweeping away those that are full again."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from amana.config.clock import now
from amana.limits.models import Bucket

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# One statement, the same on SQLite and PostgreSQL: two at once cannot both take the last token,
# because the second of them sees the row as the first left it.
_TAKE = """
INSERT INTO limits_bucket (scope, source, full_at) VALUES (%s, %s, %s)
ON CONFLICT (scope, source) DO UPDATE SET full_at =
  CASE WHEN limits_bucket.full_at > %s THEN limits_bucket.full_at ELSE %s END + %s
WHERE limits_bucket.full_at <= %s
"""


def take(*, scope: str, source: bytes, capacity: int, per: timedelta, cost: int = 1) -> bool:
    """Take `cost` tokens from a bucket that holds `capacity` and fills up again within `per`.

    False: too few are left, and nothing was taken. Inside a transaction that is rolled back, what
    was taken comes back too: a guess is counted outside of one.
    """
    if not 1 <= cost <= capacity:
        raise ValueError("a bucket gives between one token and all of them")
    moment, whole = _micros(now()), _length(per)
    price = whole * cost // capacity
    values = (scope, source, moment + price, moment, moment, price, moment + whole - price)
    # The write gate of SQLite is passed only by transactions.
    gate = nullcontext() if connection.in_atomic_block else transaction.atomic()
    with gate, connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        return bool(cursor.rowcount == 1)


def left(*, scope: str, source: bytes, capacity: int, per: timedelta) -> int:
    """How many tokens could be taken now. Writes nothing."""
    full_at = (
        Bucket.objects.filter(scope=scope, source=source).values_list("full_at", flat=True).first()
    )
    missing = max(0, (full_at or 0) - _micros(now()))
    whole = _length(per)
    # Rounded against the caller, in the same step as `take` counts: what is partly used is used.
    used = -(-missing * capacity // whole)
    return max(0, capacity - used)


def give_back(*, scope: str, source: bytes) -> None:
    """Fill a bucket, such as after the right password."""
    Bucket.objects.filter(scope=scope, source=source).delete()


def sweep() -> int:
    """Delete buckets that are full: they say nothing any more. Returns how many."""
    return Bucket.objects.filter(full_at__lt=_micros(now())).delete()[0]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _length(per: timedelta) -> int:
    return per // _MICROSECOND
