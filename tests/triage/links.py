# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports that name somebody, and the worker's turn."""

from __future__ import annotations

from amana.agencies.models import Agency
from amana.reports.models import Report
from amana.reports.questionnaire.types import Json
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet
from tests.support import builders as make


def naming(agency: Agency, *identifiers: tuple[str, str], **said: Json) -> Report:
    """A filed report with these identifiers of the other side; its words are its own."""
    rows: list[Json] = [{"type": kind, "value": value} for kind, value in identifiers]
    said.setdefault("narrative", None)
    return make.report(agency, identifiers=rows, **said)


def cluster_of(report: Report) -> int:
    return LinkSet.objects.get(report=report).cluster


def clusters(*reports: Report) -> list[set[int]]:
    """Which of these reports stand together, by their place in the call."""
    link_new()
    found: dict[int, set[int]] = {}
    for at, report in enumerate(reports):
        found.setdefault(cluster_of(report), set()).add(at)
    return sorted(found.values(), key=min)
