# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the figures look at: coded fields of the reports of one period, and never a sealed one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Min, QuerySet

from amana.casework.models import Suspect
from amana.packs import Taxonomy, load_taxonomy
from amana.referral.models import CrossBorderTask, ProsecutorNotice, Route
from amana.reports.models import (
    Access,
    AccessRole,
    CategoryChange,
    Message,
    MessageKind,
    Refusal,
    Report,
    Stage,
)
from amana.triage.models import Assessment, Diagnosis

SEXUAL = frozenset({"X1", "X2", "I1", "I2", "C1", "C2", "C3", "C4", "H3"})
SILENCES = (30, 90, 365)
REFERRAL = "referral"
"""The rule of a route that an officer chose: the report was passed on to be acted upon."""
_Dated = QuerySet[Diagnosis] | QuerySet[Route] | QuerySet[ProsecutorNotice] | QuerySet[Message]


@dataclass(frozen=True, slots=True)
class Reported:
    """One report as it is counted. `unit`: code of the unit that owns it. Times are moments."""

    id: UUID
    category: str
    offences: tuple[str, ...]
    facts: frozenset[str]
    identity: str
    country: str
    organisation: str
    origin: str
    received_at: datetime
    closed_at: datetime | None
    unit: str = ""
    cross_border: bool = False
    diagnosed_at: datetime | None = None
    referred_at: datetime | None = None
    first_news_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Reports received in [`start`, `end`) of an agency, as they are known at `as_of`."""

    agency_id: UUID
    start: datetime
    end: datetime
    as_of: datetime


_FIELDS = (
    "id",
    "category",
    "offences",
    "demand",
    "published",
    "identity_choice",
    "victim_country",
    "terror_organisation",
    "origin",
    "received_at",
    "closed_at",
    "assessment__risks",
)


def reported(window: Window, taxonomy: Taxonomy) -> list[Reported]:
    """The reports of a window."""
    reports = _reports(window)
    ids = reports.values("id")
    changed = _categories_then(window)
    units = _units(window)
    abroad = set(CrossBorderTask.objects.filter(report__in=ids).values_list("report", flat=True))
    diagnosed = _first(Diagnosis.objects.filter(report__in=ids), window)
    referred = _earlier(
        _first(Route.objects.filter(report__in=ids, rule=REFERRAL), window),
        _first(ProsecutorNotice.objects.filter(report__in=ids), window),
    )
    told = _first(Message.objects.filter(report__in=ids, kind=MessageKind.TO_REPORTER), window)
    known = taxonomy.known_facts
    found = []
    for row in reports.values_list(*_FIELDS).iterator(chunk_size=2000):
        (key, category, offences, demand, published, identity, country, organisation) = row[:8]
        origin, received_at, closed_at, risks = row[8:]
        found.append(
            Reported(
                id=key,
                category=changed.get(key, category),
                offences=tuple(offences),
                facts=_facts(known, tuple(offences), tuple(demand), published, _risks(risks)),
                identity=identity,
                country=country,
                organisation=organisation,
                origin=origin,
                received_at=received_at,
                closed_at=closed_at if closed_at and closed_at <= window.as_of else None,
                unit=units.get(key, ""),
                cross_border=key in abroad,
                diagnosed_at=diagnosed.get(key),
                referred_at=referred.get(key),
                first_news_at=told.get(key),
            )
        )
    return found


def group_of(report: Report) -> str:
    """The group of E-Blagh's table under which a report counts now."""
    taxonomy = load_taxonomy(report.taxonomy_version)
    risks = Assessment.objects.filter(report=report).values_list("risks", flat=True).first()
    facts = _facts(
        taxonomy.known_facts,
        tuple(report.offences),
        tuple(report.demand),
        report.published,
        _risks(risks),
    )
    return taxonomy.rollup(report.category, facts)


def _reports(window: Window) -> QuerySet[Report]:
    return Report.objects.filter(
        agency_id=window.agency_id, received_at__gte=window.start, received_at__lt=window.end
    )


def _categories_then(window: Window) -> dict[UUID, str]:
    """What a report was called at `as_of`, where it has been called otherwise since (R7)."""
    later = CategoryChange.objects.filter(
        report__in=_reports(window).values("id"), at__gt=window.as_of
    )
    return dict(later.order_by("-at").values_list("report_id", "before"))


