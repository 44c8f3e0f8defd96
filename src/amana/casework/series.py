# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telling the owner of a report that it is one of a series; the alert says nothing more."""

from __future__ import annotations

from typing import Final

from amana.agencies.models import Unit
from amana.casework.clocks import raise_alert
from amana.casework.models import Alert
from amana.reports.models import AccessRole
from amana.triage.links.series import lately_joined, series_of

SERIES: Final = "series"


def raise_series() -> int:
    """One alert for each report that continues a series, at the unit that owns it. Returns how many
    are new."""
    raised = 0
    for report in lately_joined():
        if Alert.objects.filter(report=report, reason=SERIES).exists():
            continue
        owner = Unit.objects.filter(
            pk__in=report.accesses.filter(role=AccessRole.OWNER, until__isnull=True).values("unit")
        ).first()
        if owner is not None and series_of(report) is not None:
            raised += raise_alert(report, owner, SERIES)
    return raised
