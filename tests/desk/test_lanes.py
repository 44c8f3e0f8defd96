# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inbox and its lanes: what stands where, in which order, at which cost, and for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from amana.casework import clocks, services
from amana.casework.series import SERIES
from amana.config.clock import now
from amana.desk.selectors import lanes
from amana.desk.views import inbox
from amana.people.models import Gender, Role
from amana.people.policies import Staff
from amana.reports.models import Report
from amana.reports.services import mailbox
from tests.desk.steps import desk, ok, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db
NOTHING = lanes.Wanted()


def listed(who: Staff, lane: str = "open") -> list[Report]:
    return list(lanes.reports_in(who, lanes.BY_NAME[lane], NOTHING))


def counted(who: Staff) -> dict[str, int]:
    return {lane.name: number for lane, number in lanes.counts(who)}


def shown(who: Staff, lane: str = "open") -> list[dict[str, object]]:
    return [inbox.row(report, now()) for report in listed(who, lane)]


def test_the_most_urgent_comes_first_then_the_oldest() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    calm_old = make.report(agency, offences=["F1"], category="F1")
    calm_new = make.report(agency, offences=["F1"], category="F1")
    urgent = make.report(agency, threat_to_life="yes")
    assert listed(officer) == [urgent, calm_old, calm_new]
    assert listed(officer, "urgent") == [urgent]


def test_what_was_closed_last_comes_first() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    first, second = make.report(agency), make.report(agency)
    for days, report in ((1, second), (2, first)):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            services.close(staff=make.again(chief), report=report, disposition="settled_takedown")
    assert listed(chief, "closed") == [first, second]
    assert listed(chief) == []


def test_a_row_says_what_an_officer_needs_and_nothing_she_wrote() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, threat_to_life="yes", platform="whatsapp", **make.NAMED)
    mailbox.write(report=report, text="He wrote again.")
    mailbox.write(report=report, text="And again.")
    (row,) = shown(officer)
    assert (row["locator"], row["letter"], row["unread"]) == (report.locator, "U", 2)
    assert row["urgency"] == "Life threatened"
    assert "WhatsApp" in str(row["about"])
    assert str(row["why"]).startswith("Residence of the victim")
    assert row["news"]
    assert row["late"] == ""
    for secret in (make.NARRATIVE, "Salma", "+962", "again"):
        assert secret not in repr(row)


def test_what_is_late_follows_the_clock() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    assert lanes.late_count(officer) == 0
    promised = report.deadlines.get(kind="next_news").due_at
    with time_machine.travel(promised + timedelta(days=3), tick=False):
        (row,) = shown(officer)
        assert row["late"] == "3 d late"
        assert lanes.late_count(officer) >= 1


def test_lanes_and_their_counts_agree() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    make.report(agency, offences=["F1"], category="F1")
    make.report(agency, threat_to_life="yes")
    written, closed, gone = (make.report(agency) for _ in range(3))
    mailbox.write(report=written, text="Hello?")
    mailbox.write(report=written, text="Hello again?")
    services.close(staff=chief, report=closed, disposition="settled_takedown")
    services.withdraw(report=gone)
    services.take(staff=chief, report=written)
    found = counted(chief)
    assert found == {name: len(listed(chief, name)) for name in lanes.BY_NAME}
    assert (found["closed"], found["messages"], found["mine"], found["urgent"]) == (1, 1, 1, 1)
    assert listed(chief, "mine") == listed(chief, "messages") == [written]


def test_legal_review_has_a_lane_of_its_own() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    report = make.report(agency, offences=["D1"], category="D1")
    assert listed(reviewer, "legal-review") == [report]
    assert counted(reviewer)["legal-review"] == 1
    assert counted(make.staff(agency, "jo/ccu/aqaba"))["legal-review"] == 0


def test_the_inbox_costs_the_same_however_many_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    make.report(agency)
    with django_assert_num_queries(3):
        assert len(shown(officer)) == 1
    for _ in range(6):
        make.report(agency, threat_to_life="yes")
    with django_assert_num_queries(3):
        assert len(shown(officer)) == 7
    with django_assert_num_queries(1):
        lanes.counts(officer)


