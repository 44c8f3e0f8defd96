# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends a received report to its unit: who owns it, who holds its keys, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Model

from amana.agencies.models import Unit
from amana.agencies.selectors import units_by_code
from amana.config.fresh import fresh
from amana.journal.events import NODE, Act
from amana.journal.models import Event
from amana.journal.services import prepare
from amana.packs import Pack, load_pack
from amana.people.selectors import sealing_keys
from amana.referral.competence import LEGAL_REVIEW, Competent, Facts, competent, crosses_border
from amana.referral.events import Tag
from amana.referral.models import Access, AccessRole, CrossBorderTask, Route
from amana.reports.intake import Received
from amana.reports.models import Report, Stage
from amana.triage.assess import Assessed
from amana.triage.models import Urgency


class NoUnitKeyError(Exception):
    """A unit has no key to seal to: the node was not set up to its end."""


@dataclass(slots=True)
class Routed:
    """Unsaved rows of a route. `unit` owns the report now; `duty` holds its keys too."""

    unit: Unit
    duty: Unit
    route: Route
    accesses: list[Access] = field(default_factory=list)
    cross_border: CrossBorderTask | None = None

    def rows(self) -> list[Model]:
        task = [self.cross_border] if self.cross_border else []
        return [self.route, *self.accesses, *task]


def route(received: Received, assessed: Assessed) -> tuple[Routed, list[Event]]:
    """Choose the unit, wrap the parts to it and to the duty unit, and open the cross-border path
    where it is needed. Prepares rows and leaves; stores nothing.

    A report about words or opinions goes to legal review first; the unit that would have had it
    is kept in the route's inputs and gets it when a reviewer releases it (M-130)."""
    report = received.report
    pack = load_pack(report.agency.pack)
    units = units_by_code(report.agency_id)
    facts = facts_of(received, assessed)
    chosen = competent(facts, pack)
    if assessed.row.legal_review:
        then = {"then": chosen.unit, "then_rule": chosen.rule, **chosen.inputs}
        chosen = Competent(pack.legal_review_unit.code, LEGAL_REVIEW, then)
        report.stage = Stage.LEGAL_REVIEW
    unit, duty = units[chosen.unit], units[pack.duty_unit.code]
    routed = Routed(unit=unit, duty=duty, route=_row(received, unit, chosen))
    routed.accesses = _accesses(received, assessed, unit, duty)
    if crosses_border(facts, pack):
        routed.cross_border = _cross_border(received, facts, pack)
    _seal_to(received, [unit.id, duty.id])
    return routed, _leaves(received, routed)


def facts_of(received: Received, assessed: Assessed) -> Facts:
    report, said = received.report, received.answers
    return Facts(
        specialised=assessed.row.specialised,
        victim_country=report.victim_country,
        victim_region=report.victim_region,
        act_country=_code(said, "act_country"),
        act_region=_code(said, "act_region"),
        suspect_country=report.suspect_country,
        suspect_region=_code(said, "suspect_region"),
        suspect_location=report.suspect_location,
    )


def _code(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _row(received: Received, unit: Unit, chosen: Competent) -> Route:
    return fresh(
        Route,
        agency_id=received.report.agency_id,
        report=received.report,
        unit=unit,
        rule=chosen.rule,
        inputs=chosen.inputs,
        at=received.report.received_at,
    )


def _accesses(received: Received, assessed: Assessed, unit: Unit, duty: Unit) -> list[Access]:
    """The unit owns it. The duty unit holds a key to everything but sees only what is urgent."""
    roles = [(unit, AccessRole.OWNER)]
    if assessed.row.legal_review:
        roles.append((unit, AccessRole.LEGAL_REVIEW))
    if assessed.row.urgency == Urgency.IMMEDIATE and duty.id != unit.id:
        roles.append((duty, AccessRole.DUTY))
    report = received.report
    return [
        fresh(
            Access,
            agency_id=report.agency_id,
            report=report,
            unit=to,
            role=role,
            since=report.received_at,
        )
        for to, role in roles
    ]


def _cross_border(received: Received, facts: Facts, pack: Pack) -> CrossBorderTask:
    named = [facts.suspect_country, facts.act_country, facts.victim_country]
    country = next((code for code in named if code and code != pack.country), "")
    report = received.report
    return fresh(
        CrossBorderTask,
        agency_id=report.agency_id,
        report=report,
        country=country,
        opened_at=report.received_at,
    )


def _seal_to(received: Received, unit_ids: list[UUID]) -> None:
    keys = sealing_keys(unit_ids)
    for unit_id in dict.fromkeys(unit_ids):
        if unit_id not in keys:
            raise NoUnitKeyError
        received.grant_to(keys[unit_id])


def _leaves(received: Received, routed: Routed) -> list[Event]:
    report = received.report
    facts: dict[str, str | int | bool | None] = {
        "rule": routed.route.rule,
        "unit": routed.unit.code,
    }
    agency, unit = report.agency_id, routed.unit.id
    events = [prepare(Act(Tag.ROUTE, NODE, agency, "report", report.id, unit, facts=facts))]
    if routed.cross_border is not None:
        events.append(prepare(Act(Tag.CROSSBORDER_OPEN, NODE, agency, "report", report.id, unit)))
    return events


def owner_of(report: Report) -> Unit:
    """The unit that works a report now."""
    access = report.accesses.select_related("unit").get(role=AccessRole.OWNER, until=None)
    return access.unit