def _units(window: Window) -> dict[UUID, str]:
    owners = Access.objects.filter(
        report__in=_reports(window).values("id"), role=AccessRole.OWNER, until__isnull=True
    )
    return dict(owners.values_list("report_id", "unit__code"))


def _first(rows: _Dated, window: Window) -> dict[UUID, datetime]:
    known = rows.filter(at__lte=window.as_of)
    return dict(known.values_list("report_id").annotate(first=Min("at")).order_by())


def _earlier(one: dict[UUID, datetime], other: dict[UUID, datetime]) -> dict[UUID, datetime]:
    """The earlier of two moments for each report that has either."""
    return {
        key: min(moment for moment in (one.get(key), other.get(key)) if moment is not None)
        for key in one.keys() | other.keys()
    }


def _risks(risks: list[Mapping[str, str]] | None) -> tuple[str, ...]:
    return tuple(sorted({risk["risk"] for risk in risks or ()}))


@lru_cache(maxsize=4096)
def _facts(
    known: frozenset[str],
    offences: tuple[str, ...],
    demand: tuple[str, ...],
    published: str,
    risks: tuple[str, ...],
) -> frozenset[str]:
    """The facts by which a headline category finds its group (R2, R5), from coded fields alone.

    What the person ticked beside the headline says the rest: intimate pictures, a threat, gain."""
    facts = {f"demand:{code}" for code in demand} | {f"published_state:{published}"}
    if SEXUAL.intersection(offences):
        facts.add("material_sexual")
    if "H1" in offences or "threat_to_life" in risks:
        facts.add("threat")
    if any(code.startswith("F") for code in offences):
        facts.add("gain_sought")
    if "contact_offence" in risks:
        facts |= {"injury", "flags:contact_offence"}
    if "location_disclosed" in risks:
        facts.add("flags:location_disclosed")
    return frozenset(facts & known)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Suspects (alleged perpetrators) identified in a window, by where they stand (C5)."""

    before_justice: int = 0
    search_notice: int = 0
    ongoing: int = 0


def funnel(window: Window) -> Funnel:
    """A suspect who is before justice counts there, whether or not a notice was out before."""
    rows = Suspect.objects.filter(
        agency_id=window.agency_id,
        identified_at__gte=window.start,
        identified_at__lt=window.end,
        identified_at__lte=window.as_of,
    ).values_list("presented_at", "search_notice_at", "search_notice_withdrawn_at")
    places = [_stands(*row, at=window.as_of) for row in rows]
    return Funnel(*(places.count(name) for name in ("justice", "search", "ongoing")))


def _stands(
    presented: datetime | None,
    sought: datetime | None,
    withdrawn: datetime | None,
    *,
    at: datetime,
) -> str:
    if presented is not None and presented <= at:
        return "justice"
    if sought is not None and sought <= at and not (withdrawn and withdrawn <= at):
        return "search"
    return "ongoing"


def refusals(window: Window) -> dict[str, int]:
    """Acts that were refused in the window because a ground was missing, by what was missing."""
    rows = Refusal.objects.filter(
        agency_id=window.agency_id, at__gte=window.start, at__lt=window.end, at__lte=window.as_of
    ).values_list("action", "missing")
    return _tally(f"{action}/{missing}" for action, missing in rows)


@dataclass(frozen=True, slots=True)
class Silence:
    """Open reports, and how many of them had no news of a person's making for so many days."""

    open: int
    longer_than: Mapping[int, int]


def silence(window: Window) -> Silence:
    """As it is at `as_of`, whenever the reports came: a long silence shows in every table until
    it ends (M-062). The automatic note does not end it."""
    still = Report.objects.filter(
        agency_id=window.agency_id, closed_at__isnull=True, received_at__lte=window.as_of
    ).exclude(stage=Stage.WITHDRAWN)
    days = [(window.as_of - at).days for at in still.values_list("last_news_at", flat=True)]
    return Silence(len(days), {limit: sum(n > limit for n in days) for limit in SILENCES})


def _tally(keys: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return dict(sorted(found.items()))
