# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.reports.models.report import Report


class Draft(AgencyRow):
    """A report that is being written, sealed under a key that only its session or its own code
    opens. The receipt is made here, so that a form posted twice is one report (part 5)."""

    locator = models.CharField(max_length=8)
    salt = models.BinaryField(max_length=32)
    verifier = models.BinaryField(max_length=32)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=0)
    report = models.OneToOneField(Report, null=True, on_delete=models.CASCADE, related_name="draft")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    # By which session this object was read (no column): filing ends every other one.
    read_by: bytes = b""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "locator"], name="reports_draft_locator_once")
        ]
        indexes = [models.Index(fields=["expires_at"], name="reports_draft_expiry")]

    def __str__(self) -> str:
        return self.locator


class SessionKind(models.TextChoices):
    DRAFT = "draft"
    MAILBOX = "mailbox"


class PortalSession(models.Model):
    """Found by the hash of the cookie; its secret is wrapped under the cookie itself, so that the
    row opens nothing without the browser, and exit ends it by deleting the row."""

    token_hash = models.BinaryField(primary_key=True, max_length=32)
    kind = models.CharField(max_length=8, choices=SessionKind.choices)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="sessions")
    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="sessions")
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reports_session_opens_one_thing",
                condition=Q(kind="draft", draft__isnull=False, report__isnull=True)
                | Q(kind="mailbox", draft__isnull=True, report__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="reports_session_expiry")]

    def __str__(self) -> str:
        return self.kind


class KeptAnswer(models.Model):
    """The first answer to an `Idempotency-Key`, wrapped under the key, kept for one day."""

    key_hash = models.BinaryField(primary_key=True, max_length=32)
    request_hash = models.BinaryField(max_length=32)
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="reports_kept_expiry")]

    def __str__(self) -> str:
        return "kept answer"
