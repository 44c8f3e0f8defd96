# SPDX-License-Identifier: AGPL-3.0-or-later
"""What links are made of. No row here says that two reports belong together for good: clusters are
computed from tokens and decisions, and `LinkSet.cluster` only keeps the result."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.reports.models import Report


class LinkSet(models.Model):
    """The keyed tokens of a report in one row, made when it is filed; linked by the worker.

    `number` stands for the report among tokens and says nothing without the blind-index key.
    `cluster` is the number of the first report of its cluster: its own while it stands alone."""

    report = models.OneToOneField(
        Report, on_delete=models.CASCADE, primary_key=True, related_name="link_set"
    )
    agency_id = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    key_version = models.PositiveSmallIntegerField()
    packed = models.BinaryField()
    cluster = models.BigIntegerField()
    linked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["report"], condition=Q(linked_at__isnull=True), name="triage_not_linked"
            ),
            models.Index(fields=["linked_at"], name="triage_linked_at"),
            models.Index(fields=["cluster", "number"], name="triage_of_cluster"),
        ]

    def __str__(self) -> str:
        return "tokens"


class LinkToken(models.Model):
    """Which reports hold a token: the index over all `LinkSet` rows, filled by the worker."""

    pk = models.CompositePrimaryKey("token", "number")
    token = models.BigIntegerField()
    number = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return "token"


class SharedToken(models.Model):
    """A token that was judged to be no one person's, or that very many reports hold."""

    token = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField()
    holders = models.PositiveIntegerField()
    muted = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="triage_muted_why", condition=Q(muted__in=["", "spread", "lent", "known"])
            )
        ]

    def __str__(self) -> str:
        return self.muted or "shared"


class TokenDecision(AgencyRow):
    """An officer mutes a token or lets it speak again. The newest counts; none is ever changed.

    With `unit_id` it holds in the view of that unit, without for the whole agency. `report` is
    where she said so; none once that was destroyed, and the reason went with it."""

    token = models.BigIntegerField()
    muted = models.BooleanField()
    unit_id = models.UUIDField(null=True)
    report = models.ForeignKey(
        Report, null=True, on_delete=models.CASCADE, related_name="token_decisions"
    )
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    sealed_reason = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["token", "at"], name="triage_token_decision"),
            models.Index(fields=["unit_id", "token"], name="triage_decision_of_unit"),
        ]

    def __str__(self) -> str:
        return "mute" if self.muted else "unmute"


class LinkDecision(AgencyRow):
    """An officer says that two reports mean one person, or that they do not. It holds until it is
    undone; what was undone stays as history."""

    class Said(models.TextChoices):
        TOGETHER = "together"
        APART = "apart"

    said = models.CharField(max_length=8, choices=Said.choices)
    one = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="link_decisions")
    other = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    sealed_reason = models.BinaryField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="triage_link_said", condition=Q(said__in=["together", "apart"])
            ),
            models.CheckConstraint(name="triage_link_of_two", condition=~Q(one=models.F("other"))),
            models.CheckConstraint(
                name="triage_link_undone_by_somebody",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["one", "other"],
                condition=Q(undone_at__isnull=True),
                name="triage_link_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return self.said
