# SPDX-License-Identifier: AGPL-3.0-or-later
"""The custody of a report's files as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from amana.agencies.models import Unit
from amana.desk import custody_words as said_words
from amana.desk import files, words
from amana.desk.shell import Visit
from amana.evidence import holding, opening, shredding
from amana.evidence.custody import Record, custodies_of
from amana.evidence.models import EvidenceItem
from amana.evidence.opening import FileRow
from amana.evidence.safeview.kinds import shown_name
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_private

Row = dict[str, object]
MOST: int = 300


def names(visit: Visit) -> list[tuple[UUID, str]]:
    """Files of the report by id, with the name they came with, and which copy it is."""
    return [(row.id, files.name(row)) for row in _files(visit)]


def _files(visit: Visit) -> list[FileRow]:
    try:
        return opening.files(staff=visit.staff, report=visit.report)
    except (NoKey, NoSuchPart):
        return []


def chains(visit: Visit) -> list[Row]:
    """Every item with its chain. Raises what `open_part` raises."""
    items = list(
        EvidenceItem.objects.filter(report=visit.report, part=PartKind.ANSWERS).order_by("id")[
            :MOST
        ]
    )
    if not items:
        return []
    private = open_private(staff=visit.staff, report=visit.report, kind=PartKind.ANSWERS)
    known = {row.id: shown_name(row.meta.name) for row in _files(visit)}
    found = custodies_of(items, private)
    held = _held(visit.report, items)
    units = {
        unit.code: words.unit_name(unit)
        for unit in Unit.objects.filter(agency_id=visit.report.agency_id)
    }
    return [
        _chain(visit, item, known.get(item.id, ""), held)
        | {
            "holds": found[item.id].holds,
            "problems": found[item.id].problems,
            "steps": [_step(record, units) for record in found[item.id].records],
        }
        for item in items
    ]


def _held(report: Report, items: list[EvidenceItem]) -> set[UUID]:
    """Which of them may not be destroyed now: as `holding.live_holds` says of each."""
    direct = set(holding.live_holds(report).values_list("item_id", flat=True))
    if None in direct:
        return {item.id for item in items}
    below = {item.parent_id for item in items if item.id in direct}
    return {item.id for item in items if {item.id, item.parent_id} & direct or item.id in below}


def open_holds(visit: Visit) -> list[Row]:
    """Holds that lie on something now."""
    if not holding.live_holds(visit.report).exists():
        return []
    known = dict(names(visit))
    try:
        found = holding.holds(staff=visit.staff, report=visit.report)
    except (NoKey, NoSuchPart):
        return []
    return [
        {
            "what": known.get(row.item_id, "") if row.item_id else "",
            "reason": row.reason,
            "authority": row.authority,
            "since": words.moment(row.since),
            "href": visit.url("lift", hold_id=row.id),
        }
        for row in found
        if row.until is None
    ]


def requests(visit: Visit) -> list[Row]:
    """What somebody asked to have destroyed, and nobody has decided."""
    known = dict(names(visit))
    return [
        {
            "what": known.get(row.item_id, "") if row.item_id else "",
            "basis": said_words.said(said_words.BASES, row.basis),
            "at": words.moment(row.asked_at),
            "mine": row.asked_by == visit.staff.officer_id,
            "href": visit.url("shred", shred_id=row.id),
        }
        for row in shredding.waiting(visit.report)
    ]


def _chain(visit: Visit, item: EvidenceItem, name: str, held: set[UUID]) -> Row:
    return {
        "name": name,
        "href": visit.url("file", item_id=item.id) if name else "",
        "destroyed": said_words.said(said_words.BASES, item.shred_basis)
        if item.shredded_at
        else "",
        "damaged": item.damaged_at is not None,
        "copy": said_words.said(said_words.COPIES, item.copy),
        "source": said_words.said(said_words.SOURCES, item.source),
        "held": item.id in held,
    }


def _step(record: Record, units: Mapping[str, str]) -> Row:
    who = words.author(f"{record.actor.role} {record.actor.pseudonym}".strip())
    more = [said_words.purpose(record), record.authority]
    if not record.tool.startswith("amana/"):
        more.append(record.tool)
    return {
        "state": "done",
        "text": said_words.act(record, units),
        "note": " · ".join([who, *filter(None, more)]),
        "date": words.moment(record.at),
        "iso": record.at.isoformat(timespec="seconds"),
    }
