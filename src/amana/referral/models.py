# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.models import Unit
from amana.agencies.rows import AgencyRow
from amana.reports.models import Report


class Route(AgencyRow):
    """Why a report went where it went: the rule, what it looked at, and what it gave (M-003).

    A decision by an officer (`by_rule` false) carries a reason, sealed in the internal part."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="routes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    inputs = models.JSONField(default=dict)
    at = models.DateTimeField()
    by_rule = models.BooleanField(default=True)
    officer_id = models.UUIDField(null=True)
    sealed_reason = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referral_override_has_a_reason",
                condition=Q(by_rule=True)
                | Q(by_rule=False, officer_id__isnull=False, sealed_reason__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["report", "at"], name="referral_route_time")]

    def __str__(self) -> str:
        return self.rule


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
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=AccessRole.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit", "role"],
                condition=Q(until__isnull=True),
                name="referral_access_once",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(role="owner", until__isnull=True),
                name="referral_one_owner",
            ),
            models.CheckConstraint(
                name="referral_access_role", condition=Q(role__in=AccessRole.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "report"],
                condition=Q(until__isnull=True),
                name="referral_access_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.unit_id}"


class CrossBorderTask(AgencyRow):
    """What lies outside our borders opens work; it is never a reason to refuse (M-018, M-056)."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"

    report = models.OneToOneField(
        Report, on_delete=models.CASCADE, related_name="cross_border_task"
    )
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.state


class ProsecutorNotice(AgencyRow):
    """A notice to a prosecution office: JSON signed as a JWS, sealed; `digest` is SHA-256 of the
    JWS and is printed on the PDF."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notices")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    sealed_jws = models.BinaryField()

    def __str__(self) -> str:
        return f"notice {self.id}"


class Instruction(AgencyRow):
    """What a prosecution office directed, and which marked action it unlocks (M-004)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="instructions")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    authority = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=120)
    given_on = models.DateField()
    recorded_at = models.DateTimeField()
    officer_id = models.UUIDField()
    sealed_text = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referral_instruction_names_its_ground",
                condition=~Q(authority="") & ~Q(legal_basis="") & ~Q(action=""),
            )
        ]

    def __str__(self) -> str:
        return self.action


class Refusal(AgencyRow):
    """An action that was refused because a ground was missing; counted in public (T19)."""

    report = models.ForeignKey(Report, null=True, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=40)
    missing = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action}: {self.missing}"
