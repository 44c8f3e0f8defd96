# SPDX-License-Identifier: AGPL-3.0-or-later
"""Giving and ending access, with the keys that belong to it, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.agencies.models import Unit
from amana.config.clock import now
from amana.evidence import passing
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.people.policies import Action, Staff
from amana.referral.events import Tag
from amana.referral.models import Route
from amana.reports.errors import AlreadyDone, ChangedMeanwhile, ReportClosed
from amana.reports.events import Tag as ReportTag
from amana.reports.models import Access, AccessRole, PartKind, Report, Stage
from amana.reports.policies import authorise
from amana.reports.services.parts import grant_unit, seal_note, take_back, vault_of

EVERYTHING: Final = tuple(PartKind.values)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on which report, in whose name, after she was asked whether she may."""

    staff: Staff
    report: Report
    unit_id: UUID
    actor: Actor
    action: Action
    closed: bool = False


def acting(staff: Staff, action: Action, report: Report, *, closed: bool = False) -> Acting:
    """The one entry of every act on a report. Who acts has her vault open: a signed-in browser
    alone, without the passphrase, changes nothing.

    Raises `NotFound`, `NotAllowed`, `VaultClosed`, and `ReportClosed` unless a closed report will
    do."""
    unit_id = authorise(staff, action, report)
    vault_of(staff)
    report.refresh_from_db()
    if report.stage == Stage.CLOSED and not closed:
        raise ReportClosed
    return Acting(staff, report, unit_id, staff.actor(action, unit_id), action, closed)


def hold(by: Acting) -> Report:
    """The report's row, held until the transaction ends, when everything that `acting` looked at
    still stands. Between that look and this moment a colleague may have closed it or sent it on,
    and the person may have withdrawn it: an act never rests on what was true before.

    Raises `ReportClosed`, `ChangedMeanwhile`, `NotFound`, `NotAllowed`."""
    row = lock(by.report)
    if row.closed_at is not None and not by.closed:
        raise ReportClosed
    if _grounds(row) != _grounds(by.report):
        raise ChangedMeanwhile
    if authorise(by.staff, by.action, row) != by.unit_id:
        raise ChangedMeanwhile
    return row


def _grounds(report: Report) -> tuple[object, ...]:
    """What the services judge an act by."""
    return (
        report.stage,
        report.closed_at,
        report.withdrawn_at,
        report.category,
        report.offences,
        report.consents,
    )


def lock(report: Report) -> Report:
    """The report's row, held until the transaction ends: one act at a time moves it."""
    return Report.objects.select_for_update().get(pk=report.pk)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a report goes and why. Without `reason` a rule decided, not a person."""

    to: Unit
    rule: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    reason: str = field(default="", repr=False)
    keep_as_co_owner: bool = False


def move_owner(by: Acting, move: Move) -> Route:
    """Ownership and keys go to another unit; the previous owner loses both unless it stays as
    co-owner. Raises `AlreadyDone`, `VaultClosed`, `NoKey`."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("access moves inside the transaction of its act")
    report = lock(by.report)
    owner = Access.objects.select_related("unit").get(
        report=report, role=AccessRole.OWNER, until=None
    )
    if owner.unit_id == move.to.id:
        raise AlreadyDone
    route = _route(by, report, move)
    end_access(by, owner.unit, [AccessRole.OWNER, AccessRole.LEGAL_REVIEW])
    end_access(by, move.to, [AccessRole.CO_OWNER])
    if move.keep_as_co_owner:
        give_access(by, owner.unit, AccessRole.CO_OWNER)
    give_access(by, move.to, AccessRole.OWNER)
    passing.handed_over(
        report=report,
        of=owner.unit.code,
        to=move.to.code,
        rule=move.rule,
        actor=by.actor,
        unit_id=by.unit_id,
    )
    give_keys(by, move.to, EVERYTHING, AccessRole.OWNER)
    end_keys(by, owner.unit)
    return route


