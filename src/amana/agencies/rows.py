# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every row of every room has: a key that sorts by time, and the agency it belongs to."""

from __future__ import annotations

from django.db import models

from amana.kernel.ids import uuid7


class AgencyRow(models.Model):
    """UUIDv7 key and `agency_id`, so that a node can be sharded by agency without renumbering."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
