# SPDX-License-Identifier: AGPL-3.0-or-later
"""Officers, where they are placed, and the keys by which they read what their units were given."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from amana.agencies.models import Unit
from amana.agencies.rows import AgencyRow

# No vowels and nothing that is misread: a pseudonym never spells a word.
_PSEUDONYM_LETTERS = "bcdfghjkmnpqrstvwxz23456789"


def new_pseudonym() -> str:
    """Ten random letters: who acted, for the journal, without saying a name."""
    return "".join(secrets.choice(_PSEUDONYM_LETTERS) for _ in range(10))


class Role(models.TextChoices):
    INTAKE_OFFICER = "intake_officer", _("Intake officer")
    INVESTIGATOR = "investigator", _("Investigator")
    SUPERVISOR = "supervisor", _("Supervisor")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    PROSECUTOR = "prosecutor", _("Prosecutor")
    CHILD_UNIT = "child_unit", _("Child protection officer")
    LIAISON = "liaison", _("Liaison officer")
    CUSTODIAN = "custodian", _("Custodian of the recovery key")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


# These run the house or look after it and read no report: they never hold a unit's key.
AGENCY_ROLES = frozenset({Role.CUSTODIAN, Role.AUDITOR, Role.ADMINISTRATOR})
KEY_ROLES = frozenset(Role) - AGENCY_ROLES


class Gender(models.TextChoices):
    """Only to answer a wish such as "a woman officer, please"; may stay empty."""

    UNSAID = "", _("Not said")
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")


class Officer(AbstractBaseUser, AgencyRow):
    """A person who works here. The password signs her in; it opens no report."""

    login = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    gender = models.CharField(max_length=8, choices=Gender.choices, blank=True)
    pseudonym = models.CharField(max_length=10, unique=True, default=new_pseudonym, editable=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_officer_gender", condition=Q(gender__in=Gender.values)
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class Placement(AgencyRow):
    """A role in a unit, from one moment to another."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="placements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    role = models.CharField(max_length=20, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "unit", "role"],
                condition=Q(until__isnull=True),
                name="people_placement_once",
            ),
            models.CheckConstraint(
                name="people_placement_ends_after_it_began",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(name="people_placement_role", condition=Q(role__in=Role.values)),
        ]
        indexes = [
            models.Index(
                fields=["unit"], name="people_placement_now", condition=Q(until__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"


class Purpose(models.TextChoices):
    FIRST_ADMINISTRATOR = "first_administrator"
    OFFICER = "officer"


class Invitation(AgencyRow):
    """A one-time code, typed by the person it was made for; kept as a hash only."""

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    officer = models.ForeignKey(
        Officer, null=True, on_delete=models.CASCADE, related_name="invitations"
    )
    code_id = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_invitation_for_whom",
                condition=Q(purpose=Purpose.FIRST_ADMINISTRATOR, officer__isnull=True)
                | Q(purpose=Purpose.OFFICER, officer__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["officer"],
                condition=Q(used_at__isnull=True),
                name="people_invitation_one_open",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(used_at__isnull=True, purpose=Purpose.FIRST_ADMINISTRATOR),
                name="people_invitation_one_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class OfficerKey(AgencyRow):
    """The officer's own pair. A key that was reset keeps its row and loses its private half."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="keys")
    public = models.BinaryField(max_length=32)
    locked_private = models.BinaryField(null=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer"], condition=Q(active=True), name="people_officer_key_one_active"
            ),
            models.CheckConstraint(
                name="people_officer_key_private_while_active",
                condition=Q(active=True, locked_private__isnull=False)
                | Q(active=False, locked_private__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"officer key {self.id}"


class UnitKey(AgencyRow):
    """One version of a unit's pair. The newest seals; older ones open what they once sealed.

    While `bootstrap` is set, the node's bootstrap key of this row's id opens the private half in
    it: the unit is provisional."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="keys", db_index=False)
    version = models.PositiveIntegerField()
    public = models.BinaryField(max_length=32)
    provisional = models.BooleanField()
    bootstrap = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "version"], name="people_unit_key_version"),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(retired_at__isnull=True),
                name="people_unit_key_one_active",
            ),
            models.CheckConstraint(
                name="people_unit_key_bootstrap_while_provisional",
                condition=Q(provisional=True, bootstrap__isnull=False)
                | Q(provisional=False, bootstrap__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"unit key {self.id} version {self.version}"


class UnitKeyGrant(AgencyRow):
    """The private half of a unit key, wrapped to one officer's key."""

    unit_key = models.ForeignKey(
        UnitKey, on_delete=models.PROTECT, related_name="grants", db_index=False
    )
    officer_key = models.ForeignKey(OfficerKey, on_delete=models.PROTECT, related_name="grants")
    wrapped = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit_key", "officer_key"], name="people_unit_key_grant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.id}"


class VaultSession(AgencyRow):
    """An open vault: found by the hash of the cookie's token, readable only with the token."""

    token_id = models.BinaryField(max_length=32, unique=True)
    officer_key = models.ForeignKey(OfficerKey, on_delete=models.CASCADE, related_name="sessions")
    wrapped = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"vault session {self.id}"
