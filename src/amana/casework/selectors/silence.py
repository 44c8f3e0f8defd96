# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long people waited for news: numbers for auditors and the public count (M-062)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from amana.casework.clocks import open_reports
from amana.casework.models import SilenceMark
from amana.config.clock import now


def silence_counts(agency_id: UUID, silent_days: tuple[int, ...]) -> dict[int, int]:
    """How many open reports are silent now for each length; for auditors and the public count."""
    live = open_reports().filter(agency_id=agency_id)
    moment = now()
    return {
        days: live.filter(last_news_at__lte=moment - timedelta(days=days)).count()
        for days in silent_days
    }


def silences_marked(agency_id: UUID, *, since: datetime, until: datetime) -> dict[int, int]:
    """How many silences of each length were marked in a period."""
    rows = SilenceMark.objects.filter(agency_id=agency_id, at__gte=since, at__lt=until)
    return dict(rows.values_list("days").annotate(Count("pk")).order_by("days"))
