# SPDX-License-Identifier: AGPL-3.0-or-later
"""When stored evidence is found changed: everybody who works on the report is told, without a
word of what it is."""

from __future__ import annotations

from typing import Final

from amana.casework.clocks import raise_alert
from amana.evidence import rechecking
from amana.evidence.models import EvidenceItem
from amana.reports.models import Access, AccessRole

DAMAGED: Final = "damaged"


def recheck() -> int:
    """Read a sample of stored files again (see `evidence.rechecking`); returns how many."""
    return rechecking.recheck(found=_alert)


def _alert(item: EvidenceItem) -> None:
    if item.report is None:
        return
    live = Access.objects.filter(
        report=item.report, until=None, role__in=[AccessRole.OWNER, AccessRole.CO_OWNER]
    ).select_related("unit")
    for access in live:
        raise_alert(item.report, access.unit, DAMAGED)


def recheck_everything() -> tuple[int, int]:
    """The same for every stored file at once; returns how many, and how many are damaged."""
    return rechecking.recheck_everything(found=_alert)
