# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees which report: the list, the page and the act ask the same question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from amana.casework import services as casework
from amana.journal.events import NODE
from amana.people import selectors as people
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Action, Staff
from amana.people.services import end_placement
from amana.people.services.placements import begin_placement
from amana.referral import services as referral
from amana.referral.policies import (
    allowed,
    authorise,
    get_visible,
    units_by_action,
    visible_to,
)
from amana.reports.errors import NotFound, VaultClosed
from amana.reports.models import Report
from tests.support import builders as make

pytestmark = pytest.mark.db


def sees(who: Staff, report: Report) -> bool:
    """What the list says; the page and the act must say the same."""
    listed = visible_to(who).filter(pk=report.pk).exists()
    try:
        found = get_visible(who, report.locator) == get_visible(who, report.pk) == report
    except NotFound:
        found = False
    assert listed == found == allowed(who, Action.READ_REPORT, report)
    return listed


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.AUDITOR, Role.ADMINISTRATOR)])
def test_a_branch_sees_its_own_and_another_branch_does_not(role: Role) -> None:
    agency = make.node()
    report = make.report(agency)
    if role == Role.CUSTODIAN:
        assert not sees(make.staff(agency, "jo/ccu/aqaba", role), report)
        return
    assert sees(make.staff(agency, "jo/ccu/aqaba", role), report)
    assert not sees(make.staff(agency, "jo/ccu/irbid", role), report)
    assert not sees(make.staff(agency, "jo/ccu", role), report)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.CUSTODIAN])
def test_who_runs_or_audits_the_house_sees_no_report(role: Role) -> None:
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, "jo/ccu/aqaba", role)
    assert not sees(who, report)
    assert list(visible_to(who)) == []


def test_a_report_is_invisible_not_forbidden() -> None:
    agency = make.node()
    report = make.report(agency)
    stranger = make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR)
    with pytest.raises(NotFound) as unseen:
        get_visible(stranger, report.locator)
    with pytest.raises(NotFound) as unknown:
        get_visible(stranger, "00000000")
    assert str(unseen.value) == str(unknown.value)
    with pytest.raises(NotFound):
        authorise(stranger, Action.CLOSE, report)


def test_who_sees_it_and_may_not_do_it_is_told_so() -> None:
    agency = make.node()
    report = make.report(agency)
    intake = make.staff(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    with pytest.raises(NotAllowed):
        authorise(intake, Action.CLOSE, report)
    assert authorise(intake, Action.DIAGNOSE, report) == make.unit("jo/ccu/aqaba").id


def test_the_duty_unit_holds_every_key_and_sees_only_what_is_urgent() -> None:
    agency = make.node()
    duty = make.staff(agency, "jo/ccu/duty")
    calm, urgent = make.report(agency), make.report(agency, threat_to_life="yes")
    assert not sees(duty, calm)
    assert sees(duty, urgent)
    assert allowed(duty, Action.MESSAGE_REPORTER, urgent)
    assert not allowed(duty, Action.CLOSE, urgent)


def test_m130_words_and_opinions_are_seen_by_legal_reviewers_only() -> None:
    agency = make.node()
    report = make.report(agency, offences=["D1"], category="D1")
    assert sees(make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER), report)
    assert not sees(make.staff(agency, "jo/legal/review", Role.INVESTIGATOR), report)
    assert not sees(make.staff(agency, "jo/ccu/aqaba", Role.LEGAL_REVIEWER), report)
    assert not sees(make.staff(agency, "jo/ccu/duty"), report)


def test_m130_danger_is_seen_by_the_duty_unit_even_while_words_are_reviewed() -> None:
    agency = make.node()
    report = make.report(agency, offences=["D1"], category="D1", threat_to_life="yes")
    assert sees(make.staff(agency, "jo/ccu/duty"), report)


def test_m074_terrorism_is_seen_by_its_unit_and_legal_review_alone() -> None:
    agency = make.node()
    plan = make.report(agency, offences=["T2"], category="T2", threat_to_life="yes")
    special = make.staff(agency, "jo/ccu/terrorism")
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    assert plan.assessment.specialised == "terrorism"
    seen = {who.officer_id for who in (special, reviewer) if sees(who, plan)}
    assert seen
    for code in ("jo/ccu/aqaba", "jo/ccu", "jo/ccu/duty", "jo/fjp/tech"):
        assert not sees(make.staff(agency, code, Role.SUPERVISOR), plan)


def test_leaving_a_unit_ends_access_in_that_moment() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    assert sees(officer, report)
    chief = make.staff(agency, "jo/ccu", Role.ADMINISTRATOR)
    placement = people.active_placements().get(officer_id=officer.officer_id)
    end_placement(staff=chief, placement_id=placement.pk)
    assert not sees(make.again(officer), report)


def test_who_is_placed_and_not_let_in_sees_no_report_and_does_nothing_with_it() -> None:
    agency = make.node()
    make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    waits = make.officer(agency)
    begin_placement(officer=waits, unit=make.unit("jo/ccu/aqaba"), role=Role.SUPERVISOR, actor=NODE)
    who = make.at_work(waits)
    assert not sees(who, report)
    with pytest.raises(NotFound):
        casework.send_message(staff=who, report=report, text="It is me.")
    with pytest.raises(NotFound):
        referral.record_diagnosis(staff=who, report=report, finding=make.finding())


def test_nobody_acts_on_a_report_with_a_closed_vault() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    closed = replace(officer, vault=None)
    acts: tuple[Callable[[], object], ...] = (
        lambda: casework.send_message(staff=closed, report=report, text="It is me."),
        lambda: casework.write_note(staff=closed, report=report, text="It is me."),
        lambda: casework.take(staff=closed, report=report),
        lambda: casework.close(staff=closed, report=report, disposition="no_offence"),
        lambda: referral.record_diagnosis(staff=closed, report=report, finding=make.finding()),
    )
    before = make.tags(report)
    for act in acts:
        with pytest.raises(VaultClosed):
            act()
    assert make.tags(report) == before
    stranger = replace(make.staff(agency, "jo/ccu/irbid"), vault=None)
    with pytest.raises(NotFound):
        casework.send_message(staff=stranger, report=report, text="It is me.")


def test_what_may_be_done_is_asked_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    with django_assert_num_queries(1):
        found = units_by_action(officer, report)
    assert Action.CLOSE_UNREFERRED in found
    assert Action.RELEASE_SPEECH not in found
