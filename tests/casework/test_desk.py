# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk and the status page are told: inbox, lanes, deadlines, timeline, status."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from amana.casework import selectors, services
from amana.config.clock import now
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports import opening
from amana.reports.errors import NotFound, Refused, Unusable
from amana.reports.models import MessageKind, PartKind, Refusal, Report
from amana.reports.services import mailbox
from tests.support import builders as make

pytestmark = pytest.mark.db


def listed(who: Staff, lane: str = "all") -> list[Report]:
    return [make.fresh(Report(pk=row.id)) for row in selectors.inbox(who, lane=lane).rows]


def test_the_most_urgent_comes_first_then_the_oldest() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    calm_old = make.report(agency, offences=["F1"], category="F1")
    calm_new = make.report(agency, offences=["F1"], category="F1")
    urgent = make.report(agency, threat_to_life="yes")
    assert listed(officer) == [urgent, calm_old, calm_new]
    assert listed(officer, "immediate") == [urgent]
    assert listed(officer, "normal") == [calm_old, calm_new]


def test_a_row_says_what_an_officer_needs_and_nothing_she_wrote() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, threat_to_life="yes", platform="whatsapp", **make.NAMED)
    mailbox.write(report=report, text="He wrote again.")
    mailbox.write(report=report, text="And again.")
    (row,) = selectors.inbox(officer).rows
    assert (row.locator, row.urgency, row.category) == (report.locator, "immediate", "X1")
    assert "threat_to_life" in row.risks
    assert (row.unit_code, row.rule) == ("jo/ccu/aqaba", "residence")
    assert (row.unread, row.platform, row.stage) == (2, "whatsapp", "received")
    assert row.next_news_by is not None
    assert not row.overdue
    for secret in (make.NARRATIVE, "Salma", "+962"):
        assert secret not in repr(row)


def test_age_and_overdue_follow_the_clock() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    make.report(agency)
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        (row,) = selectors.inbox(officer).rows
        assert row.age.days in (2, 3)
        assert row.overdue
        assert selectors.counts(officer)["overdue"] == 1


def test_lanes_and_their_counts_agree() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    make.report(agency, offences=["F1"], category="F1")
    make.report(agency, threat_to_life="yes")
    written, closed, gone = (make.report(agency) for _ in range(3))
    mailbox.write(report=written, text="Hello?")
    services.close(staff=chief, report=closed, disposition="settled_takedown")
    services.withdraw(report=gone)
    services.take(staff=chief, report=written)
    counted = selectors.counts(chief)
    assert counted == {lane: selectors.inbox(chief, lane=lane).total for lane in selectors.LANES}
    assert counted["all"] == 3
    assert (counted["closed"], counted["withdrawn"], counted["unread"]) == (1, 1, 1)
    assert (counted["mine"], counted["immediate"]) == (1, 1)


def test_legal_review_has_a_lane_of_its_own() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    report = make.report(agency, offences=["D1"], category="D1")
    assert listed(reviewer, "legal_review") == [report]
    assert selectors.counts(reviewer)["legal_review"] == 1
    assert selectors.counts(make.staff(agency, "jo/ccu/aqaba"))["legal_review"] == 0


def test_the_inbox_costs_the_same_however_many_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    make.report(agency)
    with django_assert_num_queries(4):
        selectors.inbox(officer)
    for _ in range(6):
        make.report(agency, threat_to_life="yes")
    with django_assert_num_queries(4):
        selectors.inbox(officer)
    with django_assert_num_queries(1):
        selectors.counts(officer)


def test_pages_are_bounded_and_strange_wishes_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    monkeypatch.setattr("amana.casework.selectors.lanes.PER_PAGE", 2)
    for _ in range(3):
        make.report(agency)
    last = selectors.inbox(officer, page=99)
    assert (last.page, last.pages, last.total, len(last.rows)) == (2, 2, 3, 1)
    assert selectors.inbox(officer, page=-4).page == 1
    assert selectors.inbox(officer, lane="nonsense").lane == "all"


def test_another_branch_counts_nothing() -> None:
    agency = make.node()
    make.report(agency)
    stranger = make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR)
    assert set(selectors.counts(stranger).values()) == {0}
    assert selectors.inbox(stranger).rows == []
    assert selectors.deadlines(stranger) == []
    assert selectors.alerts(stranger) == []


def test_deadlines_come_soonest_first() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    rows = selectors.deadlines(officer)
    assert [row.kind for row in rows] == ["diagnosed", "referred", "next_news"]
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    assert {row.locator for row in rows} == {report.locator}


