# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the words of a report suggest, as an officer sees it on an Arabic phone: stretches of text
in two scripts, each in its own direction, and no violation by axe."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from amana.people.models import Role
from tests.browser.test_desk_pages import shown, signed_in
from tests.desk.steps import desk
from tests.support import builders as make
from tests.support.browser import PHONE, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = (
    "تعرفت عليه على انستغرام hamid_99 وصورني مكالمة فيديو. "
    "يقول لو ما دفعت قبل الغد يرسلها لاخواني وابوي يذبحني. main marna chahti hun. 0790123456"
)


def test_suggestions_and_risks_on_an_arabic_phone(
    chromium: Browser, live_server: LiveServer
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    who.officer.language = "ar"
    who.officer.save()
    report = make.report(agency, **make.NAMED, narrative=WORDS)
    with visit(chromium, live_server.url, locale="ar", viewport=PHONE) as seen:
        signed_in(seen, who)
        seen.page.goto(f"/desk/reports/{report.locator}/")
        shown(seen, "desk-words-ar-phone")
        quoted = seen.page.locator("section[aria-labelledby=risks] q")
        stretches = quoted.all_inner_texts()
        assert [text for text in stretches if "marna" in text]
        assert [text for text in stretches if "يذبحني" in text]
        assert {one.get_attribute("dir") for one in quoted.all()} == {"auto"}
        assert seen.page.locator("section[aria-labelledby=suggested] li.card").count() == 3
