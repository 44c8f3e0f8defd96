# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.models import Unit
from amana.agencies.rows import AgencyRow
from amana.referral.models import Instruction
from amana.reports.models import Report


class DeadlineKind(models.TextChoices):
    """What was promised. `next_news` is the date the reporter sees."""

    ACKNOWLEDGED = "acknowledged"
    DIAGNOSED = "diagnosed"
    REFERRED = "referred"
    NEXT_NEWS = "next_news"


class Deadline(AgencyRow):
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=14, choices=DeadlineKind.choices)
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind"],
                condition=Q(met_at__isnull=True),
                name="casework_deadline_once_open",
            ),
            models.CheckConstraint(
                name="casework_deadline_kind", condition=Q(kind__in=DeadlineKind.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(met_at__isnull=True), name="casework_deadline_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d}"


class Alert(AgencyRow):
    """Says that something urgent waits at a unit, and nothing else."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="alerts", db_index=False)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=8, blank=True)
    seen_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "unit", "reason"], name="casework_alert_once")
        ]
        indexes = [
            models.Index(fields=["unit", "at"], name="casework_alert_unit"),
            models.Index(
                fields=["at"], condition=Q(sent_at__isnull=True), name="casework_alert_unsent"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Suspect(AgencyRow):
    """An alleged perpetrator on a report. Identified is the first state; "ongoing" is computed:
    identified, neither before justice nor under a search notice (C5)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="suspects")
    sealed_identity = models.BinaryField()
    role = models.CharField(max_length=12, default="executor")
    relation = models.CharField(max_length=24, default="unknown")
    identified_at = models.DateTimeField()
    identified_by = models.UUIDField()
    presented_at = models.DateTimeField(null=True)
    presented_instruction = models.ForeignKey(
        Instruction, null=True, on_delete=models.PROTECT, related_name="+"
    )
    search_notice_at = models.DateTimeField(null=True)
    search_notice_instruction = models.ForeignKey(
        Instruction, null=True, on_delete=models.PROTECT, related_name="+"
    )
    search_notice_authority = models.CharField(max_length=120, blank=True)
    search_notice_expires_on = models.DateField(null=True)
    search_notice_withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="casework_presented_needs_instruction",
                condition=Q(presented_at__isnull=True)
                | Q(presented_at__isnull=False, presented_instruction__isnull=False),
            ),
            models.CheckConstraint(
                name="casework_search_notice_needs_ground",
                condition=Q(search_notice_at__isnull=True)
                | (
                    Q(
                        search_notice_at__isnull=False,
                        search_notice_instruction__isnull=False,
                        search_notice_expires_on__isnull=False,
                    )
                    & ~Q(search_notice_authority="")
                ),
            ),
        ]
        indexes = [models.Index(fields=["agency", "identified_at"], name="casework_suspect_time")]

    def __str__(self) -> str:
        return f"suspect {self.id}"


class Closing(AgencyRow):
    """The one disposition of a closed report, and who agreed to it (M-009). What the disposition
    must name stands in `other_report`, or sealed among the internal notes."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="closings")
    disposition = models.CharField(max_length=40)
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    supervisor_id = models.UUIDField(null=True)
    other_report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_reference = models.BinaryField(null=True)
    reopened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(reopened_at__isnull=True),
                name="casework_closed_once",
            ),
            models.CheckConstraint(
                name="casework_closing_names_disposition", condition=~Q(disposition="")
            ),
        ]

    def __str__(self) -> str:
        return self.disposition


class Assignment(AgencyRow):
    """Who has taken a report. Going against the reporter's wish for a woman or a man needs a
    reason (M-108)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="assignments")
    officer_id = models.UUIDField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    meets_wish = models.BooleanField()
    sealed_reason = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(until__isnull=True), name="casework_assigned_once"
            ),
            models.CheckConstraint(
                name="casework_against_the_wish_has_a_reason",
                condition=Q(meets_wish=True) | Q(sealed_reason__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"assignment {self.id}"


class SilenceMark(AgencyRow):
    """A report that had no news of a person's making for 30, 90 or 365 days on a day (M-062)."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="silences", db_index=False
    )
    days = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "days", "since"], name="casework_silence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days"