def test_m108_a_wish_for_a_woman_is_shown_and_going_against_it_needs_a_reason() -> None:
    agency = make.node()
    woman = make.staff(agency, "jo/ccu/aqaba", gender="woman")
    man = make.staff(agency, "jo/ccu/aqaba", gender="man")
    unsaid = make.staff(agency, "jo/ccu/aqaba")
    woman = make.again(woman)
    report = make.report(agency, officer_gender="female")
    met = {who.pseudonym: selectors.inbox(who).rows[0].wish_met for who in (woman, man, unsaid)}
    assert met == {woman.pseudonym: True, man.pseudonym: False, unsaid.pseudonym: False}
    with pytest.raises(Refused):
        services.take(staff=man, report=report)
    assert Refusal.objects.get(report=report).action == "take"
    taken = services.take(staff=man, report=report, reason="No woman is on duty tonight.")
    assert taken.meets_wish is False
    assert b"No woman" not in bytes(taken.sealed_reason or b"")
    services.take(staff=woman, report=report)
    (row,) = selectors.inbox(woman).rows
    assert (row.mine, row.assigned, row.officer_gender) == (True, True, "female")
    assert not selectors.inbox(man).rows[0].mine


def test_m108_without_a_wish_anybody_takes_it_and_twice_is_once() -> None:
    agency = make.node()
    man = make.staff(agency, "jo/ccu/aqaba", gender="man")
    report = make.report(agency, officer_gender="no_preference")
    assert services.take(staff=man, report=report) == services.take(staff=man, report=report)
    assert make.tags(report).count("case:case:assign") == 1


def test_an_officer_writes_to_her_and_among_colleagues() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    made = make.filed(agency)
    report = make.fresh(made.report)
    services.send_message(staff=officer, report=report, text=" We have read it. ")
    services.write_note(staff=officer, report=report, text="Known number.")
    opened = mailbox.open_receipt(agency=agency, code=made.code, pin=None)
    assert opened is not None
    lines = mailbox.lines_for_reporter(opened)
    assert [(line.kind, line.text) for line in lines] == [
        (MessageKind.TO_REPORTER, "We have read it.")
    ]
    assert [n.text for n in opening.notes(staff=officer, report=report)] == ["Known number."]
    for write in (services.send_message, services.write_note):
        with pytest.raises(Unusable):
            write(staff=officer, report=report, text="  ")
        with pytest.raises(mailbox.MessageTooLong):
            write(staff=officer, report=report, text="x" * 8001)


def test_who_may_not_write_to_her_does_not() -> None:
    agency = make.node()
    report = make.report(agency)
    liaison = make.staff(agency, "jo/ccu/aqaba", Role.LIAISON)
    stranger = make.staff(agency, "jo/ccu/irbid")
    with pytest.raises(NotAllowed):
        services.send_message(staff=liaison, report=report, text="Hello")
    with pytest.raises(NotFound):
        services.send_message(staff=stranger, report=report, text="Hello")
    assert not report.messages.exists()


def test_she_sees_when_her_report_was_opened_and_by_which_role_but_not_by_whom() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, **make.NAMED)
    assert selectors.openings_for_reporter(report) == []
    opening.open_part(staff=officer, report=report, kind=PartKind.ANSWERS)
    opening.open_part(staff=officer, report=report, kind=PartKind.IDENTITY, purpose="to call")
    found = selectors.openings_for_reporter(report)
    assert [(row.role, row.what) for row in found] == [
        ("investigator", "identity"),
        ("investigator", "answers"),
    ]
    assert officer.pseudonym not in repr(found)


def test_the_timeline_tells_every_act_in_order() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    opening.open_part(staff=officer, report=report, kind=PartKind.ANSWERS)
    make.notified(officer, report)
    told = [entry.tag for entry in selectors.timeline(report)]
    expected = [
        "report:report:submit",
        "referral:route:decide",
        "report:report:read",
        "justice:diagnosis:record",
        "justice:notice:send",
    ]
    assert list(dict.fromkeys(tag for tag in told if tag in expected)) == expected
    read = next(e for e in selectors.timeline(report) if e.tag == "report:report:read")
    assert (read.role, read.pseudonym, read.unit_code) == (
        "investigator",
        officer.pseudonym,
        "jo/ccu/aqaba",
    )


def test_the_status_follows_the_work() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    seen = []
    for step in (
        lambda: None,
        lambda: make.diagnosed(officer, report),
        lambda: make.notified(officer, report),
        lambda: services.close(
            staff=officer, report=make.fresh(report), disposition="settled_takedown"
        ),
    ):
        step()
        status = selectors.status_of(make.fresh(report))
        seen.append((status.stage, status.next_step))
        assert status.unit.code == "jo/ccu/aqaba"
    assert seen == [
        ("received", "reading"),
        ("diagnosed", "referral"),
        ("in_progress", "work"),
        ("closed", "none"),
    ]
    assert selectors.status_of(make.fresh(report)).disposition == "settled_takedown"
    assert selectors.status_of(make.fresh(report)).next_news_by is None


def test_a_status_costs_two_queries_and_writes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agency = make.node()
    report = make.report(agency)
    before = make.tags(report)
    with django_assert_num_queries(2):
        selectors.status_of(report)
    assert make.tags(report) == before
