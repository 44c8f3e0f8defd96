# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees a report, and what was refused because a ground was missing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.models import Unit
from amana.agencies.rows import AgencyRow
from amana.reports.models.report import Report


class AccessRole(models.TextChoices):
    """On what ground a unit sees a report."""

    OWNER = "owner"
    CO_OWNER = "co_owner"
    DUTY = "duty"
    LEGAL_REVIEW = "legal_review"
    PROSECUTION = "prosecution"


class Access(AgencyRow):
    """The one fact that decides who sees a report. `visible_to` and every page read it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="accesses")
    # `reports_access_live` begins with it: what a unit saw once is asked by report only.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=12, choices=AccessRole.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit", "role"],
                condition=Q(until__isnull=True),
                name="reports_access_once",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(role="owner", until__isnull=True),
                name="reports_one_owner",
            ),
            models.CheckConstraint(
                name="reports_access_role", condition=Q(role__in=AccessRole.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "report"],
                condition=Q(until__isnull=True),
                name="reports_access_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.unit_id}"


class Refusal(AgencyRow):
    """An action that was refused because a ground was missing; counted in public (T19)."""

    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=40)
    missing = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "at"], name="reports_refusal_time")]

    def __str__(self) -> str:
        return f"{self.action}: {self.missing}"
