# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the person agrees to, purpose by purpose, and her changing her mind (M-058)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from amana.journal.events import REPORTER, Act
from amana.journal.services import record
from amana.reports.errors import ReportClosed
from amana.reports.events import Tag
from amana.reports.models import Report
from amana.reports.questionnaire import PURPOSES
from amana.reports.services import mailbox


def change_consents(*, report: Report, given: Collection[str]) -> bool:
    """From now on she agrees to exactly these purposes; unknown ones are passed over. Her receipt
    has been checked by the caller. What was already sent on its way stays sent, and the page says
    so. Returns whether anything changed. Raises `ReportClosed`."""
    wanted = {purpose for purpose in PURPOSES if purpose in given}
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=report.pk)
        if row.closed_at is not None:
            raise ReportClosed
        before = set(row.consents)
        if wanted == before:
            return False
        row.consents = sorted(wanted)
        row.save(update_fields=["consents"])
        facts: dict[str, str | int | bool | None] = {
            "given": ",".join(sorted(wanted - before)),
            "taken_back": ",".join(sorted(before - wanted)),
        }
        record(Act(Tag.CONSENT_CHANGE, REPORTER, row.agency_id, "report", row.id, facts=facts))
        mailbox.note_automatically(report=row, code="consents", facts={})
    report.refresh_from_db()
    return True
