# SPDX-License-Identifier: AGPL-3.0-or-later
"""The system's Chromium on a phone-sized screen, with and without JavaScript, and axe."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCRIPTS = re.compile(r"<script\b.*?</script>|</?noscript>", re.DOTALL | re.IGNORECASE)
STEP = 15_000
"""Milliseconds that one step may take on a loaded machine."""
EXAMINE = """tags => axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
  .then(found => found.violations.map(
    rule => `${rule.id}: ${rule.help}: ${rule.nodes.map(node => node.html).join(" | ")}`))"""
WIDER = """(boxes, width) => boxes.map(box => [box, box.getBoundingClientRect()])
  .filter(([box, at]) => box.getClientRects().length
    && (at.left < -0.5 || at.right > width + 0.5))
  .map(([box, at]) => `${box.localName}.${box.className}: ${at.left} to ${at.right}`)"""

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Whatever a page or the browser itself wants from elsewhere has no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def executable() -> str:
    """Path of the browser: AMANA_CHROMIUM, or the system's own."""
    for name in (os.environ.get("AMANA_CHROMIUM"), "chromium", "chromium-browser"):
        path = shutil.which(name) if name else None
        if path:
            return path
    raise FileNotFoundError(
        "There is no Chromium on this machine (Debian: apt-get install chromium)."
    )


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser with an empty profile of its own, also as root."""
    # Playwright keeps an event loop in this thread, and Django would refuse its own database there.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable(),
                headless=True,
                chromium_sandbox=os.geteuid() != 0,
                args=FLAGS,
            )
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


class Screen(TypedDict):
    """How somebody sees pages: Playwright's words for it."""

    viewport: ViewportSize
    is_mobile: bool
    has_touch: bool
    color_scheme: Literal["dark", "light"]
    reduced_motion: Literal["reduce"]


@dataclass(kw_only=True)
class Visit:
    """A page and what it asked of whom."""

    page: Page
    origin: str
    screen: Screen
    javascript: bool = True
    requests: list[str] = field(default_factory=list)
    examiner: Page | None = None

    def foreign_requests(self) -> list[str]:
        """Addresses outside the node that the pages asked for; must be empty."""
        own = urlsplit(self.origin).netloc
        return [url for url in self.requests if urlsplit(url).netloc not in {own, ""}]

    def violations(self) -> list[str]:
        """WCAG 2.2 A and AA rules that the present page breaks, by axe, one line each."""
        return examine(self.page if self.javascript else self._copy_for_the_examiner())

    def wider_than_the_screen(self, selector: str) -> list[str]:
        """Which of the boxes that this finds reach over an edge of the screen."""
        size = self.page.viewport_size
        assert size is not None
        found: list[str] = self.page.locator(selector).evaluate_all(WIDER, size["width"])
        return found

    def _copy_for_the_examiner(self) -> Page:
        """Axe is a script: where scripts are off it examines a copy of the page as it stands.

        The copy is written into one document that stays open for the whole visit: styles are
        fetched and axe is read once, not at every look.
        """
        # Between two documents there is an empty one, and nobody looks at that.
        self.page.locator("body > *").first.wait_for(state="attached")
        standing, address = SCRIPTS.sub("", self.page.content()), self.page.url
        if self.examiner is None:
            self.examiner = self._examiners_context().new_page()
        if urlsplit(self.examiner.url).netloc != urlsplit(address).netloc:
            self.examiner.goto(address)
        context = self.examiner.context
        context.clear_cookies()
        context.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
        self.examiner.evaluate("address => history.replaceState(null, '', address)", address)
        self.examiner.set_content(standing)
        return self.examiner

    def _examiners_context(self) -> BrowserContext:
        """The same screen, the same colours; the page's own policy would keep axe out."""
        browser = self.page.context.browser
        assert browser is not None
        context = browser.new_context(**self.screen, bypass_csp=True)
        context.set_default_timeout(STEP)
        return context


def examine(page: Page) -> list[str]:
    """WCAG 2.2 A and AA rules that a page with scripts breaks, by axe, one line each."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(EXAMINE, WCAG)
    return found


@contextlib.contextmanager
def visit(
    browser: Browser,
    origin: str,
    *,
    locale: str = "ar",
    javascript: bool = True,
    viewport: ViewportSize = PHONE,
    scheme: str = "light",
) -> Iterator[Visit]:
    """A fresh person: no cookies, her language, her screen. `origin` is the node's address."""
    phone = viewport["width"] < 600
    screen = Screen(
        viewport=viewport,
        is_mobile=phone,
        has_touch=phone,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context = browser.new_context(
        base_url=origin,
        locale=locale,
        java_script_enabled=javascript,
        accept_downloads=True,
        **screen,
    )
    context.set_default_timeout(STEP)
    page = context.new_page()
    seen = Visit(page=page, origin=origin, screen=screen, javascript=javascript)

    def note(request: Request) -> None:
        seen.requests.append(request.url)

    context.on("request", note)
    try:
        yield seen
    finally:
        if seen.examiner is not None:
            seen.examiner.context.close()
        context.close()
