# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suspects are identified, presented and sought on recorded grounds only."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from amana.casework import selectors, services
from amana.casework.models import Suspect
from amana.config.clock import now
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import AlreadyDone, NotFound, Refused, Unusable
from amana.reports.models import Refusal, Report
from tests.support import builders as make

pytestmark = pytest.mark.db


def later(days: int = 90) -> date:
    return (now() + timedelta(days=days)).date()


def refused(report: Report) -> list[tuple[str, str]]:
    return list(Refusal.objects.filter(report=report).values_list("action", "missing"))


def identified(who: Staff, report: Report) -> Suspect:
    return services.identify_suspect(
        staff=who, report=report, identity="A man who calls himself Nour.", relation="online_only"
    )


def test_who_it_is_stands_sealed_and_opens_for_the_unit() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    suspect = identified(officer, report)
    assert b"Nour" not in bytes(suspect.sealed_identity)
    (row,) = selectors.suspects(report)
    assert (row.state, row.relation) == ("ongoing", "online_only")
    said = selectors.suspect_identity(staff=officer, row=row.row)
    assert said == "A man who calls himself Nour."


@pytest.mark.parametrize(
    "wrong", [{"identity": " "}, {"identity": "x" * 8001}, {"role": "boss"}, {"relation": "dog"}]
)
def test_a_suspect_is_described_in_offered_words(wrong: dict[str, str]) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with pytest.raises(Unusable):
        services.identify_suspect(staff=officer, report=report, **{"identity": "Nour", **wrong})
    assert not Suspect.objects.exists()


def test_m130_there_is_no_suspect_while_legal_review_lasts() -> None:
    agency = make.node()
    both = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER, Role.INVESTIGATOR)
    report = make.report(agency, offences=["D1"], category="D1")
    with pytest.raises(Refused) as said:
        identified(both, report)
    assert said.value.missing == "legal_review"
    assert refused(report) == [("identify_suspect", "legal_review")]
    assert not Suspect.objects.exists()


def test_m004_nobody_is_presented_before_the_prosecutor_instructs() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    suspect = identified(officer, report)
    with pytest.raises(Refused) as said:
        services.present_before_justice(staff=officer, report=report, suspect_id=suspect.id)
    assert said.value.missing == "instruction"
    assert refused(report) == [("before_justice", "instruction")]
    assert make.tags(report).count("justice:action:refuse") == 1
    make.instructed(officer, report, "search_notice")
    with pytest.raises(Refused):
        services.present_before_justice(staff=officer, report=report, suspect_id=suspect.id)
    make.instructed(officer, report, "before_justice")
    done = services.present_before_justice(staff=officer, report=report, suspect_id=suspect.id)
    assert done.presented_instruction is not None
    assert selectors.state_of(done) == "before_justice"
    with pytest.raises(AlreadyDone):
        services.present_before_justice(staff=officer, report=report, suspect_id=suspect.id)


def test_m004_m128_a_search_notice_needs_instruction_authority_and_an_end() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    suspect = identified(officer, report)
    ask = {"staff": officer, "report": report, "suspect_id": suspect.id}
    with pytest.raises(Refused):
        services.issue_search_notice(**ask, authority="Judge", expires_on=later())  # type: ignore[arg-type]
    make.instructed(officer, report, "search_notice")
    for authority, expires in (("  ", later()), ("Judge", None), ("Judge", now().date())):
        with pytest.raises(Refused):
            services.issue_search_notice(**ask, authority=authority, expires_on=expires)  # type: ignore[arg-type]
    assert [missing for _, missing in refused(report)] == [
        "instruction",
        "authority",
        "expiry",
        "expiry",
    ]
    sought = services.issue_search_notice(**ask, authority="Judge", expires_on=later())  # type: ignore[arg-type]
    assert selectors.state_of(sought) == "search_notice"
    with pytest.raises(AlreadyDone):
        services.issue_search_notice(**ask, authority="Judge", expires_on=later())  # type: ignore[arg-type]
    free = services.withdraw_search_notice(**ask)  # type: ignore[arg-type]
    assert selectors.state_of(free) == "ongoing"
    with pytest.raises(AlreadyDone):
        services.withdraw_search_notice(**ask)  # type: ignore[arg-type]


def test_a_notice_that_ran_out_is_shown_as_such() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    suspect = identified(officer, report)
    make.instructed(officer, report, "search_notice")
    services.issue_search_notice(
        staff=officer, report=report, suspect_id=suspect.id, authority="Judge", expires_on=later(5)
    )
    assert not selectors.suspects(report)[0].expired
    with time_machine.travel(now() + timedelta(days=7)):
        assert selectors.suspects(report)[0].expired


def test_c5_ongoing_is_what_is_left_and_the_funnel_adds_up() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    people = [identified(officer, report) for _ in range(5)]
    make.instructed(officer, report, "search_notice", "before_justice")
    for suspect in people[:2]:
        services.present_before_justice(staff=officer, report=report, suspect_id=suspect.id)
    services.issue_search_notice(
        staff=officer, report=report, suspect_id=people[2].id, authority="J", expires_on=later()
    )
    found = selectors.funnel(
        agency.id, since=now() - timedelta(days=1), until=now() + timedelta(days=1)
    )
    assert (found.identified, found.before_justice, found.search_notice, found.ongoing) == (
        5,
        2,
        1,
        2,
    )
    none = selectors.funnel(agency.id, since=now() + timedelta(days=1), until=now())
    assert (none.identified, none.ongoing) == (0, 0)


def test_a_suspect_is_reached_through_its_own_report_only() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    one, other = make.report(agency), make.report(agency)
    suspect = identified(officer, one)
    for report, which in ((other, suspect.id), (one, uuid.uuid4())):
        with pytest.raises(NotFound):
            services.present_before_justice(staff=officer, report=report, suspect_id=which)
    stranger = make.staff(agency, "jo/ccu/karak", Role.SUPERVISOR)
    with pytest.raises(NotFound):
        identified(stranger, one)
    intake = make.staff(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    with pytest.raises(NotAllowed):
        identified(intake, one)


def test_the_database_itself_keeps_the_grounds() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    suspect = identified(officer, make.report(agency))
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspect.objects.filter(pk=suspect.pk).update(presented_at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspect.objects.filter(pk=suspect.pk).update(search_notice_at=now())
