# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of a report says of other reports, before anybody begins to work on it."""

from __future__ import annotations

from typing import Final

from amana.desk.links.said import code_of, kind, page_of
from amana.desk.shell import Visit
from amana.triage.links.selectors import Edge, members_of, picture, told_twice
from amana.triage.links.series import series_of

MOST: Final = 5


def beside(visit: Visit, *, under_review: bool) -> dict[str, object]:
    """`linked`: how many other reports that she may see mean the same person. `twice`: those that
    may tell the same story. `series`: what number this is, within how many days, that names one
    thing. Nothing of it while legal review lasts (M-130)."""
    if under_review:
        return {"linked": 0, "twice": [], "series": None}
    series = series_of(visit.report)
    told: dict[str, object] = {
        "series": {"number": series.number, "days": series.days, "kind": kind(series.kind)}
        if series
        else None
    }
    if visit.report.closed_at is not None:
        members = members_of(staff=visit.staff, report=visit.report)
        return told | {"linked": max(0, len(members) - 1), "twice": []}
    seen = picture(staff=visit.staff, report=visit.report)
    return told | {
        "linked": max(0, len(seen.members) - 1),
        "twice": [_other(visit, edge) for edge in told_twice(seen, visit.report)[:MOST]],
    }


def _other(visit: Visit, edge: Edge) -> dict[str, str]:
    other = edge.other if edge.one.pk == visit.report.pk else edge.one
    return {"code": code_of(other), "href": page_of(other)}
