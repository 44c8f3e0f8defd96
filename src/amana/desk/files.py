# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages say of a file: which copy it is, what is known of it, what the scanner said."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from amana.desk import custody_words, file_words, words
from amana.desk.shell import Visit
from amana.evidence import opening, verdicts
from amana.evidence.models import Copy
from amana.evidence.opening import FileRow
from amana.evidence.safeview.kinds import shown_name

Row = dict[str, object]


def name(row: FileRow) -> str:
    """Its name, and which copy it is where several stand beside each other."""
    called = shown_name(row.meta.name)
    if row.copy == Copy.EVIDENTIARY:
        return called
    return f"{called} · {words.said(custody_words.COPIES, row.copy)}"


def facts(visit: Visit, row: FileRow) -> list[Row]:
    """What is known of it, as rows of a page."""
    return [
        {"label": _("What it is"), "value": words.said(file_words.COPIES, row.copy)},
        {"label": _("Name it came with"), "value": shown_name(row.meta.name)},
        {"label": _("Size"), "value": _("%(count)s bytes") % {"count": row.meta.size}, "ltr": True},
        {"label": _("Received"), "value": words.moment(row.received_at), "ltr": True},
        {"label": _("Declared type"), "value": shown_name(row.meta.declared_type), "ltr": True},
        {"label": _("Type by its bytes"), "value": row.meta.media_type, "ltr": True},
        {"label": _("Damaged"), "value": str(opening.Damaged.text) if row.damaged else ""},
        {"label": _("Virus scanner"), "value": scanned(visit, [row]).get(row.id, "")},
        *custody_words.flags(row.meta.flags),
        *custody_words.details(row.meta.details),
        {"label": "SHA-256", "value": row.meta.sha256, "ltr": True},
    ]


def listed(visit: Visit) -> list[Row]:
    """The files of a report, as its page lists them. Raises what `opening.files` raises."""
    found = opening.files(staff=visit.staff, report=visit.report)
    said = scanned(visit, found)
    return [
        {
            "href": visit.url("file", item_id=row.id),
            "name": shown_name(row.meta.name),
            "copy": words.said(custody_words.COPIES, row.copy),
            "original": row.copy == Copy.EVIDENTIARY,
            "scanned": said.get(row.id, ""),
            "size": row.meta.size,
            "at": words.moment(row.received_at),
            "type": row.meta.declared_type,
        }
        for row in found
    ]


def scanned(visit: Visit, rows: Iterable[FileRow]) -> dict[UUID, str]:
    """The last word of the scanner about each of these files, where it was ever asked."""
    parts = {row.id: row.part for row in rows}
    found = verdicts.verdicts(staff=visit.staff, report=visit.report, parts=parts)
    return {key: file_words.verdict(seen.found, seen.at) for key, seen in found.items()}
