# SPDX-License-Identifier: AGPL-3.0-or-later
"""What expires: drafts after thirty days, sessions, kept answers after a day."""

from __future__ import annotations

from django.db import transaction

from amana.config.clock import now
from amana.journal.events import NODE, Act
from amana.journal.services import record
from amana.reports.events import Tag
from amana.reports.models import Draft, KeptAnswer, PortalSession

AT_ONCE = 500


def sweep() -> int:
    """Delete what has expired; returns how many rows. Files of drafts are dropped by the
    evidence room, which finds blobs that nothing refers to."""
    moment = now()
    gone = PortalSession.objects.filter(expires_at__lte=moment).delete()[0]
    gone += KeptAnswer.objects.filter(expires_at__lte=moment).delete()[0]
    gone += Draft.objects.filter(expires_at__lte=moment, report__isnull=False).delete()[0]
    expired = list(
        Draft.objects.filter(expires_at__lte=moment, report=None).values_list("id", "agency_id")[
            :AT_ONCE
        ]
    )
    for draft_id, agency_id in expired:
        with transaction.atomic():
            deleted, _ = Draft.objects.filter(pk=draft_id, report=None).delete()
            if deleted:
                record(Act(Tag.DRAFT_EXPIRE, NODE, agency_id, "draft", draft_id))
    return gone + len(expired)
