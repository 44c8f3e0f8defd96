# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.models import Unit
from amana.agencies.rows import AgencyRow
from amana.reports.models import Access, AccessRole, Refusal, Report

__all__ = [
    "Access",
    "AccessRole",
    "CrossBorderTask",
    "Instruction",
    "ProsecutorNotice",
    "Refusal",
    "Route",
]


class Route(AgencyRow):
    """Why a report went where it went: the rule, what it looked at, and what it gave (M-003).

    A decision by an officer (`by_rule` false) carries a reason, sealed in the internal part."""

    # `referral_route_time` begins with it; nobody asks which routes led to a unit.
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="routes", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
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
    done_by = models.UUIDField(null=True)
    sealed_result = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referral_crossborder_done_by_somebody",
                condition=Q(state="open", done_at__isnull=True, done_by__isnull=True)
                | Q(
                    state="done",
                    done_at__isnull=False,
                    done_by__isnull=False,
                    sealed_result__isnull=False,
                ),
            )
        ]

    def __str__(self) -> str:
        return self.state


class ProsecutorNotice(AgencyRow):
    """A notice to a prosecution office: JSON signed as a JWS, sealed; `digest` is SHA-256 of the
    JWS and is printed on the PDF. `override_basis` names the law and the authority on which it
    was sent although the reporter had not agreed (a life or a child was at risk)."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    officer_id = models.UUIDField()
    digest = models.BinaryField(max_length=32)
    sealed_jws = models.BinaryField()
    override_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="referral_notice_time")]

    def __str__(self) -> str:
        return f"notice {self.id}"


class Instruction(AgencyRow):
    """What a prosecution office directed, and which marked action it unlocks (M-004)."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="instructions", db_index=False
    )
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    authority = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=120)
    given_on = models.DateField()
    recorded_at = models.DateTimeField()
    officer_id = models.UUIDField()
    sealed_text = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["report", "action"], name="referral_instruction_for")]
        constraints = [
            models.CheckConstraint(
                name="referral_instruction_names_its_ground",
                condition=~Q(authority="") & ~Q(legal_basis="") & ~Q(action=""),
            )
        ]

    def __str__(self) -> str:
        return self.action
