# SPDX-License-Identifier: AGPL-3.0-or-later
"""What has been published. Nothing here counts anything: a page shows what was decided before."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from amana.figures.facts import group_of
from amana.figures.models import Publication
from amana.figures.periods import Period
from amana.figures.protection import Shown
from amana.figures.times import STEPS
from amana.reports.models import Report

SHOWN_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Typical:
    """How long a step took in the last published period. `count`: how many reports it rests on."""

    period: str
    step: str
    count: int
    median_hours: float
    p90_hours: float


def publications(agency_id: UUID) -> QuerySet[Publication]:
    """All revisions, the newest period first; of one period the newest revision first."""
    rows = Publication.objects.filter(agency_id=agency_id)
    return rows.order_by("-ends_at", "-kind", "period", "-revision")


def last(agency_id: UUID) -> Publication | None:
    """The newest revision of the last published period; a quarter before its last month."""
    return publications(agency_id).first()


def published(agency_id: UUID, period: str, revision: int | None = None) -> Publication | None:
    """One publication; without a revision the newest of the period."""
    rows = publications(agency_id).filter(period=period)
    if revision is not None:
        rows = rows.filter(revision=revision)
    return rows.first()


@dataclass(frozen=True, slots=True)
class Listed:
    """A published period for a list. `revisions`: how many there are."""

    period: str
    kind: str
    revisions: int


def listed(agency_id: UUID) -> list[Listed]:
    """The published periods, newest first."""
    rows = (
        Publication.objects.filter(agency_id=agency_id)
        .values("period", "kind", "ends_at")
        .annotate(revisions=Max("revision"))
        .order_by("-ends_at", "-kind")
    )
    return [Listed(r["period"], r["kind"], r["revisions"]) for r in rows[:SHOWN_AT_MOST]]


def periods(agency_id: UUID) -> set[str]:
    """The codes of all periods that have been published."""
    return set(Publication.objects.filter(agency_id=agency_id).values_list("period", flat=True))


def content(publication: Publication) -> dict[str, Any]:
    """The stored document: `tables`, `about`, `shown`."""
    found: dict[str, Any] = json.loads(publication.tables)
    return found


def shown_numbers(publication: Publication) -> Shown:
    """Every number it shows, by its key."""
    return dict(content(publication)["shown"])


def neighbours(agency_id: UUID, period: Period) -> dict[str, Shown]:
    """What the world has seen of the months and the quarter that overlap a period, by code of the
    month, "" for the quarter."""
    quarter = period.quarter()
    codes = {month.code: month.code for month in quarter.months()} | {quarter.code: ""}
    del codes[period.code]
    found: dict[str, Shown] = {}
    for publication in publications(agency_id).filter(period__in=list(codes)):
        found.setdefault(codes[publication.period], shown_numbers(publication))
    return found


def as_json(publication: Publication) -> dict[str, object]:
    """The contract of `GET /figures.json`."""
    document = content(publication)
    root = base64.b64encode(bytes(publication.checkpoint_root)).decode()
    return {
        "period": publication.period,
        "kind": publication.kind,
        "revision": publication.revision,
        "starts_at": publication.starts_at,
        "ends_at": publication.ends_at,
        "time_zone": publication.time_zone,
        "extracted_at": publication.extracted_at,
        "counting_rules": publication.counting_rules_version,
        "taxonomy": publication.taxonomy_version,
        "demonstration": publication.demonstration,
        "checkpoint": {"size": publication.checkpoint_size, "root": root},
        "about": document["about"],
        "tables": document["tables"],
    }


def typical_for(report: Report) -> list[Typical]:
    """What the person with this report may expect: median and 90th percentile of the last
    published period, with the size of the sample; never a promise (M-046)."""
    return typical_times(report.agency_id, group_of(report))


def typical_times(agency_id: UUID, group: str) -> list[Typical]:
    """What a person with a report of this group may expect, from the last publication; the steps
    that rest on too few reports are left out (M-046)."""
    publication = last(agency_id)
    if publication is None:
        return []
    rows = {row["key"]: row for row in content(publication)["tables"]["T12G"]}
    found = []
    for step in STEPS:
        row = rows.get(f"{group}/{step}")
        if row and row["count"]:
            found.append(
                Typical(
                    publication.period, step, row["count"], row["median_hours"], row["p90_hours"]
                )
            )
    return found