def _route(by: Acting, report: Report, move: Move) -> Route:
    route = Route(
        agency_id=report.agency_id,
        report=report,
        unit=move.to,
        rule=move.rule,
        inputs=dict(move.inputs),
        at=now(),
        by_rule=not move.reason,
    )
    if move.reason:
        route.officer_id = by.staff.officer_id
        route.sealed_reason = seal_note(report, reason_purpose(route), move.reason)
    route.save(force_insert=True)
    return route


def reason_purpose(route: Route) -> str:
    """What the sealed reason of a route is bound to."""
    return f"route/{route.id}"


def give_access(by: Acting, unit: Unit, role: AccessRole) -> None:
    """A unit has a ground to see the report from now on; twice changes nothing."""
    report = by.report
    _, made = Access.objects.get_or_create(
        report=report,
        unit=unit,
        role=role,
        until=None,
        defaults={"agency_id": report.agency_id, "since": now()},
    )
    if made:
        _leaf(ReportTag.ACCESS_GRANT, by, unit, role)


def give_keys(by: Acting, unit: Unit, kinds: Collection[str], role: AccessRole) -> None:
    """A unit holds the keys of these parts, and each file of them says so in its own chain.
    Inside the caller's transaction. Raises `VaultClosed`, `NoKey`."""
    new = grant_unit(staff=by.staff, report=by.report, unit=unit, kinds=kinds, actor=by.actor)
    passing.given(
        report=by.report,
        kinds=new,
        to=unit.code,
        ground=role.value,
        actor=by.actor,
        unit_id=by.unit_id,
    )


def end_keys(by: Acting, unit: Unit) -> None:
    """A unit without a ground loses its keys, and each file of them says so in its own chain."""
    taken = take_back(report=by.report, unit=unit, actor=by.actor)
    passing.taken(report=by.report, kinds=taken, of=unit.code, actor=by.actor, unit_id=by.unit_id)


def end_access(by: Acting, unit: Unit, roles: list[AccessRole]) -> None:
    """These grounds of a unit end now."""
    live = Access.objects.filter(report=by.report, unit=unit, role__in=roles, until=None)
    for access in live:
        access.until = now()
        access.save(update_fields=["until"])
        _leaf(ReportTag.ACCESS_END, by, unit, AccessRole(access.role))


def on_duty(by: Acting) -> bool:
    """Whether she acts for a unit that owns nothing here: the duty unit, where she may refer."""
    owned = Access.objects.filter(
        report=by.report, unit_id=by.unit_id, role=AccessRole.OWNER, until=None
    )
    return not owned.exists()


def end_duty(by: Acting) -> None:
    """The duty unit has nothing to do here any more: it keeps its keys and sees no page."""
    for access in Access.objects.select_related("unit").filter(
        report=by.report, role=AccessRole.DUTY, until=None
    ):
        end_access(by, access.unit, [AccessRole.DUTY])


def end_joint_case(by: Acting) -> None:
    """Every co-owner loses access and keys: what became a matter of words or of terrorism is no
    longer theirs. Called after ownership has moved, since the keys that are given on may be those
    of a co-owner."""
    for access in Access.objects.select_related("unit").filter(
        report=by.report, role=AccessRole.CO_OWNER, until=None
    ):
        end_access(by, access.unit, [AccessRole.CO_OWNER])
        end_keys(by, access.unit)


def _leaf(tag: ReportTag, by: Acting, unit: Unit, role: AccessRole) -> None:
    facts: dict[str, str | int | bool | None] = {"unit": unit.code, "ground": role.value}
    report = by.report
    record(Act(tag, by.actor, report.agency_id, "report", report.id, by.unit_id, facts=facts))


def leaf(by: Acting, tag: Tag, facts: Mapping[str, str | int | bool | None] | None = None) -> Act:
    """The act of this officer on this report, for the journal."""
    report = by.report
    return Act(
        tag, by.actor, report.agency_id, "report", report.id, by.unit_id, facts=dict(facts or {})
    )
