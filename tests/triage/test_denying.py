# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person says of a risk "not so": with a reason, taking nothing away; it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from amana.agencies.models import Agency
from amana.casework import services as casework
from amana.config.clock import now
from amana.journal.models import Event
from amana.kernel.ids import uuid7
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import (
    AlreadyDone,
    NotFound,
    Refused,
    ReportClosed,
    Unusable,
    VaultClosed,
)
from amana.reports.models import Refusal, Report
from amana.triage import denying
from amana.triage.models import Assessment, RiskDenial, Urgency
from amana.triage.rules import HINTED, IN_HER_WORDS
from tests.support import builders as make

pytestmark = pytest.mark.db
AQABA = "jo/ccu/aqaba"
KILL = "He swore that he will kill me by Friday if I do not pay."
STONE = "Last night a stone came through our window with my name on it."
WHY = "It is a line from a song, and she says so."


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def officer(agency: Agency) -> Staff:
    return make.staff(agency, AQABA)


def threatened(agency: Agency, narrative: str = KILL) -> Report:
    return make.report(agency, category="F1", offences=["F1"], narrative=narrative)


def rules_of(report: Report, risk: str) -> list[str]:
    found = Assessment.objects.get(report=report).risks
    return [one["rule"] for one in found if one["risk"] == risk]


def test_it_is_kept_whether_a_rule_named_a_risk_or_a_hint(agency: Agency) -> None:
    assert rules_of(threatened(agency), "threat_to_life") == [IN_HER_WORDS]
    assert rules_of(threatened(agency, STONE), "threat_to_life") == [HINTED]


def test_a_hint_raises_urgency_as_a_rule_does(agency: Agency) -> None:
    assert threatened(agency, STONE).assessment.urgency == Urgency.IMMEDIATE


def test_not_so_takes_the_reason_away_and_leaves_the_lane(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    before = Assessment.objects.get(report=report)
    row = denying.deny(staff=officer, report=report, risk="threat_to_life", reason=WHY)
    after = Assessment.objects.get(report=report)
    assert (after.urgency, after.rank) == (before.urgency, before.rank)
    assert len(after.risks) == len(before.risks)
    assert before.named() - after.named() == {"threat_to_life"}
    assert denying.standing(report) == {"threat_to_life": row}
    assert denying.denial_reason(staff=officer, row=row) == WHY
    assert make.tags(report).count("report:risk:deny") == 1
    assert all(WHY.encode() not in bytes(e.body or b"") for e in Event.objects.all())


def test_taken_back_it_counts_as_before(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    before = Assessment.objects.get(report=report).risks
    row = denying.deny(staff=officer, report=report, risk="threat_to_life", reason=WHY)
    back = denying.take_back(staff=officer, report=report, denial=row.pk)
    assert back.undone_by == officer.officer_id
    assert Assessment.objects.get(report=report).risks == before
    assert denying.standing(report) == {}
    assert make.tags(report)[-1] == "report:risk:undo"
    with pytest.raises(AlreadyDone):
        denying.take_back(staff=officer, report=report, denial=row.pk)
    denying.deny(staff=officer, report=report, risk="threat_to_life", reason=WHY)
    assert RiskDenial.objects.filter(report=report).count() == 2, "both stay as history"


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_without_a_reason_it_is_refused_and_counted(
    agency: Agency, officer: Staff, reason: str
) -> None:
    report = threatened(agency)
    with pytest.raises(Refused):
        denying.deny(staff=officer, report=report, risk="threat_to_life", reason=reason)
    assert Refusal.objects.get(report=report).action == "deny_risk"
    assert denying.standing(report) == {}


def test_what_no_form_offers_is_not_taken(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    for risk in ("published", "nonsense", ""):
        with pytest.raises(NotFound):
            denying.deny(staff=officer, report=report, risk=risk, reason=WHY)
    with pytest.raises(Unusable):
        denying.deny(staff=officer, report=report, risk="threat_to_life", reason="x" * 2001)
    with pytest.raises(NotFound):
        denying.take_back(staff=officer, report=report, denial=uuid4())
    assert not RiskDenial.objects.exists()


def test_twice_is_once(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    denying.deny(staff=officer, report=report, risk="threat_to_life", reason=WHY)
    with pytest.raises(AlreadyDone):
        denying.deny(staff=officer, report=report, risk="threat_to_life", reason="Again.")
    assert make.tags(report).count("report:risk:deny") == 1


def test_who_may_not_and_who_does_not_see_it(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    row = denying.deny(staff=officer, report=report, risk="deadline", reason=WHY)
    liaison = make.staff(agency, AQABA, Role.LIAISON)
    elsewhere = make.staff(agency, "jo/ccu/irbid")
    for staff, error in ((liaison, NotAllowed), (elsewhere, NotFound)):
        with pytest.raises(error):
            denying.deny(staff=staff, report=report, risk="threat_to_life", reason=WHY)
        with pytest.raises(error):
            denying.take_back(staff=staff, report=report, denial=row.pk)


def test_a_signed_in_browser_alone_denies_nothing(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    with pytest.raises(VaultClosed):
        denying.deny(
            staff=replace(officer, vault=None), report=report, risk="threat_to_life", reason=WHY
        )


def test_of_a_closed_report_nothing_is_denied(agency: Agency, officer: Staff) -> None:
    report = threatened(agency)
    row = denying.deny(staff=officer, report=report, risk="deadline", reason=WHY)
    chief = make.staff(agency, AQABA, Role.SUPERVISOR)
    casework.close(staff=chief, report=report, disposition="settled_takedown")
    closed = make.fresh(report)
    with pytest.raises(ReportClosed):
        denying.deny(staff=officer, report=closed, risk="threat_to_life", reason=WHY)
    with pytest.raises(ReportClosed):
        denying.take_back(staff=officer, report=closed, denial=row.pk)


def test_a_denial_is_not_found_through_another_report(agency: Agency, officer: Staff) -> None:
    one, two = threatened(agency), threatened(agency)
    row = denying.deny(staff=officer, report=one, risk="threat_to_life", reason=WHY)
    with pytest.raises(NotFound):
        denying.take_back(staff=officer, report=two, denial=row.pk)
    assert set(denying.standing(one)) == {"threat_to_life"}


def test_the_database_keeps_one_denial_a_risk_and_names_who_took_it_back(
    agency: Agency, officer: Staff
) -> None:
    report = threatened(agency)
    row = denying.deny(staff=officer, report=report, risk="threat_to_life", reason=WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskDenial.objects.create(
            agency_id=report.agency_id,
            report=report,
            risk="threat_to_life",
            at=now(),
            officer_id=uuid7(),
            sealed_reason=b"x",
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskDenial.objects.filter(pk=row.pk).update(undone_at=now())
