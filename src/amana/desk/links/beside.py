# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of a report says of other reports, before anybody begins to work on it."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from amana.desk.links.said import code_of
from amana.desk.shell import Visit
from amana.triage.links.selectors import duplicates, members_of

MOST: Final = 5


def beside(visit: Visit, *, under_review: bool) -> dict[str, object]:
    """`linked`: how many other reports that she may see mean the same person. `twice`: those that
    may tell the same story. Neither while legal review lasts (M-130)."""
    if under_review:
        return {"linked": 0, "twice": []}
    members = members_of(staff=visit.staff, report=visit.report)
    return {"linked": max(0, len(members) - 1), "twice": _twice(visit)}


def _twice(visit: Visit) -> list[dict[str, str]]:
    if visit.report.closed_at is not None:
        return []
    found = duplicates(staff=visit.staff, report=visit.report)[:MOST]
    others = [e.other if e.one.pk == visit.report.pk else e.one for e in found]
    return [
        {"code": code_of(other), "href": reverse("desk:report", kwargs={"locator": other.locator})}
        for other in others
    ]
