# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the virus scanner said of a file, asked when an officer opens it and never before.

Not while it comes in, though its bytes pass by in clear then: a scanner of this kind lays what it
is given in a temporary file of its own, and the promise is that nothing of a report touches a disk
in clear; a scanner that hangs would hold a person's report; and what was unknown that night has a
signature when an officer opens it. Nobody is in danger before: nothing is ever run or shown here
but what the jail has drawn anew. So it is asked where an officer has said for what she opens one
file, its answer is a record of the file's own chain, and without an answer the work goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from amana.config.clock import now
from amana.evidence import scanning
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.events import Tag
from amana.evidence.models import CustodyRecord, EvidenceItem
from amana.evidence.opening import Damaged, unseal
from amana.evidence.records import MAX_WORDS_BYTES, Record, context, fitting, parsed
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.pairs import open_from
from amana.people.policies import Action, Staff
from amana.reports.models import Report
from amana.reports.opening import open_private
from amana.reports.policies import authorise

SCAN: Final = "scan"
FRESH: Final = timedelta(days=1)
"""Signatures come anew about once a day: so long an answer is worth."""
PATIENCE: Final = 5.0
"""Seconds that an officer who looks waits for the scanner's next word."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the scanner found (the name of a signature, or nothing), and when."""

    at: datetime
    found: str

    @property
    def clean(self) -> bool:
        return not self.found


def scan(
    *, staff: Staff, report: Report, item_id: UUID, patience: float = scanning.TIMEOUT_SECONDS
) -> scanning.Verdict:
    """Ask the virus scanner, and record its answer. Raises `ScannerFailed`, and what `unseal`
    raises."""
    unit_id = authorise(staff, Action.READ_REPORT, report)
    found = unseal(staff=staff, report=report, item_id=item_id)
    with found.stream() as stream:
        verdict = scanning.scan(stream, patience=patience)
    act = Handling(
        Kind.VERIFY,
        staff.actor(Action.READ_REPORT, unit_id),
        purpose=SCAN,
        facts={"found": fitting(verdict.found, MAX_WORDS_BYTES), "clean": verdict.clean},
        unit_id=unit_id,
        by="clamd",
    )
    record_custody(item=found.row, act=act)
    return verdict


def scan_if_due(*, staff: Staff, report: Report, item_id: UUID) -> None:
    """Ask about a file that she opens, unless the scanner has spoken within a day. Without a
    scanner, or without an answer, nothing happens: looking waits for nobody."""
    if not scanning.configured():
        return
    item = EvidenceItem.objects.get(pk=item_id, report=report)
    last = verdicts(staff=staff, report=report, parts={item.id: item.part}).get(item_id)
    if last is not None and last.at > now() - FRESH:
        return
    try:
        scan(staff=staff, report=report, item_id=item_id, patience=PATIENCE)
    except (scanning.ScannerFailed, Damaged, SealingError):
        return


def verdicts(*, staff: Staff, report: Report, parts: Mapping[UUID, str]) -> dict[UUID, Seen]:
    """The last answer about each of these items of a report, as their chains have it; `parts`
    names the part that each hangs on. Raises what `open_part` raises."""
    rows = list(
        CustodyRecord.objects.filter(
            item__in=parts, event__tag=Tag.VERIFY, event__unit_id__isnull=False
        )
        .select_related("event")
        .order_by("number")
    )
    if not rows:
        return {}
    privates = {
        part: open_private(staff=staff, report=report, kind=part)
        for part in {parts[row.item_id] for row in rows}
    }
    found = {}
    for row in rows:
        said = _opened(row, privates[parts[row.item_id]])
        if said is not None and said.purpose == SCAN:
            found[row.item_id] = Seen(said.at, str(said.facts.get("found", "")))
    return found


def _opened(row: CustodyRecord, private: bytes) -> Record | None:
    """A record that does not open says nothing here; the chain says that it does not hold."""
    try:
        box = open_from(private, bytes(row.sealed), context=context(row.item_id, row.number))
        return parsed(row, box)
    except (SealingError, ValueError, KeyError, TypeError):
        return None
