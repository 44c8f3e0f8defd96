# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers do about evidence: holds, destruction, imports of tools, devices handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from amana.agencies.rows import AgencyRow
from amana.evidence.models.items import EvidenceItem
from amana.reports.models import Report


class Hold(AgencyRow):
    """A legal hold on one item, or on all of a report: while it lasts nothing of it is destroyed.
    Reason and authority are sealed to the officers' part."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="holds")
    item = models.ForeignKey(
        EvidenceItem, null=True, on_delete=models.CASCADE, related_name="holds"
    )
    sealed_reason = models.BinaryField()
    officer_id = models.UUIDField()
    since = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)
    sealed_lifting = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_hold_lifted_whole",
                condition=Q(until__isnull=True, lifted_by__isnull=True, sealed_lifting__isnull=True)
                | Q(until__isnull=False, lifted_by__isnull=False, sealed_lifting__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["report"], condition=Q(until__isnull=True), name="evidence_hold_live"
            )
        ]

    def __str__(self) -> str:
        return f"hold {self.id}"


class Basis(models.TextChoices):
    """On what ground of law something is destroyed."""

    COURT_ORDER = "court_order"
    PROSECUTOR_ORDER = "prosecutor_order"
    RETENTION_ENDED = "retention_ended"
    REQUEST_OF_THE_PERSON = "request_of_the_person"
    NEVER_LAWFUL = "never_lawful"


class Shred(AgencyRow):
    """Destroying an item, or all of a report: one officer asks, another one decides. The row stays
    as the record of what was destroyed, on what ground and by whom."""

    class Outcome(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DECLINED = "declined"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="shreds")
    item = models.ForeignKey(
        EvidenceItem, null=True, on_delete=models.CASCADE, related_name="shreds"
    )
    basis = models.CharField(max_length=24, choices=Basis.choices)
    article = models.CharField(max_length=120)
    sealed_reason = models.BinaryField(null=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_shred_basis", condition=Q(basis__in=Basis.values)
            ),
            models.CheckConstraint(
                name="evidence_shred_decided_whole",
                condition=Q(outcome="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    outcome__in=["done", "declined"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="evidence_shred_second_person",
                condition=~Q(outcome="done") | ~Q(decided_by=F("asked_by")),
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(outcome="open", item__isnull=True),
                name="evidence_shred_report_once",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(outcome="open"), name="evidence_shred_item_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["decided_at"],
                condition=Q(outcome="done", erased_at__isnull=True),
                name="evidence_shred_to_finish",
            )
        ]

    def __str__(self) -> str:
        return f"shred {self.outcome}"


class ToolImport(AgencyRow):
    """What a forensic tool listed: every file with its hash, sealed to the part of the report, and
    how it compares with the items that are here. Nothing is decrypted or unpacked inside Amana."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="tool_imports")
    item = models.ForeignKey(
        EvidenceItem, null=True, on_delete=models.PROTECT, related_name="tool_imports"
    )
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    listed = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_import_counts",
                condition=Q(listed__gte=F("matched") + F("differing")) & Q(listed__gte=1),
            )
        ]

    def __str__(self) -> str:
        return f"import of {self.listed}"


class HandIn(AgencyRow):
    """A device that somebody handed in: what, to whom, for what and until when. Sealed to the part
    that the person's own code opens, so that she reads it too."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="hand_ins")
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    return_by = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.UUIDField(null=True)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_hand_in_returned_whole",
                condition=Q(returned_at__isnull=True, returned_by__isnull=True)
                | Q(returned_at__isnull=False, returned_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"hand-in {self.id}"
