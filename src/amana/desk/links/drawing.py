# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes into the picture of links: the reports an officer sees and what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from amana.desk import words
from amana.desk.links import said
from amana.desk.links.web import MOST_REPORTS, Drawing, Line, Shared, Spot, web
from amana.desk.shell import Visit
from amana.kernel.linking.links import Evidence, Grade
from amana.reports.models import Report
from amana.triage.links.selectors import Edge, Picture

HALF_A_NAME: Final = "name_part"


def draw(visit: Visit, seen: Picture, values: Mapping[int, str]) -> Drawing | None:
    """The picture; none where the report stands alone."""
    edges = [*seen.edges, *seen.suggested]
    if not edges:
        return None
    same_words = _same_words(edges)
    shared: dict[str, Shared] = {}
    lines: list[Line] = []
    for edge in edges:
        for found in _spoken(edge):
            key = f"{found.kind} {same_words.get(found.token, found.token)}"
            value = values.get(found.token, values.get(found.other or 0, ""))
            shared.setdefault(key, Shared(key, said.kind(found.kind), value, bool(found.muted)))
            lines += _both(edge, key, f"{said.evidence_in_words(found, values)} · {said.how(edge)}")
    title = _("Reports and what they share")
    spots = [_spot(visit, report, seen) for report in _in_order(visit, seen, edges)]
    return web(spots, list(shared.values()), lines, title=title, rtl=get_language_bidi())


def _spoken(edge: Edge) -> list[Evidence]:
    """What speaks for an edge; where nothing does any more, what is muted, so that it is seen."""
    named = [found for found in edge.evidence if found.kind != HALF_A_NAME] or list(edge.evidence)
    return [found for found in named if not found.muted] or named


def _same_words(edges: Sequence[Edge]) -> dict[int, int]:
    """Each token of a text to the one that stands for all of the same words: near-duplicates share
    many, and they are one thing."""
    stands_for: dict[int, int] = {}
    for edge in edges:
        tokens = {found.token for found in edge.evidence if found.kind == said.TEXT}
        if not tokens:
            continue
        merged = {stands_for[token] for token in tokens if token in stands_for}
        one = min(merged | tokens)
        for token in [*tokens, *(t for t, other in stands_for.items() if other in merged)]:
            stands_for[token] = one
    return stands_for


def _both(edge: Edge, key: str, words_of_it: str) -> list[Line]:
    dashed = edge.grade is not Grade.FIRM
    return [
        Line(str(report.pk), key, edge.weight, words_of_it, dashed)
        for report in (edge.one, edge.other)
    ]


def _in_order(visit: Visit, seen: Picture, edges: list[Edge]) -> list[Report]:
    """The report itself, those that are linked to it, the others; what is not drawn for want of
    room is the end of this. Within what is drawn the oldest stands on top."""
    here = visit.report
    near = [
        edge.other if edge.one.pk == here.pk else edge.one
        for edge in edges
        if here.pk in {edge.one.pk, edge.other.pk}
    ]
    rows = list(dict.fromkeys([here, *near, *seen.members]))
    first = sorted(rows[:MOST_REPORTS], key=lambda report: (report.received_at, report.pk))
    return [*first, *rows[MOST_REPORTS:]]


def _spot(visit: Visit, report: Report, seen: Picture) -> Spot:
    here = report.pk == visit.report.pk
    mine = any(
        visit.report.pk == edge.one.pk and report.pk == edge.other.pk
        for edge in [*seen.edges, *seen.suggested]
    )
    href = "" if here else f"#{said.anchor(report)}" if mine else said.page_of(report)
    code = f"{said.code_of(report)} {report.victim_country}".strip()
    return Spot(str(report.pk), code, words.day(report.received_at), href, here)
