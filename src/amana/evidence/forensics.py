# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a forensic tool listed is held against what is here (M-092, M-095).

The list is an item of the report like any other. Each listed hash is kept sealed, no file is
unpacked or decrypted, and an item that is on the list gets a record: the same, or differing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from amana.config.clock import now
from amana.evidence import opening
from amana.evidence.acting import Acting, acting, item_of
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.hash_lists import MOST_BYTES, BadList, Listed, parse
from amana.evidence.intake import Meta
from amana.evidence.models import EvidenceItem, ToolImport
from amana.kernel.ids import uuid7
from amana.kernel.sealing.pairs import open_from, seal_to
from amana.people.policies import Action, Staff
from amana.reports.errors import ReportError
from amana.reports.models import Report, SealedPart
from amana.reports.opening import open_private

MAX_WORDS: Final = 120
SAME, DIFFERS, ABSENT = "same", "differs", "absent"


class NoList(ReportError):
    """The item is no list of files with hashes."""

    text = _("This file is no list of files with hashes (CSV with a header, or JSON).")


@dataclass(frozen=True, slots=True)
class Tool:
    """What made the list, and who ran it, as the officer says."""

    name: str
    version: str
    examiner: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as an officer reads it; `rows` are (name, result) of what the tool listed."""

    id: UUID
    at: datetime
    tool: str
    listed: int
    matched: int
    differing: int
    rows: tuple[tuple[str, str], ...] = field(repr=False)


def import_list(*, staff: Staff, report: Report, item_id: UUID, tool: Tool) -> ToolImport:
    """Compare a list that lies in the report with its items, and keep every row sealed.

    Raises `NoList`, and what `opening.open_file` raises."""
    by = acting(staff, Action.HANDLE_EVIDENCE, report)
    item = item_of(report, item_id)
    with opening.open_file(
        staff=staff, report=report, item_id=item_id, purpose="Import of a tool's list"
    ).stream as stream:
        content = stream.read(MOST_BYTES + 1)
    try:
        listed = parse(content)
    except BadList:
        raise NoList from None
    metas = _metas(staff, report, item)
    found = [(row, *_compare(row, metas)) for row in listed]
    return _store(by, item, tool, found)


def imports(*, staff: Staff, report: Report) -> list[ImportRow]:
    """The imports of a report, the newest first. Raises what `open_part` raises."""
    rows = list(
        ToolImport.objects.filter(report=report).select_related("item").order_by("-id")[:50]
    )
    found = []
    for row in rows:
        part = row.item.part if row.item is not None else "answers"
        private = open_private(staff=staff, report=report, kind=part)
        said = json.loads(open_from(private, bytes(row.sealed), context=_context(row.id)))
        named = tuple((one["name"], one["result"]) for one in said["rows"])
        tool = f"{said['tool']} {said['version']}".strip()
        found.append(ImportRow(row.id, row.at, tool, row.listed, row.matched, row.differing, named))
    return found


def _metas(staff: Staff, report: Report, listing: EvidenceItem) -> dict[UUID, Meta]:
    rows = opening.files(staff=staff, report=report, part=listing.part)
    return {row.id: row.meta for row in rows if row.id != listing.id}


def _compare(row: Listed, metas: Mapping[UUID, Meta]) -> tuple[str, UUID | None]:
    """By hash first: a name is what somebody called it."""
    for item_id, meta in metas.items():
        ours = {"sha256": meta.sha256, "sha512": meta.sha512}
        if any(ours.get(kind) == digest for kind, digest in row.hashes.items()):
            return SAME, item_id
    base = row.name.replace("\\", "/").rpartition("/")[2]
    if not base or not {"sha256", "sha512"} & set(row.hashes):
        return ABSENT, None
    same_name = next((item_id for item_id, meta in metas.items() if meta.name == base), None)
    return (DIFFERS, same_name) if same_name is not None else (ABSENT, None)


@transaction.atomic
def _store(
    by: Acting, item: EvidenceItem, tool: Tool, found: list[tuple[Listed, str, UUID | None]]
) -> ToolImport:
    part = SealedPart.objects.only("public_key").get(report=by.report, kind=item.part)
    made_by = f"{tool.name.strip()[:40]}/{tool.version.strip()[:20]}"
    row = ToolImport(
        id=uuid7(),
        agency_id=by.report.agency_id,
        report=by.report,
        item=item,
        at=now(),
        officer_id=by.staff.officer_id,
        listed=len(found),
        matched=sum(result == SAME for _, result, _ in found),
        differing=sum(result == DIFFERS for _, result, _ in found),
    )
    said = {
        "tool": tool.name[:MAX_WORDS],
        "version": tool.version[:MAX_WORDS],
        "examiner": tool.examiner[:MAX_WORDS],
        "rows": [
            {"name": one.name, "size": one.size, "result": result, **one.hashes}
            for one, result, _ in found
        ],
    }
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    row.sealed = seal_to(bytes(part.public_key), plain, context=_context(row.id))
    row.save(force_insert=True)
    results = {other: result for _, result, other in found if other is not None}
    for other in EvidenceItem.objects.filter(pk__in=results):
        _record(by, other, made_by, {"import": str(row.id), "result": results[other.id]})
    _record(by, item, made_by, {"import": str(row.id), "listed": len(found)})
    return row


def _record(by: Acting, item: EvidenceItem, tool: str, facts: Mapping[str, str | int]) -> None:
    act = Handling(
        Kind.VERIFY, by.actor, purpose="import", facts=dict(facts), unit_id=by.unit_id, by=tool
    )
    record_custody(item=item, act=act)


def _context(import_id: UUID) -> bytes:
    return f"amana/import/{import_id}".encode()