def test_pages_are_bounded_and_strange_wishes_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    officer = desk(agency, "jo/ccu/aqaba")
    monkeypatch.setattr(inbox, "PER_PAGE", 2)
    reports = [make.report(agency) for _ in range(3)]
    last = ok(officer.get("/desk/inbox/open/", page="99"))
    assert [report.locator in last for report in reports] == [False, False, True]
    first = ok(officer.get("/desk/inbox/open/"))
    assert [report.locator in first for report in reports] == [True, True, False]
    for strange in ("-4", "0", "x", "9" * 500):
        assert ok(officer.get("/desk/inbox/open/", page=strange))
    assert officer.get("/desk/inbox/nonsense/").status_code == 404


def test_another_branch_counts_nothing() -> None:
    agency = make.node()
    make.report(agency, threat_to_life="yes")
    stranger = make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR)
    assert set(counted(stranger).values()) == {0}
    assert all(listed(stranger, name) == [] for name in lanes.BY_NAME)
    assert not lanes.late(stranger).exists()
    assert lanes.unseen_alerts(stranger) == lanes.Waiting(0, 0)


def test_deadlines_come_soonest_first() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    rows = list(lanes.late(officer))
    assert [row.kind for row in rows] == ["diagnosed", "referred", "next_news"]
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
    assert {row.report for row in rows} == {report}


def test_m062_a_case_silent_for_548_days_stands_in_all_three_lanes() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report, gone = make.report(agency), make.report(agency)
    services.withdraw(report=gone)
    begun = now()
    with time_machine.travel(begun + timedelta(days=518), tick=False):
        fresh = make.report(agency)
    with time_machine.travel(begun + timedelta(days=548), tick=False):
        clocks.send_still_open_notes()
        found = {days: listed(chief, f"silent-{days}") for days in (30, 90, 365)}
    assert found == {30: [report, fresh], 90: [report], 365: [report]}


def test_m062_the_silent_are_listed_to_supervisors_and_to_nobody_else() -> None:
    agency = make.node()
    report = make.report(agency)
    chief, officer = (
        make.staff(agency, "jo/ccu/aqaba", role) for role in (Role.SUPERVISOR, Role.INVESTIGATOR)
    )
    auditor = make.staff(agency, "jo/ccu", Role.AUDITOR)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert listed(chief, "silent-30") == [report]
        assert listed(make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR), "silent-30") == []
        assert listed(officer, "silent-30") == []
    assert "silent-30" not in counted(officer)
    assert lanes.lanes_of(auditor) == []


def test_m074_an_alert_says_that_something_waits_and_not_what() -> None:
    agency = make.node()
    report = make.report(agency, offences=["T2"], category="T2", threat_to_life="yes")
    duty = desk(agency, "jo/ccu/duty")
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        clocks.escalate()
    assert lanes.unseen_alerts(duty.staff) == lanes.Waiting(1, 0)
    page = ok(duty.get("/desk/inbox/open/"))
    assert "urgent alert" in page
    assert report.locator not in page
    services.see_alerts(staff=duty.staff)
    assert lanes.unseen_alerts(duty.staff) == lanes.Waiting(0, 0)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("female", "The person asks for a woman."),
        ("male", "The person asks for a man."),
        ("no_preference", ""),
    ],
)
def test_m108_a_wish_for_a_woman_or_a_man_is_shown_in_the_row(wish: str, said: str) -> None:
    agency = make.node()
    make.report(agency, officer_gender=wish)
    for gender in (Gender.WOMAN, Gender.MAN):
        page = ok(desk(agency, "jo/ccu/aqaba", gender=gender).get("/desk/inbox/to-read/"))
        assert ("The person asks for" in page) == bool(said)
        assert said in page


def test_a_report_that_alerts_two_of_her_units_is_one_and_a_series_is_not_urgent() -> None:
    agency = make.node()
    urgent, calm = make.report(agency, threat_to_life="yes"), make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    make.place(who.officer, "jo/ccu/duty", Role.INVESTIGATOR)
    assert urgent.alerts.count() == 2
    clocks.raise_alert(calm, make.unit("jo/ccu/aqaba"), SERIES)
    assert lanes.unseen_alerts(who.staff) == lanes.Waiting(urgent=1, series=1)
    page = ok(who.get("/desk/inbox/open/"))
    assert "1 urgent alert for your units." in page
    assert "1 report continues a series" in page
    services.see_alerts(staff=who.staff)
    clocks.raise_alert(urgent, make.unit("jo/ccu/aqaba"), SERIES)
    page = ok(who.get("/desk/inbox/open/"))
    assert "urgent alert" not in page
    assert "1 report continues a series" in page
    went_on(who.post("/desk/alerts/seen/"))
    assert "series" not in ok(who.get("/desk/inbox/open/"))
