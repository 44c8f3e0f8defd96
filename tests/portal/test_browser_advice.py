# SPDX-License-Identifier: AGPL-3.0-or-later
"""The advice and the exit in a real browser on a phone: with scripts and without."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from amana.agencies.selectors import forget_shown
from amana.guidance.selectors import published
from amana.packs.words import LANGUAGES
from tests.support.browser import visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FEW = ["/help/", "/help/first-steps/", "/help/keep/", "/nothing-here/"]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_shown()
    yield
    forget_shown()


class Neutral(ThreadingHTTPServer):
    """The site behind the exit, on this machine; keeps what it learnt of where she came from."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), NeutralPage)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.referrers: list[str | None] = []


class NeutralPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Neutral)
        if self.path == "/":
            self.server.referrers.append(self.headers.get("Referer"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Neutral</title><h1>A neutral page</h1>")

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def neutral(monkeypatch: pytest.MonkeyPatch) -> Iterator[Neutral]:
    """The exit leads to a neutral site on this machine."""
    with Neutral() as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setattr("amana.agencies.context.EXIT_URL", site.url)
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_advice_breaks_wcag_or_scrolls_sideways(
    chromium: Browser, live_server: LiveServer, language: str, scheme: str
) -> None:
    with visit(chromium, live_server.url, locale=language, scheme=scheme) as seen:
        for path in FEW:
            seen.page.goto(live_server.url + path)
            assert seen.violations() == [], path
            root = "document.documentElement"
            assert seen.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), path
        assert seen.foreign_requests() == []


def test_every_page_of_advice_opens_without_scripts(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar", javascript=False) as seen:
        for page in published():
            seen.page.goto(f"{live_server.url}/help/{page.slug}/")
            assert seen.page.locator("h1").inner_text() == page.title["ar"]
        seen.page.goto(live_server.url + "/help/keep/")
        seen.page.locator("summary").first.click()
        assert seen.page.locator("details[open] li").first.is_visible()


def test_u01_without_scripts_the_link_leads_out_and_back_shows_no_session(
    chromium: Browser, live_server: LiveServer, neutral: Neutral
) -> None:
    with visit(chromium, live_server.url, locale="fr", javascript=False) as seen:
        seen.page.context.add_cookies([{"name": "s", "value": "x", "url": live_server.url}])
        seen.page.goto(live_server.url + "/help/")
        seen.page.click("a.exit")
        assert seen.page.locator("h1").inner_text() == "A neutral page"
        assert seen.page.context.cookies(live_server.url) == []
        assert neutral.referrers == [None]


@pytest.mark.parametrize("how", ["click", "shift"])
def test_u01_with_scripts_the_page_is_replaced_in_the_history(
    chromium: Browser, live_server: LiveServer, neutral: Neutral, how: str
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        seen.page.goto("about:blank")
        seen.page.goto(live_server.url + "/help/")
        if how == "click":
            seen.page.click("a.exit")
        else:
            press_shift(seen.page, 3)
        seen.page.wait_for_url(neutral.url)
        assert neutral.referrers == [None]
        seen.page.go_back()
        assert seen.page.url == "about:blank"


def test_u01_the_page_is_blank_before_the_answer_comes(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="en") as seen:
        seen.page.goto(live_server.url + "/help/")
        # With no content the browser stays where it is, as while an answer is on its way.
        seen.page.route("**/exit/", lambda route: route.fulfill(status=204))
        press_shift(seen.page, 3)
        assert seen.page.locator("h1").is_hidden()
        assert seen.page.title().strip("\u200e ") == ""


def test_two_presses_or_capital_letters_do_not_throw_anybody_out(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="en") as seen:
        seen.page.goto(live_server.url + "/help/")
        press_shift(seen.page, 2)
        for key in ("Shift+A", "Shift+B", "Shift+C", "Shift+D"):
            seen.page.keyboard.press(key)
        assert seen.page.locator("h1").is_visible()
        assert seen.page.url == live_server.url + "/help/"


def test_the_first_tab_stop_is_the_exit_and_the_second_the_text(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ur") as seen:
        seen.page.goto(live_server.url + "/help/")
        for expected in ("/exit/", "#main"):
            seen.page.keyboard.press("Tab")
            focused = seen.page.locator("a:focus")
            assert focused.get_attribute("href") == expected
            box = focused.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["height"] >= 24


def test_the_language_is_changed_without_scripts_and_the_page_stays(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar", javascript=False) as seen:
        seen.page.goto(live_server.url + "/help/first-steps/")
        seen.page.click("button[lang=ur]")
        assert seen.page.url == live_server.url + "/help/first-steps/"
        assert seen.page.locator("html").get_attribute("lang") == "ur"
        assert seen.page.locator("html").get_attribute("dir") == "rtl"


def test_everything_to_press_is_large_enough_for_a_thumb(
    chromium: Browser, live_server: LiveServer
) -> None:
    with visit(chromium, live_server.url, locale="ar") as seen:
        seen.page.goto(live_server.url + "/help/")
        for target in seen.page.locator("a.exit, a.way, .langs button, .foot a, .mark").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 44
