# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way a report travels. Each step is one call into one room; the plaintext is alive only in
memory, all sealing is done before the transaction begins, and everything commits at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from amana.agencies.models import Unit
from amana.casework import promises
from amana.evidence import services as evidence
from amana.journal import services as journal
from amana.kernel.sealing.receipts import ReceiptCode, new_receipt_code
from amana.referral import routing
from amana.reports import intake as reports
from amana.reports.intake import Intake
from amana.reports.models import Draft, Report
from amana.reports.services import drafts, filing
from amana.triage import assess as triage

TRIES = 5


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed report. `code` is what the reporter keeps; nobody else ever sees it again."""

    report: Report
    unit: Unit
    urgency: str
    next_news_by: datetime
    code: ReceiptCode = field(repr=False)


def file(intake: Intake, *, draft: drafts.OpenDraft | None = None) -> Filed:
    """Receive, preserve, assess, route, promise, record.

    Raises `filing.AlreadyFiled` when the draft has become a report before. A locator that is
    taken is drawn again: it has not been shown to anybody yet."""
    for _ in range(TRIES):
        try:
            return _file(intake, draft)
        except IntegrityError:
            if not Report.objects.filter(
                agency=intake.agency, locator=intake.code.locator
            ).exists() or (draft is not None and _was_filed(draft)):
                raise
            intake = _with_new_code(intake)
    raise RuntimeError("no free locator was found")


def _file(intake: Intake, draft: drafts.OpenDraft | None) -> Filed:
    received = reports.receive(intake)
    items, kept = evidence.preserve(received, draft)
    assessed, judged = triage.assess(received)
    routed, sent = routing.route(received, assessed)
    promised, dated = promises.promise(received, assessed, routed)
    issued = filing.issue(received)
    with transaction.atomic():
        report = filing.store(received, draft=draft.row if draft else None)
        evidence.store_items(items)
        triage.store(assessed)
        routing.store(routed)
        promises.store(promised)
        journal.store([*issued, *kept, *judged, *sent, *dated])
    return Filed(
        report=report,
        unit=routed.unit,
        urgency=assessed.row.urgency,
        next_news_by=promised.next_news.due_at,
        code=intake.code,
    )


def _was_filed(draft: drafts.OpenDraft) -> bool:
    return Draft.objects.filter(pk=draft.row.pk, report__isnull=False).exists()


def _with_new_code(intake: Intake) -> Intake:
    return Intake(
        agency=intake.agency,
        origin=intake.origin,
        language=intake.language,
        answers=intake.answers,
        code=new_receipt_code(),
        pin=intake.pin,
        waiting=intake.waiting,
    )
