# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that name what is not there, or is not hers; acts that were done already; and a node
that is not well. Each answers with a page, never with a fault."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.evidence import scanning
from amana.evidence.models import HandIn, Hold
from amana.evidence.safeview import jail
from amana.people.models import Role
from amana.referral.models import ProsecutorNotice
from amana.reports.models import PartGrant, Report
from tests.desk.steps import Desk, desk, of, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db
AQABA, IRBID, OFFICE = "jo/ccu/aqaba", "jo/ccu/irbid", "jo/pp/aqaba"


def handed_in(who: Desk, report: Report) -> HandIn:
    day = (now() + timedelta(days=9)).date().isoformat()
    said = {"what": "Blue telephone", "scope": "Messages", "to_whom": "Window 3", "return_by": day}
    went_on(who.send(of(report, "custody/devices/"), said))
    return HandIn.objects.get(report=report)


# --- notices


@pytest.fixture
def noticed() -> tuple[Agency, Report, ProsecutorNotice]:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    report = make.notified(officer, make.report(agency))
    return agency, report, ProsecutorNotice.objects.get(report=report)


@pytest.mark.parametrize("form", ["pdf", "jws"])
def test_a_notice_that_is_not_there_is_no_file(
    noticed: tuple[Agency, Report, ProsecutorNotice], form: str
) -> None:
    agency, report, _ = noticed
    who = desk(agency, AQABA)
    assert who.post(of(report, f"notice/{uuid4()}/{form}/")).status_code == 404


@pytest.mark.parametrize("form", ["pdf", "jws"])
def test_a_notice_whose_key_was_taken_back_is_no_file_either(
    noticed: tuple[Agency, Report, ProsecutorNotice], form: str
) -> None:
    agency, report, row = noticed
    who = desk(agency, AQABA)
    assert who.post(of(report, f"notice/{row.pk}/{form}/")).status_code == 200
    PartGrant.objects.filter(part__report=report).delete()
    answer = who.post(of(report, f"notice/{row.pk}/{form}/"))
    assert answer.status_code == 404
    assert "Content-Disposition" not in answer.headers


def test_another_prosecution_office_and_another_branch_see_no_notice(
    noticed: tuple[Agency, Report, ProsecutorNotice],
) -> None:
    agency, report, row = noticed
    strangers = desk(agency, "jo/pp/irbid", Role.PROSECUTOR), desk(agency, IRBID)
    for who in strangers:
        assert who.post(of(report, f"notice/{row.pk}/pdf/")).status_code == 404
        assert who.get(of(report)).status_code == 404


# --- devices, holds, destroying


def test_a_device_is_given_back_once_and_the_second_click_is_told_so() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    row = handed_in(who, report)
    path = of(report, f"custody/devices/{row.pk}/back/")
    went_on(who.post(path), of(report, "custody/devices/"))
    first = HandIn.objects.get().returned_at
    went_on(who.post(path), of(report, "custody/devices/"))
    assert "already" in ok(who.get(of(report, "custody/devices/"))).lower()
    assert HandIn.objects.get().returned_at == first


def test_the_paper_of_a_device_of_another_report_is_not_there() -> None:
    agency = make.node()
    one, two, who = make.report(agency), make.report(agency), desk(agency, AQABA)
    row = handed_in(who, two)
    assert who.get(of(one, f"custody/devices/{row.pk}/paper/")).status_code == 404
    assert who.get(of(two, f"custody/devices/{row.pk}/paper/")).status_code == 200


def test_who_has_no_key_sees_no_device_and_no_paper() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    row = handed_in(who, report)
    PartGrant.objects.filter(part__report=report).delete()
    assert "Blue telephone" not in ok(who.get(of(report, "custody/devices/")))
    assert who.get(of(report, f"custody/devices/{row.pk}/paper/")).status_code == 404


@pytest.mark.parametrize("path", ["custody/holds/{}/", "custody/destroy/{}/"])
def test_a_hold_or_a_wish_to_destroy_that_is_not_there(path: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA, Role.SUPERVISOR)
    for answer in (
        who.get(of(report, path.format(uuid4()))),
        who.send(of(report, path.format(uuid4())), {"reason": "x", "decision": "yes"}),
    ):
        assert answer.status_code == 404


def test_a_hold_is_not_ended_without_a_reason() -> None:
    agency = make.node()
    report = make.report(agency)
    who, chief = desk(agency, AQABA), desk(agency, AQABA, Role.SUPERVISOR)
    went_on(
        who.send(of(report, "custody/hold/"), {"item": "", "reason": "Trial", "authority": "C"})
    )
    hold = Hold.objects.get(report=report)
    path = of(report, f"custody/holds/{hold.pk}/")
    assert who.send(path, {"reason": "Over."}).status_code == 404, "an officer ends none"
    refused(chief.send(path, {"reason": " "}))
    assert Hold.objects.get().until is None


# --- joint cases


@pytest.mark.parametrize("unit", ["", "jo/nowhere", "x" * 500])
def test_a_joint_case_with_a_unit_that_is_none_does_not_end(unit: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA, Role.SUPERVISOR)
    assert who.post(of(report, "joint/end/"), unit=unit).status_code == 404


# --- a node that is not well


def test_a_node_without_walls_says_so_and_the_page_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> dict[str, bool]:
        raise jail.NoSafeView("broken")

    agency = make.node()
    who = desk(agency, "jo/ccu", Role.ADMINISTRATOR)
    healthy = ok(who.get("/desk/health/"))
    monkeypatch.setattr(jail, "probe", none)
    page = ok(who.get("/desk/health/"))
    assert "Drawing a file cannot reach the network" in page
    assert page != healthy


@pytest.mark.parametrize(
    ("configured", "answers", "said"),
    [
        (False, False, "none is set up"),
        (True, True, "yes"),
        (True, False, "set up, and does not answer"),
    ],
)
def test_the_page_says_whether_a_scanner_answers(
    monkeypatch: pytest.MonkeyPatch, configured: bool, answers: bool, said: str
) -> None:
    agency = make.node()
    monkeypatch.setattr(scanning, "configured", lambda: configured)
    monkeypatch.setattr(scanning, "answers", lambda: answers)
    who = desk(agency, "jo/ccu", Role.ADMINISTRATOR)
    assert said in text(who.get("/desk/health/"))
