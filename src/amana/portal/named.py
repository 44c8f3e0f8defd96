# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public pages that she named in her report."""

from __future__ import annotations

import json
from typing import Final

from amana.evidence.capture.jail import missing
from amana.kernel.sealing.pairs import open_from
from amana.reports import contexts
from amana.reports.models import PartKind, Report, SealedPart
from amana.reports.questionnaire.types import Json, items_of
from amana.reports.services.mailbox import OpenReceipt, part_private

MOST: Final = 10
CHILD: Final = "C"
"""First letter of the categories about children: nothing of those is fetched by anybody's wish."""


def named_pages(opened: OpenReceipt) -> list[str]:
    """The addresses she named, at most ten; none when the report is about a child, or when this
    node has no browser."""
    if not _offered(opened.report):
        return []
    private = part_private(opened.report, opened.private, PartKind.ANSWERS)
    part = SealedPart.objects.filter(report=opened.report, kind=PartKind.ANSWERS).first()
    if private is None or part is None:
        return []
    context = contexts.part(opened.report.id, PartKind.ANSWERS)
    answers: dict[str, Json] = json.loads(open_from(private, bytes(part.sealed), context=context))
    lines = [str(line) for line in items_of(answers.get("published_urls"))]
    rows = [row for row in items_of(answers.get("identifiers")) if isinstance(row, dict)]
    lines += [str(row.get("value", "")) for row in rows if row.get("type") == "url"]
    return list(dict.fromkeys(line for line in lines if line))[:MOST]


def _offered(report: Report) -> bool:
    child = report.category.startswith(CHILD) or any(c.startswith(CHILD) for c in report.offences)
    return not child and report.closed_at is None and not missing()
