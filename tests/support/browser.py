# SPDX-License-Identifier: AGPL-3.0-or-later
"""The system's Chromium on a phone-sized screen, with and without JavaScript, and axe."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright

PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HTML = "text/html; charset=utf-8"
SCRIPTS = re.compile(r"<script\b.*?</script>|</?noscript>", re.DOTALL | re.IGNORECASE)
STEP = 15_000
"""Milliseconds that one step may take on a loaded machine."""

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


@dataclass(kw_only=True)
class Visit:
    """A page and what it asked of whom."""

    page: Page
    origin: str
    javascript: bool = True
    requests: list[str] = field(default_factory=list)

    def foreign_requests(self) -> list[str]:
        """Addresses outside the node that the pages asked for; must be empty."""
        own = urlsplit(self.origin).netloc
        return [url for url in self.requests if urlsplit(url).netloc not in {own, ""}]

    def violations(self) -> list[str]:
        """WCAG 2.2 A and AA rules that the present page breaks, by axe, one line each."""
        with self._page_for_the_examiner() as page:
            results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        return [
            f"{found['id']}: {found['help']}: {' | '.join(node['html'] for node in found['nodes'])}"
            for found in results.response["violations"]
        ]

    @contextlib.contextmanager
    def _page_for_the_examiner(self) -> Iterator[Page]:
        """Axe is a script: where scripts are off it examines a copy of the page as it stands."""
        if self.javascript:
            yield self.page
            return
        # Between two documents there is an empty one, and nobody looks at that.
        self.page.locator("body > *").first.wait_for(state="attached")
        standing = SCRIPTS.sub("", self.page.content())
        browser = self.page.context.browser
        assert browser is not None
        context = browser.new_context(
            storage_state=self.page.context.storage_state(),
            viewport=self.page.viewport_size,
            reduced_motion="reduce",
        )
        try:
            page = context.new_page()
            page.route(self.page.url, lambda route: route.fulfill(body=standing, content_type=HTML))
            page.goto(self.page.url)
            yield page
        finally:
            context.close()


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
    context = browser.new_context(
        base_url=origin,
        locale=locale,
        java_script_enabled=javascript,
        viewport=viewport,
        is_mobile=viewport["width"] < 600,
        has_touch=viewport["width"] < 600,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(STEP)
    page = context.new_page()
    seen = Visit(page=page, origin=origin, javascript=javascript)

    def note(request: Request) -> None:
        seen.requests.append(request.url)

    context.on("request", note)
    try:
        yield seen
    finally:
        context.close()
