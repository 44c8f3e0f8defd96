# SPDX-License-Identifier: AGPL-3.0-or-later
"""The leaves and the rows of a received report; the journey inserts them."""

from __future__ import annotations

import hashlib

from django.db.models import Model

from amana.journal.events import NODE, REPORTER, Act
from amana.journal.models import Event
from amana.journal.proofs import promise
from amana.journal.services import prepare
from amana.reports.events import Tag
from amana.reports.intake import Received


def issue(received: Received) -> list[Event]:
    """The leaves of filing: submitted, acknowledged, receipt issued; and the signed promise.

    The receipt's leaf names the digests of what was sealed and of the keys it was sealed to, so
    that its proof is a proof of what she filed, and of to whom her messages are closed."""
    report = received.report
    sealed: dict[str, str | int | bool | None] = {}
    for kind, part in received.parts.items():
        sealed[f"sealed_{kind}"] = hashlib.sha256(part.row.sealed).hexdigest()
        sealed[f"key_{kind}"] = hashlib.sha256(part.pair.public).hexdigest()
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
                facts={"locator": report.locator, **sealed},
            )
        ),
    ]
    received.receipt.leaf_event_id = events[-1].id
    received.receipt.promise = promise(events[-1])
    return events


def rows(received: Received) -> list[Model]:
    """The rows of a received report, in the order in which they refer to each other."""
    parts = [part.row for part in received.parts.values()]
    return [received.report, received.receipt, *parts, *received.grants]
