# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reads for the desk: a cluster and its edges, whom to ask, decisions, an offender's page.

What an officer may not see is not in any answer here. Of a link into another unit she learns that
it exists and whom to ask; of reports that nobody outside their unit may know of, not even that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count

from amana.agencies.models import Unit
from amana.config.node import blind_index
from amana.kernel.linking.ground import values_in
from amana.kernel.linking.links import WORDS, Edges, Evidence, Grade, Link
from amana.kernel.linking.tokens import meant, value_token
from amana.people.policies import Action, Staff, units_where
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.models import Access, AccessRole, Report
from amana.reports.opening import open_note
from amana.reports.policies import visible_to
from amana.triage.links.ground import Around, around, known_tokens, of_reports, said_of
from amana.triage.links.models import (
    LinkDecision,
    LinkSet,
    LinkToken,
    SharedToken,
    TokenDecision,
)
from amana.triage.links.services import decision_purpose
from amana.triage.links.sets import identifiers_of
from amana.triage.links.statements import Lying
from amana.triage.rules import Answers

MOST_MEMBERS: Final = 300
MOST_EDGES: Final = 200
MOST_DECISIONS: Final = 100


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two reports that she may see. `evidence` names kinds and tokens; what stands
    behind a token she reads with `values_of`, when she has opened the report."""

    one: Report
    other: Report
    grade: Grade
    weight: float
    evidence: tuple[Evidence, ...]
    why: str


@dataclass(frozen=True, slots=True)
class MutedValue:
    """A value of the report that links nobody: what it is, why, and whether an officer said so.
    `holders`: how many reports that she may see name it; of others not even the number (M-074)."""

    kind: str
    token: int
    why: str
    holders: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All that links a report. `members`: its cluster as far as she sees it, itself included, the
    oldest first. `edges`: among these. `suggested`: to reports outside, for a person to decide.
    `ask`: units that hold further reports of the cluster."""

    members: list[Report]
    edges: list[Edge]
    suggested: list[Edge]
    muted: list[MutedValue]
    ask: list[Unit]


def picture(*, staff: Staff, report: Report) -> Picture:
    """The links of a report that she has been let see (`get_visible`)."""
    row = LinkSet.objects.filter(report=report).first()
    if row is None:
        return Picture([report], [], [], [], [])
    near_by = around(Lying.of(row), units_of(staff))
    outcome = near_by.settled()
    numbers = near_by.ground.numbers
    at = numbers.index(row.number)
    mine = {
        n for n, label in zip(numbers, outcome.labels, strict=True) if label == outcome.labels[at]
    }
    seen = _seen(staff, near_by, numbers)
    edges = Edges(near_by.ground, outcome)
    inside, outside = {}, {}
    for place, number in enumerate(numbers):
        if number not in mine or number not in seen:
            continue
        for link in edges.of(place, limit=MOST_EDGES):
            both = {link.one, link.other}
            if both <= mine:
                inside[link.one, link.other] = link
            elif number == row.number:
                outside[link.one, link.other] = link
    hidden = [near_by.rows[n].report_id for n in mine if n not in seen]
    return Picture(
        members=sorted((seen[n] for n in mine if n in seen), key=lambda r: r.pk),
        edges=_edges(inside.values(), seen, report),
        suggested=[
            edge for edge in _edges(outside.values(), seen, report) if edge.grade is Grade.SUGGESTED
        ],
        muted=muted_values(staff, row),
        ask=whom_to_ask(hidden),
    )


def units_of(staff: Staff) -> frozenset[UUID]:
    """The units in whose view she looks: what they muted for themselves is muted for her."""
    return units_where(staff, Action.READ_REPORT)


def members_of(*, staff: Staff, report: Report) -> list[Report]:
    """The reports of the same cluster that she may see, the oldest first; drawn anew where her
    units have decided for themselves about a value that one of these holds."""
    mates = LinkSet.objects.filter(
        cluster__in=LinkSet.objects.filter(report=report).values("cluster")
    )
    said = TokenDecision.objects.filter(unit_id__in=units_of(staff)).values_list("token", flat=True)
    if tokens := list(said.distinct()):
        # Values in hand: the index of tokens begins with them, and by numbers alone it is walked.
        held = LinkToken.objects.filter(token__in=tokens, number__in=mates.values("number"))
        if held.exists():
            return picture(staff=staff, report=report).members
    rows = visible_to(staff).filter(pk__in=mates.values("report_id"))
    return list(rows.order_by("received_at", "pk")[:MOST_MEMBERS])


