# SPDX-License-Identifier: AGPL-3.0-or-later
"""Storing a received report. Everything is prepared before; here are only inserts."""

from __future__ import annotations

import hashlib

from django.db import transaction

from amana.journal.events import NODE, REPORTER, Act
from amana.journal.models import Event
from amana.journal.proofs import promise
from amana.journal.services import prepare
from amana.reports.events import Tag
from amana.reports.intake import Received
from amana.reports.models import Draft, PartGrant, Report, SealedPart


class AlreadyFiled(Exception):
    """The draft became a report before: the same form was sent twice."""


def issue(received: Received) -> list[Event]:
    """The leaves of filing: submitted, acknowledged, receipt issued; and the signed promise.

    The receipt's leaf names the digests of what was sealed, so that its proof is a proof of
    what she filed."""
    report = received.report
    sealed = {
        kind: hashlib.sha256(part.row.sealed).hexdigest() for kind, part in received.parts.items()
    }
    agency, subject = report.agency_id, report.id
    events = [
        prepare(
            Act(Tag.SUBMIT, REPORTER, agency, "report", subject, facts={"origin": report.origin})
        ),
        prepare(Act(Tag.ACKNOWLEDGE, NODE, agency, "report", subject)),
        prepare(
            Act(
                Tag.RECEIPT_ISSUE,
                NODE,
                agency,
                "report",
                subject,
                facts={"locator": report.locator, **{f"sealed_{k}": v for k, v in sealed.items()}},
            )
        ),
    ]
    received.receipt.leaf_event_id = events[-1].id
    received.receipt.promise = promise(events[-1])
    return events


def store(received: Received, *, draft: Draft | None) -> Report:
    """Insert the rows of a report. Must run in the transaction of filing.

    Raises `AlreadyFiled` when the draft has become a report before, and `IntegrityError` when
    its locator is taken."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a report is stored in the transaction of filing")
    report = received.report
    report.save(force_insert=True)
    if draft is not None:
        claimed = Draft.objects.filter(pk=draft.pk, report=None).update(report=report)
        if not claimed:
            raise AlreadyFiled
    received.receipt.save(force_insert=True)
    SealedPart.objects.bulk_create([part.row for part in received.parts.values()])
    PartGrant.objects.bulk_create(received.grants)
    return report
