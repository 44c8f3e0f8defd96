# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proof on a phone, in right-to-left languages, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from amana.agencies.selectors import forget_shown
from amana.journal.sequencer import publish_hour
from tests.browser.test_portal_journey import GO, look
from tests.portal.test_box import filed
from tests.support.browser import visit
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_shown()
    yield
    forget_shown()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_proof_and_the_record_fit_a_phone(
    chromium: Browser, live_server: LiveServer, language: str
) -> None:
    code = filed()
    publish_hour(hour=500_000)
    with visit(chromium, live_server.url, locale=language, javascript=False) as seen:
        page = seen.page
        page.goto("/code/")
        page.fill("[name=code]", code)
        page.click(GO)
        page.goto("/box/proof/")
        look(seen)
        box = page.locator("svg.qr").bounding_box()
        assert box is not None
        assert abs(box["width"] - box["height"]) < 1
        assert 200 < box["width"] <= 360
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        page.goto("/record/")
        look(seen)
        assert seen.foreign_requests() == []
