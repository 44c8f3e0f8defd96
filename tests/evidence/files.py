# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of reports, for the tests of this room."""

from __future__ import annotations

from amana.agencies.models import Agency
from amana.evidence.custody import Custody, custody_of
from amana.evidence.ingest import Taken, add_to_report, take_in
from amana.evidence.models import EvidenceItem
from amana.journal.events import REPORTER
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_private
from tests.support import builders as make

UNIT = "jo/ccu/aqaba"


def taken(content: bytes = b"a screenshot", name: str = "chat.png") -> Taken:
    return take_in([content], name=name, declared_type="image/png")


def added(report: Report, content: bytes = b"a screenshot", name: str = "chat.png") -> EvidenceItem:
    (item,) = add_to_report(report=report, taken=[taken(content, name)], actor=REPORTER)
    return fresh(item)


def fresh(item: EvidenceItem) -> EvidenceItem:
    """The item as the database has it now."""
    return EvidenceItem.objects.get(pk=item.pk)


def half(agency: Agency, report: Report) -> bytes:
    """What an officer of the competent unit opens the report with."""
    return open_private(staff=make.staff(agency, UNIT), report=report, kind=PartKind.ANSWERS)


def chain(item: EvidenceItem, private: bytes) -> Custody:
    return custody_of(fresh(item), private)
