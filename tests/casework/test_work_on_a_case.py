# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a case, writing to her and to colleagues; what the timeline and the status then say."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from amana.casework import selectors, services
from amana.casework.models import Assignment
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.reports import opening
from amana.reports.errors import NotFound, Refused, Unusable
from amana.reports.models import MessageKind, PartKind, Refusal
from amana.reports.services import mailbox
from tests.support import builders as make

pytestmark = pytest.mark.db


def test_m108_going_against_a_wish_for_a_woman_needs_a_reason() -> None:
    agency = make.node()
    woman = make.staff(agency, "jo/ccu/aqaba", gender="woman")
    man = make.staff(agency, "jo/ccu/aqaba", gender="man")
    unsaid = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, officer_gender="female")
    for who in (man, unsaid):
        with pytest.raises(Refused):
            services.take(staff=who, report=report)
    assert list(Refusal.objects.filter(report=report).values_list("action")) == [("take",)] * 2
    taken = services.take(staff=man, report=report, reason="No woman is on duty tonight.")
    assert taken.meets_wish is False
    assert b"No woman" not in bytes(taken.sealed_reason or b"")
    hers = services.take(staff=make.again(woman), report=report)
    assert hers.meets_wish is True
    assert Assignment.objects.get(report=report, until=None) == hers


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
    assert seen == [
        ("received", "reading"),
        ("diagnosed", "referral"),
        ("in_progress", "work"),
        ("closed", "none"),
    ]
    assert selectors.status_of(make.fresh(report)).disposition == "settled_takedown"
    assert selectors.status_of(make.fresh(report)).next_news_by is None


def test_a_status_costs_one_query_and_writes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agency = make.node()
    report = make.report(agency)
    before = make.tags(report)
    with django_assert_num_queries(1):
        selectors.status_of(report)
    assert make.tags(report) == before
