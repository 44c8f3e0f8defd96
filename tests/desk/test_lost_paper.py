# SPDX-License-Identifier: AGPL-3.0-or-later
"""The paper with the one-time code was lost before she drew her receipt (M-016)."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.people.models import Role
from amana.reports.errors import AlreadyDone, PurposeMissing
from amana.reports.models import Report
from amana.reports.services import mailbox
from amana.reports.services.handover import reissue
from tests.desk.steps import Desk, desk, of, ok, refused
from tests.desk.test_intake import code_on, drawn, taken
from tests.support import builders as make

pytestmark = pytest.mark.db
WHY = "She came back and says the paper is gone."


def lost(agency: Agency) -> tuple[Desk, Report, str]:
    """A report for Irbid, an officer there, and the page with the lost code."""
    page = ok(taken(desk(agency, "jo/ccu/aqaba")))
    irbid = desk(agency, "jo/ccu/irbid", Role.INTAKE_OFFICER)
    return irbid, Report.objects.get(agency=agency), page


def test_another_code_draws_her_receipt_and_the_lost_one_draws_nothing() -> None:
    agency = make.node()
    irbid, report, page = lost(agency)
    assert "Another one-time code" in ok(irbid.get(of(report)))
    again = code_on(ok(irbid.post(of(report, "code/"), purpose=WHY)))
    assert again != code_on(page)
    assert again.locator == report.locator
    assert "draws nothing" in drawn(code_on(page)), "whoever found the paper has nothing"
    own = code_on(drawn(again))
    opened = mailbox.open_receipt(agency=agency, code=own, pin=None)
    assert opened is not None
    assert mailbox.part_private(opened.report, opened.private, "answers")
    assert "report:receipt:reissue" in make.tags(report)


def test_a_drawn_receipt_is_hers_alone_and_nobody_makes_it_again() -> None:
    agency = make.node()
    irbid, report, page = lost(agency)
    own = code_on(drawn(code_on(page)))
    assert "Another one-time code" not in ok(irbid.get(of(report)))
    with pytest.raises(AlreadyDone):
        reissue(staff=irbid.staff, report=report, purpose=WHY)
    assert mailbox.open_receipt(agency=agency, code=own, pin=None) is not None
    assert "report:receipt:reissue" not in make.tags(report)


def test_it_needs_a_purpose_and_changes_nothing_without_one() -> None:
    agency = make.node()
    irbid, report, page = lost(agency)
    refused(irbid.post(of(report, "code/"), purpose=""))
    with pytest.raises(PurposeMissing):
        reissue(staff=irbid.staff, report=report, purpose="  ")
    assert code_on(drawn(code_on(page))).locator == report.locator


def test_a_branch_that_does_not_see_the_report_makes_no_code() -> None:
    agency = make.node()
    _irbid, report, _page = lost(agency)
    assert desk(agency, "jo/ccu/karak").post(of(report, "code/"), purpose=WHY).status_code == 404


def test_a_report_filed_from_home_has_no_such_code() -> None:
    agency = make.node()
    report = make.report(agency)
    aqaba = desk(agency, "jo/ccu/aqaba")
    assert "Another one-time code" not in ok(aqaba.get(of(report)))
    refused(aqaba.post(of(report, "code/"), purpose=WHY))
