# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way a report travels. Each step is one call into one room; the plaintext is alive only in
memory, all sealing is done before the transaction begins, and everything commits at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError

from amana.agencies.models import Agency, Unit
from amana.casework import promises
from amana.casework.promises import next_news_by
from amana.config.bulk import insert, insert_alone
from amana.config.commits import commit
from amana.evidence import services as evidence
from amana.kernel.sealing.receipts import ReceiptCode, new_receipt_code
from amana.referral import routing
from amana.referral.routing import owner_of
from amana.reports import intake as reports
from amana.reports.intake import Intake
from amana.reports.models import Report
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


def file(
    intake: Intake,
    *,
    draft: drafts.OpenDraft | None = None,
    alongside: Callable[[Filed], None] | None = None,
) -> Filed:
    """Receive, preserve, assess, route, promise, record.

    `alongside` writes something of the caller's in the same transaction. Raises
    `drafts.AlreadyFiled` when the draft has become a report before. A locator that is taken is
    drawn again: it has not been shown to anybody yet."""
    for _ in range(TRIES):
        try:
            return _file(intake, draft, alongside)
        except IntegrityError:
            if draft is not None or not _taken(intake):
                raise
            intake = replace(intake, code=new_receipt_code())
    raise RuntimeError("no free locator was found")


def file_draft(
    opened: drafts.OpenDraft,
    *,
    agency: Agency,
    origin: str,
    waiting: bool = False,
    alongside: Callable[[Filed], None] | None = None,
) -> Filed:
    """File what a draft holds. Sent twice, it is one report and the same receipt comes back.

    `waiting`: an officer took it at a desk; its code is a one-time code with which the person
    draws her own receipt (`reports.services.handover`), and until then nothing opens."""
    for _ in range(TRIES):
        content = opened.content
        intake = Intake(
            agency=agency,
            origin=origin,
            language=content.language,
            answers=content.answers,
            code=content.receipt,
            pin=content.pin or None,
            waiting=waiting,
        )
        try:
            return file(intake, draft=opened, alongside=alongside)
        except drafts.AlreadyFiled:
            # The window that was quicker may have drawn another receipt.
            return filed_before(drafts.read_again(opened))
        except evidence.LateFile:
            continue
        except IntegrityError:
            if not _taken(intake):
                raise
            opened = drafts.draw_again(opened)
    raise RuntimeError("neither a free locator nor a quiet moment was found")


def filed_before(opened: drafts.OpenDraft) -> Filed:
    """The report that a draft has become, for the browser that wrote it."""
    report = Report.objects.select_related("assessment").get(draft=opened.row)
    return Filed(
        report=report,
        unit=owner_of(report),
        urgency=report.assessment.urgency,
        next_news_by=next_news_by(report),
        code=opened.content.receipt,
    )


def drop_draft(opened: drafts.OpenDraft) -> None:
    """Delete a draft with its files; nothing of it remains."""
    evidence.drop_all_of_draft(opened.row)
    drafts.delete(opened=opened)


def _file(
    intake: Intake,
    draft: drafts.OpenDraft | None,
    alongside: Callable[[Filed], None] | None,
) -> Filed:
    received = reports.receive(intake)
    issued = filing.issue(received)
    same = evidence.fingerprints(draft)
    items, kept = evidence.preserve(received, draft)
    assessed, judged = triage.assess(received, files=same)
    routed, sent = routing.route(received, assessed)
    promised, dated = promises.promise(received, assessed, routed)
    filed = Filed(
        report=received.report,
        unit=routed.unit,
        urgency=assessed.row.urgency,
        next_news_by=promised.next_news.due_at,
        code=intake.code,
    )

    rows = [
        *filing.rows(received),
        *assessed.rows(),
        *routed.rows(),
        *promised.rows(),
        *issued,
        *kept,
        *judged,
        *sent,
        *dated,
    ]
    if draft is None and alongside is None:
        insert_alone(rows)
        return filed

    def store() -> None:
        if draft is not None:
            drafts.claim(draft, received.report)
        insert(rows)
        evidence.store_items(items, draft.row if draft else None)
        if alongside is not None:
            alongside(filed)

    commit(store)
    return filed


def _taken(intake: Intake) -> bool:
    return Report.objects.filter(agency=intake.agency, locator=intake.code.locator).exists()
