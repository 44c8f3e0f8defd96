# SPDX-License-Identifier: AGPL-3.0-or-later
"""After the database was put back from a copy: nobody is in until the operator has looked.

An older copy may hold accounts that were closed since, and passwords and second factors that were
changed because somebody else knew them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction

from amana.config.clock import now
from amana.journal.events import NODE, Act
from amana.journal.services import record
from amana.people.events import Tag
from amana.people.models import Invitation, Officer, Placement, VaultSession
from amana.people.services.keys import retire_officer_key


@transaction.atomic
def suspend_all() -> list[UUID]:
    """End every session, vault and open invitation and close every account for now; returns the
    accounts that were open. They keep their keys and roles."""
    Session.objects.all().delete()
    VaultSession.objects.all().delete()
    Invitation.objects.filter(used_at__isnull=True).delete()
    open_now = Officer.objects.filter(is_active=True)
    ids = sorted(open_now.values_list("pk", flat=True))
    open_now.update(is_active=False)
    return ids


@transaction.atomic
def confirm(*, officers: Collection[UUID], dismiss: Collection[UUID]) -> None:
    """Open these accounts again, and end those for good: keys, roles, password and factors."""
    Officer.objects.filter(pk__in=officers).update(is_active=True)
    for officer in Officer.objects.filter(pk__in=officers):
        record(_act(Tag.ACCOUNT_CONFIRM, officer))
    for officer in Officer.objects.filter(pk__in=dismiss):
        _dismiss(officer)


def _dismiss(officer: Officer) -> None:
    retire_officer_key(officer)
    for placement in Placement.objects.filter(officer=officer, until__isnull=True):
        placement.until = max(now(), placement.since)  # also when the clock was set back
        placement.save(update_fields=["until"])
    officer.set_unusable_password()
    officer.is_active = False
    officer.save(update_fields=["password", "is_active"])
    record(_act(Tag.ACCOUNT_DISABLE, officer))


def _act(tag: Tag, officer: Officer) -> Act:
    return Act(tag, NODE, officer.agency_id, subject="officer", subject_id=officer.id)
