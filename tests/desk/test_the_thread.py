# SPDX-License-Identifier: AGPL-3.0-or-later
"""One report from the inbox to its end: read, diagnosed, referred, answered, closed."""

from __future__ import annotations

import pytest

from amana.people.models import Role
from amana.reports.models import Stage
from tests.desk.steps import desk, of, ok, refused, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db

FOUND: dict[str, object] = {
    "online": "no",
    "identifiers": "some",
    "jurisdiction": "domestic",
    "elements": "present",
    "offences": ["X1"],
    "note": "Number belongs to a shop.",
}


def test_m070_a_report_is_read_diagnosed_referred_answered_and_closed() -> None:
    agency = make.node()
    aqaba = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    irbid = desk(agency, "jo/ccu/irbid", Role.SUPERVISOR)
    report = make.report(agency)
    inbox = ok(aqaba.get("/desk/inbox/to-read/"))
    assert report.locator in inbox
    assert "Residence of the victim: Aqaba" in inbox
    page = ok(aqaba.get(of(report)))
    assert make.NARRATIVE in page
    assert "+962791234567" in page
    assert "report:report:read" in make.tags(report)
    missing = refused(
        aqaba.post(of(report, "refer/"), unit="jo/ccu/irbid", reason="Nearer to the other side")
    )
    assert "Record a diagnosis first." in missing
    assert "Nearer to the other side" in missing
    went_on(aqaba.send(of(report, "diagnosis/"), FOUND), of(report))
    went_on(aqaba.post(of(report, "message/"), **{"message-text": "We are on it."}), of(report))
    went_on(aqaba.post(of(report, "note/"), **{"note-text": "Ask the shop."}), of(report))
    page = ok(aqaba.get(of(report)))
    assert "We are on it." in page
    assert "Ask the shop." in page
    went_on(aqaba.post(of(report, "refer/"), unit="jo/ccu/irbid", reason="Nearer"), "/desk/")
    assert aqaba.get(of(report)).status_code == 404
    page = ok(irbid.get(of(report)))
    assert "Ask the shop." in page
    assert "Nearer" in page
    went_on(irbid.post(of(report, "close/"), disposition="no_suspect_found"), of(report))
    assert make.fresh(report).stage == Stage.CLOSED
    assert report.locator in ok(irbid.get("/desk/inbox/closed/"))
