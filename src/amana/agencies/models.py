# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agency > unit > branch. Which territory each answers for is data of the country pack."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from amana.agencies.rows import AgencyRow
from amana.kernel.ids import uuid7


class Agency(models.Model):
    """The body that runs this node. `demonstration` is set once and never taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, unique=True)
    pack = models.CharField(max_length=8)
    pack_version = models.CharField(max_length=20)
    names = models.JSONField()
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class UnitKind(models.TextChoices):
    CENTRE = "centre"
    BRANCH = "branch"
    SPECIALISED = "specialised"
    PROSECUTION = "prosecution"
    LEGAL_REVIEW = "legal_review"
    DUTY = "duty"
    NATIONAL_DESK = "national_desk"


class Unit(AgencyRow):
    """A place where people work: a centre, a branch, a specialised unit, a prosecution office."""

    code = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    names = models.JSONField()
    department = models.CharField(max_length=80)
    specialised = models.CharField(max_length=20, blank=True)
    is_duty = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="agencies_unit_code"),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(is_duty=True), name="agencies_one_duty_unit"
            ),
            models.CheckConstraint(
                name="agencies_unit_kind", condition=Q(kind__in=UnitKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.code
