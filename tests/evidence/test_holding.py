# SPDX-License-Identifier: AGPL-3.0-or-later
"""Legal hold: a reason, an authority, a name; and a supervisor to end it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.evidence import holding
from amana.evidence.custody import Kind
from amana.evidence.models import Hold
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.reports.errors import AlreadyDone, NotFound, Refused
from amana.reports.models import Refusal, Report
from tests.evidence.files import UNIT, added, chain, half
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]
WHY: dict[str, Any] = {"reason": "A trial is pending.", "authority": "Public prosecutor, Aqaba"}


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


def test_a_hold_stands_on_the_chain_of_what_it_holds(agency: Agency, report: Report) -> None:
    one, two = added(report, b"one"), added(report, b"two")
    officer = make.staff(agency, UNIT)
    hold = holding.lay(staff=officer, report=report, item_id=one.id, **WHY)
    private = half(agency, report)
    record = chain(one, private).records[-1]
    assert (record.kind, record.purpose, record.authority) == (Kind.HOLD, "lay", WHY["authority"])
    assert record.facts["hold"] == str(hold.id)
    assert len(chain(two, private).records) == 1
    assert holding.live_holds(report, one).exists()
    assert not holding.live_holds(report, two).exists()
    assert holding.live_holds(report).exists()


def test_a_hold_on_a_report_holds_everything_of_it(agency: Agency, report: Report) -> None:
    items = [added(report, b"one"), added(report, b"two")]
    holding.lay(staff=make.staff(agency, UNIT), report=report, **WHY)
    private = half(agency, report)
    for item in (*items, added(report, b"came later")):
        assert holding.live_holds(report, item).exists()
    assert all(chain(item, private).records[-1].kind is Kind.HOLD for item in items)


def test_its_words_are_sealed_and_read_by_the_unit(agency: Agency, report: Report) -> None:
    officer = make.staff(agency, UNIT)
    hold = holding.lay(staff=officer, report=report, **WHY)
    assert b"trial" not in bytes(hold.sealed_reason)
    (row,) = holding.holds(staff=officer, report=report)
    assert (row.reason, row.authority, row.until) == (WHY["reason"], WHY["authority"], None)
    assert "trial" not in repr(row)


@pytest.mark.parametrize("missing", ["reason", "authority"])
def test_without_a_ground_it_is_refused_and_counted(
    agency: Agency, report: Report, missing: str
) -> None:
    officer = make.staff(agency, UNIT)
    with pytest.raises(Refused) as caught:
        holding.lay(staff=officer, report=report, **{**WHY, missing: "  "})
    assert caught.value.missing == missing
    assert Refusal.objects.get().action == "hold"
    assert not Hold.objects.exists()


def test_only_a_supervisor_lifts_it_once_and_with_a_reason(agency: Agency, report: Report) -> None:
    item = added(report)
    officer = make.staff(agency, UNIT)
    supervisor = make.staff(agency, UNIT, Role.SUPERVISOR)
    hold = holding.lay(staff=officer, report=report, item_id=item.id, **WHY)
    with pytest.raises(NotAllowed):
        holding.lift(staff=officer, report=report, hold_id=hold.id, reason="Over.")
    with pytest.raises(Refused):
        holding.lift(staff=supervisor, report=report, hold_id=hold.id, reason="")
    holding.lift(staff=supervisor, report=report, hold_id=hold.id, reason="The trial is over.")
    assert not holding.live_holds(report, item).exists()
    assert chain(item, half(agency, report)).records[-1].purpose == "lift"
    with pytest.raises(AlreadyDone):
        holding.lift(staff=supervisor, report=report, hold_id=hold.id, reason="Again.")


def test_t25_no_hold_is_found_through_another_report(agency: Agency, report: Report) -> None:
    other = make.report(agency)
    item = added(other)
    officer = make.staff(agency, UNIT, Role.SUPERVISOR)
    with pytest.raises(NotFound):
        holding.lay(staff=officer, report=report, item_id=item.id, **WHY)
    hold = holding.lay(staff=officer, report=other, **WHY)
    with pytest.raises(NotFound):
        holding.lift(staff=officer, report=report, hold_id=hold.id, reason="x")


def test_the_database_knows_no_half_lifted_hold(agency: Agency, report: Report) -> None:
    hold = holding.lay(staff=make.staff(agency, UNIT), report=report, **WHY)
    halves: list[dict[str, Any]] = [
        {"until": now()},
        {"lifted_by": uuid4()},
        {"sealed_lifting": b"x"},
    ]
    for changed in halves:
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.filter(pk=hold.pk).update(**changed)
