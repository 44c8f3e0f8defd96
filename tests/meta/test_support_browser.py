# SPDX-License-Identifier: AGPL-3.0-or-later
"""The browser that the tests drive is what they think it is."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import DESKTOP, visit

PAGE = """<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>صفحة</title>
<main><h1>أمانة</h1><p id="script">بلا</p><img src="/x.png" {alt}>
<img src="https://elsewhere.example/pixel.png" alt=""></main>
<script>document.getElementById('script').textContent = 'مع';</script></html>"""


@contextlib.contextmanager
def site(body: str) -> Iterator[str]:
    """The address of a server that answers every request with one page."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("X-Asked-For", self.headers.get("Accept-Language", ""))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.mark.browser
@pytest.mark.parametrize(("javascript", "shown"), [(False, "بلا"), (True, "مع")])
def test_javascript_is_off_when_asked(chromium: Browser, javascript: bool, shown: str) -> None:
    with (
        site(PAGE.format(alt="alt=x")) as origin,
        visit(chromium, origin, javascript=javascript) as seen,
    ):
        seen.page.goto("/")
        assert seen.page.locator("#script").inner_text() == shown


@pytest.mark.browser
def test_the_person_has_her_language_and_a_phone(chromium: Browser) -> None:
    with site(PAGE.format(alt="alt=x")) as origin, visit(chromium, origin, locale="ur") as seen:
        answer = seen.page.goto("/")
        assert answer is not None
        assert answer.headers["x-asked-for"].startswith("ur")
        assert seen.page.viewport_size == {"width": 360, "height": 740}


@pytest.mark.browser
def test_a_request_to_another_machine_is_noticed_and_goes_nowhere(chromium: Browser) -> None:
    with (
        site(PAGE.format(alt="alt=x")) as origin,
        visit(chromium, origin, viewport=DESKTOP) as seen,
    ):
        seen.page.goto("/")
        assert seen.foreign_requests() == ["https://elsewhere.example/pixel.png"]


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_axe_finds_a_picture_without_words(chromium: Browser, javascript: bool) -> None:
    with (
        site(PAGE.format(alt="")) as origin,
        visit(chromium, origin, javascript=javascript) as seen,
    ):
        seen.page.goto("/")
        assert [line for line in seen.violations() if line.startswith("image-alt")]
    with (
        site(PAGE.format(alt='alt="x"')) as origin,
        visit(chromium, origin, javascript=javascript) as seen,
    ):
        seen.page.goto("/")
        assert not [line for line in seen.violations() if line.startswith("image-alt")]


DIM = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width">
<style>@media (prefers-color-scheme: dark) {{ main {{ background: #111; color: #222 }} }}</style>
<main><h1>Words</h1><p style="width: {width}">Somebody reads this.</p>
<p hidden style="width: 9999px">Nobody reads this.</p></main></html>"""


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_axe_sees_the_colours_that_the_person_sees(chromium: Browser, javascript: bool) -> None:
    found = {}
    for scheme in ("light", "dark"):
        with (
            site(DIM.format(width="auto")) as origin,
            visit(chromium, origin, javascript=javascript, scheme=scheme) as seen,
        ):
            seen.page.goto("/")
            found[scheme] = [line.partition(":")[0] for line in seen.violations()]
    assert found == {"light": [], "dark": ["color-contrast"]}


@pytest.mark.browser
def test_the_examiner_looks_at_each_page_as_it_stands_now(chromium: Browser) -> None:
    """Her copies are written over one another: nothing of the one before may stay."""
    with (
        site(PAGE.format(alt="")) as bad,
        site(PAGE.format(alt="alt=x")) as good,
        visit(chromium, bad, javascript=False) as seen,
    ):
        for address, expected in ((bad, True), (f"{bad}/again", True), (good, False), (bad, True)):
            seen.page.goto(address)
            found = [line for line in seen.violations() if line.startswith("image-alt")]
            assert bool(found) is expected, address


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_a_box_that_reaches_over_the_edge_is_named(chromium: Browser, javascript: bool) -> None:
    found = {}
    for width in ("auto", "800px"):
        with (
            site(DIM.format(width=width)) as origin,
            visit(chromium, origin, javascript=javascript) as seen,
        ):
            seen.page.goto("/")
            found[width] = [box.partition(".")[0] for box in seen.wider_than_the_screen("main, p")]
    assert found == {"auto": [], "800px": ["p"]}
