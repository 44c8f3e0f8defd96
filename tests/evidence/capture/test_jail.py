# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real browser in its jail, on a page of this machine: what comes out, and what never gets in."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route
from warcio.archiveiterator import ArchiveIterator

from amana.evidence.capture import archive, jail, packing
from amana.evidence.capture.fence import Fence, Fenced
from amana.evidence.capture.jail import CaptureFailed, NoBrowser, Raw
from tests.evidence.capture.builders import DOT, site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("capture")]
INSIDE = '<img src="http://10.0.0.1/x.png"><script>fetch("http://router.lan/secret")</script>'


def opened(place: str, path: str = "/") -> Raw:
    return jail.run(f"http://{place}{path}", fence=Fence(laboratory={place}), locale="ar")


def test_an_arabic_page_is_captured_whole_and_replays_from_its_archive(chromium: Browser) -> None:
    """Picture, text with what scripts added, web archive, and the way that led to the page."""
    with site(INSIDE) as place:
        raw = opened(place, "/moved/")
    assert raw.views["page.png"].startswith(b"\x89PNG")
    assert raw.views["page.pdf"].startswith(b"%PDF")
    text = raw.views["page.txt"].decode()
    assert "إعلان" in text
    assert "later" in text, "what a script fetched stands in the text"
    found = packing.files_of(raw, asked=f"http://{place}/moved/", collector="investigator x")
    said = json.loads(found.files[packing.RECORD])
    assert said["title"] == "صفحة عامة"
    assert said["redirects"] == [f"http://{place}/"]
    assert said["server_address"] == "127.0.0.1"
    assert said["refused"] == {"10.0.0.1": "not_public", "router.lan": "local_name"} | {
        host: why for host, why in said["refused"].items() if host.endswith(".com")
    }
    replays(chromium, found, f"http://{place}/")


def replays(browser: Browser, found: packing.Captured, url: str) -> None:
    """The page is shown again from the bytes of the archive alone, with no network at all."""
    kept = {}
    for record in ArchiveIterator(io.BytesIO(found.files[archive.WARC])):
        if record.rec_type == "response":
            head = record.http_headers
            target = record.rec_headers.get_header("WARC-Target-URI")
            status = int(head.get_statuscode())
            kept[target] = (status, dict(head.headers), record.content_stream().read())
    assert kept[f"{url}dot.png"][2] == DOT

    def answer(route: Route) -> None:
        status, headers, body = kept.get(route.request.url, (404, {}, b""))
        route.fulfill(status=status, headers=headers, body=body)

    context = browser.new_context(offline=True)
    try:
        page = context.new_page()
        page.route("**/*", answer)
        page.goto(url)
        page.wait_for_function("document.getElementById('late').textContent === 'later'")
        assert page.inner_text("h1") == "إعلان"
        color = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert color == "rgb(0, 0, 128)", "its style came out of the archive too"
    finally:
        context.close()


def test_the_snapshot_opens_by_itself_from_a_file(chromium: Browser, tmp_path: Path) -> None:
    with site() as place:
        raw = opened(place)
    path = tmp_path / "page.mhtml"
    path.write_bytes(raw.views["page.mhtml"])
    context = chromium.new_context(offline=True)
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.inner_text("h1") == "إعلان"
    finally:
        context.close()


@pytest.mark.parametrize(
    "lead", ["/moved/http://10.0.0.1/", "/moved/file:///etc/passwd", "/moved/http://localhost/"]
)
def test_a_redirect_inside_ends_the_capture(lead: str) -> None:
    with site() as place:
        target = lead.removeprefix("/moved/")
        with pytest.raises(CaptureFailed):
            jail.run(f"http://{place}/moved{target}", fence=Fence(laboratory={place}), locale="en")


def test_a_page_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(jail, "PAGE_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(CaptureFailed):
            opened(place)
    assert time.monotonic() - began < jail.WHOLE_SECONDS


def test_a_browser_that_hangs_is_ended_with_all_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever holds it up: after its time the whole group is gone, and so is its folder."""
    stuck = tmp_path / "stuck"
    stuck.write_text("#!/bin/sh\nsleep 300 & echo $! > " + str(tmp_path / "child") + "\nwait\n")
    stuck.chmod(0o755)
    monkeypatch.setattr(jail, "program", lambda: str(stuck))
    monkeypatch.setattr(jail, "WHOLE_SECONDS", 6)
    with site() as place, pytest.raises(CaptureFailed):
        opened(place)
    child = Path("/proc") / (tmp_path / "child").read_text().strip()
    state = (child / "stat").read_text().rsplit(")", 1)[1].split()[0] if child.exists() else "X"
    assert state in {"X", "Z"}, "what is left is at most waiting to be collected"
    assert not list(jail.MEMORY.glob("amana-capture-*"))


def test_an_address_that_is_fenced_starts_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "_collect", lambda *_: pytest.fail("a browser was started"))
    with pytest.raises(Fenced):
        jail.run("http://169.254.169.254/", fence=Fence())


def test_without_a_browser_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "program", lambda: "")
    with pytest.raises(NoBrowser, match="apt-get install chromium"):
        jail.run("http://93.184.215.14/", fence=Fence())


@pytest.mark.parametrize(
    "stream",
    [b"", b"not json\n", b'{"name": "x"}\n', b'{"name": "x", "size": -1}\n',
     b'{"name": "x", "size": 9}\nab',
     b'{"name": "x", "size": 999999999999}\n', b"[]\n", b'{"name": "x", "size": "many"}\n'],
)  # fmt: skip
def test_an_answer_in_no_known_form_is_a_failure_and_no_capture(stream: bytes) -> None:
    with pytest.raises(CaptureFailed):
        jail._read(io.BytesIO(stream))
