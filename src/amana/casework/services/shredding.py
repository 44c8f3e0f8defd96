# SPDX-License-Identifier: AGPL-3.0-or-later
"""Destroying by law what a report holds: the keys in the rooms below, and what the rooms between
keep to find it by. Codes stay for figures, and the person reads that it was done."""

from __future__ import annotations

from uuid import UUID

from amana.evidence import shredding, tombstones
from amana.evidence.models import Shred
from amana.people.policies import Staff
from amana.reports.models import Report
from amana.reports.services import mailbox
from amana.triage.links.linking import destroy_links
from amana.triage.models import WordTokens


def shred(*, staff: Staff, report: Report, shred_id: UUID) -> Shred:
    """Destroy what was asked for: see `evidence.shredding.shred`, which says what it raises."""
    return shredding.shred(
        staff=staff, report=report, shred_id=shred_id, alongside=_forget_everything
    )


def destroy_again() -> int:
    """Destroy once more what a backup brought back, with the tokens that came with it; see
    `evidence.tombstones.destroy_again`."""
    return tombstones.destroy_again(alongside=_forget_tokens)


def _forget_everything(report: Report) -> None:
    _forget_tokens(report)
    mailbox.note_automatically(report=report, code="destroyed", facts={})


def _forget_tokens(report: Report) -> None:
    """Tokens of words and identifiers would still answer whether a word stood in it."""
    WordTokens.objects.filter(report=report).delete()
    destroy_links(report=report)
