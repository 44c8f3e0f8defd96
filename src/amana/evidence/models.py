# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.reports.models import Draft, Report


class EvidenceItem(AgencyRow):
    """One file, kept whole, sealed under a key of its own.

    While the report is a draft, `wrapped_key` is closed under the draft key; once filed it is
    wrapped to the part of the report that `part` names. `sealed_meta` holds name, type, size and
    both hashes of the plaintext under the item key: a hash in clear would let anyone who has a
    list of files test for them. `blob` is the address of the ciphertext."""

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="items")
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="items")
    part = models.CharField(max_length=10, default="answers")
    blob = models.CharField(max_length=64)
    stored_size = models.BigIntegerField()
    wrapped_key = models.BinaryField()
    sealed_meta = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_item_has_an_owner",
                condition=Q(draft__isnull=False) | Q(report__isnull=False),
            ),
            models.CheckConstraint(name="evidence_item_size", condition=Q(stored_size__gte=0)),
        ]

    def __str__(self) -> str:
        return str(self.id)
