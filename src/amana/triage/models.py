# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.reports.models import Report
from amana.triage.links.models import (
    LinkDecision,
    LinkSet,
    LinkToken,
    SharedToken,
    TokenDecision,
)

__all__ = [
    "URGENCY_ORDER",
    "Assessment",
    "Diagnosis",
    "LegalReview",
    "LinkDecision",
    "LinkSet",
    "LinkToken",
    "RiskDenial",
    "SharedToken",
    "TokenDecision",
    "Urgency",
    "WordTokens",
]


class Urgency(models.TextChoices):
    """The lane of a report. Lanes have clocks of their own; they are no priority number (L8)."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    NORMAL = "normal"


URGENCY_ORDER = {Urgency.IMMEDIATE: 0, Urgency.SAME_DAY: 1, Urgency.NORMAL: 2}


class Assessment(models.Model):
    """What the rule table said of a report, with the rules that spoke."""

    report = models.OneToOneField(
        Report, on_delete=models.CASCADE, primary_key=True, related_name="assessment"
    )
    agency_id = models.UUIDField()
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    rank = models.PositiveSmallIntegerField()
    legal_review = models.BooleanField(default=False)
    specialised = models.CharField(max_length=20, blank=True)
    tfgbv = models.BooleanField(default=False)
    risks = models.JSONField(default=list)
    rules_version = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="triage_urgency", condition=Q(urgency__in=Urgency.values)),
            models.CheckConstraint(
                name="triage_rank_follows_urgency",
                condition=Q(urgency="immediate", rank=0)
                | Q(urgency="same_day", rank=1)
                | Q(urgency="normal", rank=2),
            ),
        ]
        indexes = [models.Index(fields=["agency_id", "rank"], name="triage_by_rank")]

    def __str__(self) -> str:
        return self.urgency

    def named(self) -> set[str]:
        """The risks that stand: a person has not said of them "not so"."""
        return {risk["risk"] for risk in self.risks if not risk.get("denied")}


class RiskDenial(AgencyRow):
    """An officer says that a risk which an answer, a rule or a hint had raised is not so. It holds
    until it is taken back; what was taken back stays as history."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="risk_denials")
    risk = models.CharField(max_length=24)
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    sealed_reason = models.BinaryField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="triage_denial_undone_by_somebody",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["report", "risk"],
                condition=Q(undone_at__isnull=True),
                name="triage_risk_denied_once",
            ),
        ]

    def __str__(self) -> str:
        return f"not so: {self.risk}"


class WordTokens(models.Model):
    """Keyed tokens of the words of a report in one row: a row each would cost two thirds of the
    filing rate (measured; stack, section 8). Eight bytes a token, sorted, without repeats."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True)
    agency_id = models.UUIDField()
    key_version = models.PositiveSmallIntegerField()
    packed = models.BinaryField()

    def __str__(self) -> str:
        return "words"


class Diagnosis(AgencyRow):
    """The structured finding that must precede a referral (M-070). Coded answers in clear, the
    officer's words, and why an offence was dropped, in the report's internal part (M-061)."""

    class Online(models.TextChoices):
        YES = "yes"
        NO = "no"
        REMOVED = "removed"
        UNKNOWN = "unknown"

    class Identifiers(models.TextChoices):
        NONE = "none"
        SOME = "some"
        ENOUGH = "enough"

    class Jurisdiction(models.TextChoices):
        DOMESTIC = "domestic"
        FOREIGN = "foreign"
        MIXED = "mixed"
        UNKNOWN = "unknown"

    class Elements(models.TextChoices):
        PRESENT = "present"
        PARTLY = "partly"
        ABSENT = "absent"
        UNCLEAR = "unclear"

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="diagnoses", db_index=False
    )
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    online = models.CharField(max_length=12, choices=Online.choices)
    identifiers = models.CharField(max_length=12, choices=Identifiers.choices)
    platform = models.CharField(max_length=24, blank=True)
    jurisdiction = models.CharField(max_length=16, choices=Jurisdiction.choices)
    elements = models.CharField(max_length=16, choices=Elements.choices)
    offences = models.JSONField(default=list)
    dropped_offences = models.JSONField(default=list)
    sealed_note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="triage_diagnosis_is_coded",
                condition=Q(
                    online__in=["yes", "no", "removed", "unknown"],
                    identifiers__in=["none", "some", "enough"],
                    jurisdiction__in=["domestic", "foreign", "mixed", "unknown"],
                    elements__in=["present", "partly", "absent", "unclear"],
                ),
            )
        ]
        indexes = [models.Index(fields=["report", "at"], name="triage_diagnosis_time")]

    def __str__(self) -> str:
        return f"diagnosis {self.id}"


class LegalReview(AgencyRow):
    """A legal reviewer's decision on a report about words or opinions (M-130)."""

    class Decision(models.TextChoices):
        RELEASE = "release"
        KEEP = "keep"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="legal_reviews")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    sealed_reason = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="triage_review_decision", condition=Q(decision__in=["release", "keep"])
            )
        ]

    def __str__(self) -> str:
        return self.decision
