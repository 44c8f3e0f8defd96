# SPDX-License-Identifier: AGPL-3.0-or-later
"""Her receipt for a device is on her own page, and on nobody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.evidence import hand_ins
from amana.evidence.hand_ins import Device
from amana.journey import Filed
from amana.referral.selectors import owner_of
from amana.reports import sessions
from amana.reports.models import Report
from amana.reports.services import mailbox
from tests.evidence.files import UNIT
from tests.portal.test_box import enter
from tests.portal.test_box import filed as filed_with
from tests.support import builders as make

pytestmark = pytest.mark.db
PHONE = Device("هاتف أزرق", "الضابط عند الشباك", "الرسائل منذ أيار فقط")


@pytest.fixture
def agency() -> Agency:
    return make.node()


def with_device(agency: Agency) -> tuple[Filed, str]:
    """A report with a telephone handed in, and the address of its paper."""
    filed = make.filed(agency)
    row = hand_ins.take(
        staff=make.staff(agency, UNIT),
        report=filed.report,
        device=PHONE,
        return_by=now().date() + timedelta(days=9),
    )
    return filed, f"/box/devices/{row.id}/note.pdf"


def visitor(agency: Agency, filed: Filed, language: str = "ar") -> Client:
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    client = Client(headers={"accept-language": language})
    client.cookies["s"] = sessions.start_for_mailbox(opened.report, opened.private)
    return client


@pytest.mark.parametrize("language", ["ar", "fr", "ur", "en"])
def test_it_is_one_link_away_from_her_messages(agency: Agency, language: str) -> None:
    filed, address = with_device(agency)
    her = visitor(agency, filed, language)
    page = her.get("/box/").content.decode()
    assert PHONE.what in page
    assert f'href="{address}"' in page
    paper = her.get(address)
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF-")
    assert paper["Content-Disposition"] == 'attachment; filename="note.pdf"'
    assert "no-store" in paper["Cache-Control"]


def test_nobody_else_gets_it(agency: Agency) -> None:
    filed, address = with_device(agency)
    other, _address = with_device(agency)
    assert visitor(agency, other).get(address).status_code == 404
    assert visitor(agency, filed).get(f"/box/devices/{uuid4()}/note.pdf").status_code == 404
    stranger = Client().get(address)
    assert stranger.status_code != 200
    assert b"%PDF" not in stranger.content


def test_while_her_pin_is_awaited_there_is_no_paper() -> None:
    her = enter(filed_with(pin="4821"))
    report = Report.objects.get()
    row = hand_ins.take(
        staff=make.staff(report.agency, owner_of(report).code),
        report=report,
        device=PHONE,
        return_by=now().date() + timedelta(days=9),
    )
    address = f"/box/devices/{row.id}/note.pdf"
    assert b"%PDF" not in her.client.get(address).content
    her.send({"pin": "4821"}, "/box/pin/")
    assert her.client.get(address).content.startswith(b"%PDF")
