# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.people.models import UnitKey
from amana.reports.models.report import Report


class PartKind(models.TextChoices):
    """The parts of a report, each under a key pair of its own, so that one can be given without
    the others. `internal` holds what officers write among themselves, `notice` what passes between
    them and a prosecution office; no receipt opens these two."""

    ANSWERS = "answers"
    IDENTITY = "identity"
    ANNEX = "annex"
    INTERNAL = "internal"
    NOTICE = "notice"


class SealedPart(AgencyRow):
    """Public half in clear: anyone with something to add can add it. What it opens is sealed."""

    # `reports_part_once` begins with it.
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    kind = models.CharField(max_length=10, choices=PartKind.choices)
    public_key = models.BinaryField(max_length=32)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="reports_part_once"),
            models.CheckConstraint(name="reports_part_kind", condition=Q(kind__in=PartKind.values)),
        ]

    def __str__(self) -> str:
        return self.kind


class PartGrant(AgencyRow):
    """The private half of a part, wrapped (HPKE) to one unit key, or to the receipt."""

    # `reports_grant_unit_once` begins with it.
    part = models.ForeignKey(
        SealedPart, on_delete=models.CASCADE, related_name="grants", db_index=False
    )
    unit_key = models.ForeignKey(
        UnitKey, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    to_receipt = models.BooleanField(default=False)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "unit_key"], name="reports_grant_unit_once"),
            models.UniqueConstraint(
                fields=["part"], condition=Q(to_receipt=True), name="reports_grant_receipt_once"
            ),
            models.CheckConstraint(
                name="reports_grant_has_one_holder",
                condition=Q(unit_key__isnull=False, to_receipt=False)
                | Q(unit_key__isnull=True, to_receipt=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit_key"],
                name="reports_grant_by_key",
                condition=Q(unit_key__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"grant {self.id}"


class Receipt(models.Model):
    """What is stored of a receipt: enough to check a code, nothing to make one.

    `public_key` belongs to the pair that the code (and PIN, when set) derives; the person's parts
    are wrapped to it. A receipt that an officer prepared is `waiting`: until the person has drawn
    her own code, nothing opens."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True)
    agency_id = models.UUIDField()
    salt = models.BinaryField(max_length=32)
    verifier = models.BinaryField(max_length=32)
    public_key = models.BinaryField(max_length=32)
    pin_set = models.BooleanField(default=False)
    waiting = models.BooleanField(default=False)
    promise = models.TextField(blank=True)
    leaf_event_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return "receipt"


class MessageKind(models.TextChoices):
    FROM_REPORTER = "from_reporter"
    TO_REPORTER = "to_reporter"
    AUTOMATIC = "automatic"
    INTERNAL = "internal"


class Message(AgencyRow):
    """A line between the reporter and the unit, or among officers; the text is sealed.

    `code` and `facts` carry an automatic note in coded form, so that it is written in the reader's
    language when read. `read_at` is the first reading by the other side."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=14, choices=MessageKind.choices)
    at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    author = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reports_message_says_something",
                condition=Q(sealed__isnull=False) | ~Q(code=""),
            ),
            models.CheckConstraint(
                name="reports_message_kind", condition=Q(kind__in=MessageKind.values)
            ),
        ]
        indexes = [models.Index(fields=["report", "at"], name="reports_message_time")]

    def __str__(self) -> str:
        return self.kind
