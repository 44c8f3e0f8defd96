# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from amana.agencies.rows import AgencyRow


class Publication(AgencyRow):
    """The figures of one period as they were shown to the world. Never changed, never removed:
    what is counted anew becomes the next revision, and the first one stays in sight.

    `tables` is canonical JSON and no database type of its own, so that its bytes stay the same on
    every engine; the journal holds their digest."""

    period = models.CharField(max_length=7)
    kind = models.CharField(max_length=8, choices=[("month", "month"), ("quarter", "quarter")])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40)
    revision = models.PositiveSmallIntegerField()
    tables = models.TextField()
    counting_rules_version = models.CharField(max_length=12)
    taxonomy_version = models.CharField(max_length=12)
    extracted_at = models.DateTimeField()
    checkpoint_size = models.BigIntegerField()
    checkpoint_root = models.BinaryField(max_length=32)
    demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "period", "revision"], name="figures_revision_once"
            ),
            models.CheckConstraint(
                name="figures_period_kind", condition=Q(kind__in=["month", "quarter"])
            ),
            models.CheckConstraint(
                name="figures_period_has_length", condition=Q(ends_at__gt=F("starts_at"))
            ),
            # An open period would be a live count; only where nothing is real may it be shown.
            models.CheckConstraint(
                name="figures_closed_or_demonstration",
                condition=Q(extracted_at__gte=F("ends_at")) | Q(demonstration=True),
            ),
            models.CheckConstraint(name="figures_revision_from_one", condition=Q(revision__gte=1)),
        ]
        indexes = [models.Index(fields=["agency", "ends_at"], name="figures_by_time")]

    def __str__(self) -> str:
        return f"{self.period} r{self.revision}"
