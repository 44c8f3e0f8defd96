# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow


class Origin(models.TextChoices):
    """The door a report came through; set by that door, never by the caller (M-043)."""

    REPORT = "report"
    COMPLAINT = "complaint"
    PATROL = "patrol"
    PARTNER_REFERRAL = "partner_referral"
    WALK_IN = "walk_in"
    HELPLINE = "helpline"


class Stage(models.TextChoices):
    """Where a report stands, in the words of the vocabulary (section 3)."""

    RECEIVED = "received"
    LEGAL_REVIEW = "legal_review"
    DIAGNOSED = "diagnosed"
    REFERRED = "referred"
    IN_PROGRESS = "in_progress"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Identity(models.TextChoices):
    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    NAMED = "named"


class Report(AgencyRow):
    """What somebody told us. Here stand only the coded fields that routing and counting need, in
    clear and listed in docs/data-inventory.md; every word of hers is in a `SealedPart`."""

    locator = models.CharField(max_length=8)
    origin = models.CharField(max_length=20, choices=Origin.choices)
    received_at = models.DateTimeField()
    language = models.CharField(max_length=2)
    questionnaire_version = models.CharField(max_length=12)
    taxonomy_version = models.CharField(max_length=12)
    category = models.CharField(max_length=4)
    first_category = models.CharField(max_length=4)
    offences = models.JSONField(default=list)
    reporter_role = models.CharField(max_length=12)
    identity_choice = models.CharField(max_length=12, choices=Identity.choices)
    minor = models.CharField(max_length=8)
    victim_country = models.CharField(max_length=2, blank=True)
    victim_region = models.CharField(max_length=8, blank=True)
    suspect_location = models.CharField(max_length=10)
    suspect_country = models.CharField(max_length=2, blank=True)
    platform = models.CharField(max_length=24, blank=True)
    published = models.CharField(max_length=24, blank=True)
    ongoing = models.CharField(max_length=8)
    demand = models.JSONField(default=list)
    officer_gender = models.CharField(max_length=14, blank=True)
    terror_organisation = models.CharField(max_length=24, blank=True)
    consents = models.JSONField(default=list)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    stage_at = models.DateTimeField()
    last_news_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    disposition = models.CharField(max_length=40, blank=True)
    demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "locator"], name="reports_locator_once"),
            models.CheckConstraint(name="reports_origin", condition=Q(origin__in=Origin.values)),
            models.CheckConstraint(name="reports_stage", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="reports_identity", condition=Q(identity_choice__in=Identity.values)
            ),
            models.CheckConstraint(
                name="reports_closed_with_one_disposition",
                condition=Q(closed_at__isnull=True, disposition="")
                | (Q(closed_at__isnull=False) & ~Q(disposition="")),
            ),
            # What she reads and what the unit counts are two columns; they never disagree.
            models.CheckConstraint(
                name="reports_stage_follows_closing",
                condition=Q(closed_at__isnull=True) & ~Q(stage="closed")
                | Q(closed_at__isnull=False, stage="closed"),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "stage", "received_at"], name="reports_by_stage"),
            models.Index(fields=["agency", "received_at"], name="reports_by_time"),
        ]

    def __str__(self) -> str:
        return self.locator


class CategoryChange(AgencyRow):
    """A re-classification: the old value and its date stay, so that a published table can still
    be recomputed with the version it used (field, R7)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="category_changes")
    before = models.CharField(max_length=4)
    after = models.CharField(max_length=4)
    at = models.DateTimeField()
    officer_id = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.before}>{self.after}"
