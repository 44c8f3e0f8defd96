# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer with a telephone in Arabic reads a screenshot: by axe, in a real browser, by the
program that is installed."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.test_desk_pages import press, shown, signed_in
from tests.desk.steps import desk, of
from tests.evidence.files import added
from tests.support import builders as make
from tests.support.browser import PHONE, visit
from tests.support.tesseract import screenshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINES = ("Call me on +962 79 555 1212", "أرسل المال قبل الغد", "or your family sees all of it")


def test_a_screenshot_is_read_on_a_telephone_in_arabic(
    chromium: Browser, live_server: LiveServer
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba")
    who.officer.language = "ar"
    who.officer.save()
    report = make.report(agency)
    with transaction.atomic():
        item = added(report, screenshot(LINES))
    with visit(chromium, live_server.url, locale="ar", viewport=PHONE) as seen:
        signed_in(seen, who)
        seen.page.goto(of(report, f"files/{item.id}/"))
        shown(seen, "desk-picture-ar-phone")
        seen.page.locator(f'a[href$="/files/{item.id}/text/"]').click()
        shown(seen, "desk-picture-read-ar-phone")
        seen.page.locator("main [name=purpose]").fill("إيجاد الرقم")
        press(seen, "main form .btn")
        told = seen.page.inner_text("main")
        assert "+962795551212" in told
        assert "المال" in told
        assert seen.page.locator("main bdi[dir=ltr]", has_text="+962795551212").count() == 1
        shown(seen, "desk-picture-text-ar-phone")
