# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token buckets, one row for each scope and source that has been seen lately."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """`full_at`: the moment, in microseconds since the epoch, when the bucket is full again.

    One number says how full it is at any time, so a take is a single conditional statement.
    `source` is an HMAC that nobody can undo once its key is gone: no address is stored.
    """

    scope = models.CharField(max_length=32)
    source = models.BinaryField(max_length=32)
    full_at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "source"], name="limits_bucket_once"),
        ]
        indexes = [models.Index(fields=["full_at"], name="limits_bucket_full_at")]

    def __str__(self) -> str:
        return self.scope
