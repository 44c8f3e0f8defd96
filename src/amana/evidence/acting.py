# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one entry of every act of an officer on evidence."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from amana.evidence.models import EvidenceItem
from amana.journal.events import Actor
from amana.people.policies import Action, Staff
from amana.reports.errors import NotFound
from amana.reports.models import Report
from amana.reports.policies import authorise
from amana.reports.services.parts import vault_of


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on which report, in whose name, after she was asked whether she may."""

    staff: Staff
    report: Report
    unit_id: UUID
    actor: Actor


def acting(staff: Staff, action: Action, report: Report) -> Acting:
    """Evidence outlives the work on a report, so a closed one will do. Who acts has her vault
    open. Raises `NotFound`, `NotAllowed`, `VaultClosed`."""
    unit_id = authorise(staff, action, report)
    vault_of(staff)
    report.refresh_from_db()
    return Acting(staff, report, unit_id, staff.actor(action, unit_id))


def lock(report: Report) -> Report:
    """The report's row, held until the transaction ends: one act at a time changes its evidence."""
    return Report.objects.select_for_update().get(pk=report.pk)


def item_of(report: Report, item_id: UUID) -> EvidenceItem:
    """An item of this report. Raises `NotFound`, also for one that was destroyed."""
    row = EvidenceItem.objects.filter(pk=item_id, report=report, shredded_at=None).first()
    if row is None:
        raise NotFound
    return row
