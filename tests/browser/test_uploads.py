# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files sent piece by piece from a browser: bar, pause, a broken connection, the form behind it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from amana.agencies.selectors import forget_shown
from amana.config.env import env
from amana.evidence.models import EvidenceItem, Upload
from amana.evidence.reporter import files_for_reporter
from amana.reports import sessions
from tests.browser.test_portal_journey import look
from tests.evidence.uploader import no_pieces, open_receipt
from tests.portal.visitor import Visitor
from tests.support.browser import Visit, visit
from tests.support.builders import node

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MEBIBYTE = 1024 * 1024
PIECES = re.compile(r"/files/[0-9a-f-]{36}$")
GO = ".acts button.btn:not(.quiet)"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_shown()
    no_pieces()
    yield
    forget_shown()


def payload(name: str = "محادثة.png", size: int = 3 * MEBIBYTE) -> FilePayload:
    return FilePayload(name=name, mimeType="image/png", buffer=os.urandom(size))


def cookie(seen: Visit, token: str) -> None:
    seen.page.context.add_cookies([{"name": "s", "value": token, "url": seen.origin}])


def at_files(seen: Visit) -> Page:
    """The question that asks for files, in a draft of its own."""
    node()
    visitor = Visitor(language="ar").begin().to_question("files")
    cookie(seen, visitor.client.cookies["s"].value)
    seen.page.goto(visitor.url)
    return seen.page


def shot(seen: Visit, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        seen.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_an_arabic_phone_sends_a_file_in_pieces_and_goes_on(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        page.route(PIECES, lambda route: None)
        page.set_input_files("[name=files]", [payload(), payload("second.jpg", 1000)])
        bar = page.locator(".coming progress").first
        expect(bar).to_have_attribute("aria-label", "محادثة.png")
        expect(page.locator(".coming li")).to_have_count(2)
        shot(seen, "uploads-coming-ar-phone")
        look(seen)
        page.locator(".coming button").first.click()
        expect(page.locator(".coming button").first).to_have_text("متابعة الإرسال")
        page.unroute(PIECES)
        page.locator(".coming button").first.click()
        expect(page.locator(".coming small")).to_have_text(["خُتم وحُفظ"] * 2)
        shot(seen, "uploads-kept-ar-phone")
        look(seen)
        assert EvidenceItem.objects.count() == 2
        page.locator(".coming button").last.click()
        expect(page.locator(".coming li")).to_have_count(1)
        assert page.evaluate("document.activeElement.type") == "file"
        here = page.url
        page.click(GO)
        page.wait_for_url(lambda url: url != here)
        assert EvidenceItem.objects.count() == 1
        page.goto(here)
        assert page.locator("main ul li > bdi").all_inner_texts() == ["محادثة.png"]
        assert seen.foreign_requests() == []


def test_a_connection_that_breaks_goes_on_by_itself(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        broken: list[str] = []

        def breaks(route: Route) -> None:
            if route.request.method == "PATCH" and len(broken) < 1:
                broken.append(route.request.url)
                route.abort("connectionreset")
            else:
                route.continue_()

        page.route(PIECES, breaks)
        page.set_input_files("[name=files]", [payload()])
        expect(page.locator(".coming small")).to_have_text("خُتم وحُفظ")
        assert broken
        assert EvidenceItem.objects.count() == 1


def half_sent(seen: Visit, page: Page, file: FilePayload) -> None:
    """Two of its three pieces arrive, then the page is loaded again."""
    sent: list[str] = []

    def two(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.url)
        route.continue_() if len(sent) <= 2 else route.abort("connectionreset")

    page.route(PIECES, two)
    page.set_input_files("[name=files]", [file])
    expect(page.locator(".coming small")).to_have_text("بانتظار الاتصال")
    page.unroute(PIECES)
    page.reload()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    rest = page.locator(".coming small")
    expect(rest).to_contain_text("وصل جزء منه")
    expect(rest).to_contain_text("66")
    shot(seen, "uploads-half-ar-phone")
    look(seen)


def test_after_a_reload_the_same_file_goes_on_and_the_browser_remembers_nothing(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        file = payload()
        half_sent(seen, page, file)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.method))
        page.set_input_files("[name=files]", [file])
        expect(page.locator(".coming li")).to_have_count(1)
        expect(page.locator(".coming small")).to_have_text("خُتم وحُفظ")
        assert (asked.count("POST"), asked.count("PATCH")) == (0, 1)
        assert Upload.objects.count() == EvidenceItem.objects.count() == 1


def test_another_file_of_the_same_name_and_size_begins_anew(
    chromium: Browser, live_server: LiveServer
) -> None:
    """Else the beginning of one and the end of another would pass for what she was sent."""
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        half_sent(seen, page, payload())
        page.set_input_files("[name=files]", [payload()])
        expect(page.locator(".coming small")).to_have_text("خُتم وحُفظ")
        assert EvidenceItem.objects.count() == 1
        assert sorted(Upload.objects.values_list("offset", flat=True)) == [
            2 * MEBIBYTE,
            3 * MEBIBYTE,
        ]


def test_sent_too_early_the_form_waits_for_its_files(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        held: list[Route] = []
        page.route(PIECES, lambda route: route.continue_() if held else held.append(route))
        page.set_input_files("[name=files]", [payload(size=1000)])
        here = page.url
        expect(page.locator(".coming progress")).to_have_count(1)
        page.click(GO)
        assert page.url == here
        assert page.locator("[role=status]").inner_text()
        held[0].continue_()
        page.wait_for_url(lambda url: url != here)
        assert EvidenceItem.objects.count() == 1


def test_what_is_refused_is_said_in_her_language_and_the_rest_goes_on(
    chromium: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(env(), "max_file_mb", 1)
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        page.set_input_files("[name=files]", [payload(size=MEBIBYTE + 1), payload("b.png", 10)])
        expect(page.locator(".coming .error")).to_contain_text("كبير جدًا: 1 ميغابايت للملف")
        expect(page.locator(".coming small").last).to_have_text("خُتم وحُفظ")
        shot(seen, "uploads-refused-ar-phone")
        look(seen)
        assert EvidenceItem.objects.count() == 1
        assert Upload.objects.count() == 1


def test_where_pieces_do_not_work_the_form_sends_the_file(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        page = at_files(seen)
        page.route("**/files/", lambda route: route.fulfill(status=405, body="no"))
        page.set_input_files("[name=files]", [payload(size=1000)])
        expect(page.locator(".coming .error")).to_have_count(1)
        here = page.url
        page.click(GO)
        page.wait_for_url(lambda url: url != here)
        assert EvidenceItem.objects.count() == 1


def test_later_she_adds_files_from_her_mailbox_and_sees_their_fingerprint(
    chromium: Browser, live_server: LiveServer
) -> None:
    opened = open_receipt(node())
    with visit(chromium, live_server.url, locale="ar") as seen:
        cookie(seen, sessions.start_for_mailbox(opened.report, opened.private))
        page = seen.page
        page.goto("/box/")
        page.locator("details:has([name=files]) summary").click()
        page.set_input_files("[name=files]", [payload(size=2 * MEBIBYTE)])
        expect(page.locator(".coming small")).to_have_text("خُتم وحُفظ")
        page.locator("form[data-after] .acts button").click()
        expect(page.locator("#files-here")).to_have_count(1)
        (file,) = files_for_reporter(opened)
        assert page.locator(".print").inner_text().split() == file.groups
        shot(seen, "uploads-box-ar-phone")
        look(seen)