def whom_to_ask(hidden: Collection[UUID]) -> list[Unit]:
    """The units that own these reports. Terrorism is known to its own unit alone (M-074), and what
    waits for legal review links nobody (M-130)."""
    owners = Access.objects.filter(
        report__in=list(hidden)[:MOST_MEMBERS],
        role=AccessRole.OWNER,
        until__isnull=True,
    ).exclude(report__assessment__specialised="terrorism")
    return list(Unit.objects.filter(pk__in=owners.values("unit_id")).order_by("code"))


def muted_values(staff: Staff, row: LinkSet) -> list[MutedValue]:
    """The values of a report that are muted, by rule or by an officer."""
    held = {token: kind for kind, token in values_in(bytes(row.packed))}
    why = _why_silent(staff, held)
    seen = _counted(staff, why)
    found = [MutedValue(WORDS[held[t]], t, said_by, seen.get(t, 0)) for t, said_by in why.items()]
    return sorted(found, key=lambda value: (value.kind, value.token))


def _why_silent(staff: Staff, held: Collection[int]) -> dict[int, str]:
    """Which of these tokens are muted in her view, and why."""
    by_rule = SharedToken.objects.filter(token__in=list(held)).exclude(muted="")
    why = dict(by_rule.values_list("token", "muted"))
    why |= dict.fromkeys(known_tokens().intersection(held), "known")
    everywhere = said_of(held)
    for token, muted in said_of(held, units_of(staff)).items():
        why.pop(token, None)
        if muted:
            why[token] = "officer" if everywhere.get(token) else "unit"
    return why


def _counted(staff: Staff, tokens: Collection[int]) -> dict[int, int]:
    """How many reports that she may see hold each of these tokens; one statement."""
    if not tokens:
        return {}
    hers = LinkSet.objects.filter(report__in=visible_to(staff).values("pk")).values("number")
    rows = LinkToken.objects.filter(token__in=list(tokens), number__in=hers)
    return dict(rows.values_list("token").annotate(Count("number")))


