# SPDX-License-Identifier: AGPL-3.0-or-later
"""A node with a report that holds files, and an officer who may hand them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amana.evidence.blobs import blobs
from amana.evidence.custody import Handling, Kind
from amana.evidence.exports.contents import Contents
from amana.evidence.exports.gathering import Wanted
from amana.evidence.exports.services import prepare
from amana.evidence.intake import FileIntake, Taken
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.services import add_derived, add_to_report
from amana.journal import selectors
from amana.journal.events import REPORTER, Actor
from amana.people.policies import Staff
from amana.reports.models import Report
from tests.support import builders as make

PURPOSE = "For the court of first instance"


@dataclass
class Ground:
    """A node, a report, its officer and its files."""

    staff: Staff
    report: Report
    items: list[EvidenceItem]

    @property
    def key(self) -> str:
        return str(selectors.vkeys()[0])

    def prepare(self, **changed: object) -> Contents:
        asked: dict[str, object] = {"purpose": PURPOSE, "language": "en"}
        wanted = Wanted(**{**asked, **changed})  # type: ignore[arg-type]
        return prepare(staff=make.again(self.staff), report=self.report, wanted=wanted)


def taken(data: bytes, name: str = "chat.png", kind: str = "image/png") -> Taken:
    intake = FileIntake(blobs(), name=name, declared_type=kind, limit=10**8)
    intake.write(data)
    return intake.finish()


def ground(*files: bytes, names: Sequence[str] = ()) -> Ground:
    """A report in Aqaba with these files and a working copy of the first one."""
    agency = make.node()
    report = make.report(agency)
    staff = make.staff(agency, "jo/ccu/aqaba")
    contents = files or (b"a screenshot", b"another " * 50_000)
    named = [*names, *["chat.png"] * len(contents)]
    parts = [taken(data, name) for data, name in zip(contents, named, strict=False)]
    items = add_to_report(report=report, taken=parts, actor=REPORTER)
    made = Handling(Kind.DERIVE, Actor("node"), purpose="derive", by="cleaner/1")
    add_derived(parent=items[0], taken=[taken(b"cleaned")], copy=Copy.CLEANED, act=made)
    return Ground(staff, report, items)
