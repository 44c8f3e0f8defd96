# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from amana.agencies.rows import AgencyRow
from amana.reports.models import Draft, Report


class Upload(AgencyRow):
    """A file that is still coming in, in pieces (tus 1.0), for a draft or for a filed report.

    The id stands in an address and opens nothing. `wrapped_key` is the key of its pieces, closed
    under the secret of whoever began it; `token_wrapped` the same under a token that is good for
    this upload alone. `item` names the evidence it became."""

    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="uploads")
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="uploads")
    length = models.BigIntegerField(null=True)
    offset = models.BigIntegerField(default=0)
    wrapped_key = models.BinaryField()
    token_hash = models.BinaryField(null=True, max_length=32)
    token_wrapped = models.BinaryField(null=True)
    sealed_meta = models.BinaryField()
    expires_at = models.DateTimeField()
    item = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_upload_has_one_owner",
                condition=Q(draft__isnull=False, report__isnull=True)
                | Q(draft__isnull=True, report__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_upload_within_its_length",
                condition=Q(offset__gte=0) & (Q(length__isnull=True) | Q(offset__lte=F("length"))),
            ),
            models.CheckConstraint(
                name="evidence_upload_done_is_whole",
                condition=Q(item__isnull=True) | Q(offset=F("length")),
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="evidence_upload_expiry")]

    def __str__(self) -> str:
        return str(self.id)


class UploadPiece(models.Model):
    """A sealed run of bytes of an upload: `size` of them from `start` on, each run a stream with a
    salt of its own, so that no nonce is ever used twice, whatever broke off in between."""

    upload = models.ForeignKey(
        Upload, on_delete=models.CASCADE, related_name="pieces", db_index=False
    )
    start = models.BigIntegerField()
    size = models.BigIntegerField()
    blob = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "start"], name="evidence_piece_once"),
            models.CheckConstraint(name="evidence_piece_size", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.start}+{self.size}"