def values_of(report: Report, answers: Answers) -> dict[int, str]:
    """Token to the value as an officer reads it, from answers that she has opened."""
    index = blind_index()
    return {
        value_token(index, found): found.display for found in meant(identifiers_of(report, answers))
    }


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of an officer on links of a report, with her reason where it opens."""

    row: LinkDecision | TokenDecision
    reason: str


def decisions_on(*, staff: Staff, report: Report) -> list[DecisionLine]:
    """What officers decided about links of this report, the newest first, undone ones included.
    A pair of which she sees only one report is left out. Raises `VaultClosed`."""
    pairs = LinkDecision.objects.filter(one=report) | LinkDecision.objects.filter(other=report)
    rows: list[LinkDecision | TokenDecision] = [
        *pairs.filter(
            one__in=visible_to(staff).values("pk"), other__in=visible_to(staff).values("pk")
        )
        .select_related("one", "other")
        .order_by("-at")[:MOST_DECISIONS],
        *TokenDecision.objects.filter(report=report).order_by("-at")[:MOST_DECISIONS],
    ]
    rows.sort(key=lambda row: (row.at, row.pk), reverse=True)
    return [DecisionLine(row, _reason(staff, report, row)) for row in rows]


def _reason(staff: Staff, report: Report, row: LinkDecision | TokenDecision) -> str:
    """Why it was decided. The reason of a pair lies with the report on whose page it was decided,
    which may be either; empty where it does not open for her."""
    pair = [row.one, row.other] if isinstance(row, LinkDecision) else []
    for about in dict.fromkeys([report, *pair]):
        try:
            said = open_note(
                staff=staff,
                report=about,
                purpose=decision_purpose(row),
                sealed=bytes(row.sealed_reason),
            )
        except (NoKey, NoSuchPart):
            continue
        if said:
            return said
    return ""


@dataclass(frozen=True, slots=True)
class OffenderPage:
    """One alleged perpetrator as the reports of a cluster show him, in codes: `identifiers` are
    kind, token and number of reports, without what is muted (`silent`: how many); `victims` the
    locators; `when` first and last report."""

    members: list[Report]
    identifiers: list[tuple[str, int, int]]
    categories: Counter[str]
    demands: Counter[str]
    platforms: Counter[str]
    countries: Counter[str]
    when: tuple[datetime, datetime]
    ask: list[Unit]
    silent: int = 0

    @property
    def victims(self) -> list[str]:
        return [report.locator for report in self.members]

    @property
    def timeline(self) -> list[tuple[datetime, str]]:
        return [(report.received_at, report.locator) for report in self.members]


def offender_page(*, staff: Staff, report: Report) -> OffenderPage:
    """What the cluster of a report says of the one behind it, as far as she sees its reports."""
    seen = picture(staff=staff, report=report)
    members = seen.members
    rows = LinkSet.objects.filter(report__in=[member.pk for member in members])
    held: Counter[tuple[str, int]] = Counter()
    for row in rows:
        held.update({(WORDS[kind], token) for kind, token in values_in(bytes(row.packed))})
    silent = _why_silent(staff, {token for _, token in held})
    named = [
        (kind, token, number)
        for (kind, token), number in held.items()
        if kind not in {"text", "name_part"} and token not in silent
    ]
    return OffenderPage(
        members=members,
        identifiers=sorted(named, key=lambda row: (-row[2], row[0], row[1])),
        categories=Counter(member.category for member in members),
        demands=Counter(code for member in members for code in member.demand),
        platforms=Counter(member.platform for member in members if member.platform),
        countries=Counter(m.victim_country for m in members if m.victim_country),
        when=(min(m.received_at for m in members), max(m.received_at for m in members)),
        ask=seen.ask,
        silent=len(silent),
    )


def duplicates(*, staff: Staff, report: Report) -> list[Edge]:
    """Reports of hers that may tell the same story as this one, before a case is opened: nearly the
    same words, or one victim's two reports of one person. The likeliest first."""
    return told_twice(picture(staff=staff, report=report), report)


def told_twice(seen: Picture, report: Report) -> list[Edge]:
    """As `duplicates`, of a picture that is there already."""
    return [
        edge
        for edge in [*seen.edges, *seen.suggested]
        if report.pk in {edge.one.pk, edge.other.pk}
        and any(found.kind in {"text", "file"} and not found.muted for found in edge.evidence)
    ]


def under_older_keys() -> int:
    """How many reports keep tokens under a blind-index key that is no longer the current one."""
    index = blind_index()
    if len(index.versions) < 2:
        return 0
    return LinkSet.objects.exclude(key_version=index.current).count()


def cluster_rows(numbers: Iterable[int]) -> Around:
    """The ground of the reports with these numbers alone."""
    return of_reports(LinkSet.objects.filter(number__in=list(numbers)[:MOST_MEMBERS]))


def _seen(staff: Staff, near_by: Around, numbers: Collection[int]) -> dict[int, Report]:
    """The reports that she may see, by number, in one statement."""
    number = {near_by.rows[n].report_id: n for n in numbers}
    return {number[r.pk]: r for r in visible_to(staff).filter(pk__in=list(number))}


def _edges(links: Iterable[Link], seen: Mapping[int, Report], asked: Report) -> list[Edge]:
    """The edges as she reads them: from the report she looks at, else from the older one."""
    found = []
    for link in links:
        if link.one not in seen or link.other not in seen:
            continue
        ends = sorted((seen[link.one], seen[link.other]), key=lambda r: (r.pk != asked.pk, r.pk))
        found.append(Edge(ends[0], ends[1], link.grade, link.weight, link.evidence, link.why))
    return sorted(found, key=lambda edge: (-edge.weight, edge.one.pk, edge.other.pk))
