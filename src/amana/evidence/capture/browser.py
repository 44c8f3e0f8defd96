# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program in the jail: opens one page and writes what came to standard output, in frames.

Run as `python -m amana.evidence.capture.browser`; reads one JSON object (`Order`) from standard
input. It knows nothing of the node: no settings, no keys, no database. Frames: a line of JSON
with `name` and `size`, then so many bytes; the last one is `done` (or `failed`, with the reason).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Error,
    Page,
    Response,
    sync_playwright,
)

VIEW: Final = {"width": 1280, "height": 900}
MAX_HEIGHT: Final = 20_000
MAX_SCREENS: Final = 20
MAX_BODY: Final = 25 * 1024 * 1024
MAX_ALL: Final = 100 * 1024 * 1024
MAX_RESPONSES: Final = 500
SETTLE_MS: Final = 4000

FLAGS: Final = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--disable-breakpad", "--disable-crash-reporter", "--no-pings",
    "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--disable-features=DialMediaRouteProvider,OptimizationHints,AutofillServerCommunication",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disk-cache-size=1",
    "--media-cache-size=1",
    # Nothing is resolved or reached but through the proxy, the loopback address neither.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--proxy-bypass-list=<-loopback>",
]  # fmt: skip


def limit_self() -> None:
    """Bounds that the browser's processes inherit: time, size of files, no picture of memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (180, 190))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024 * 1024,) * 2)
    os.umask(0o077)


def emit(name: str, content: bytes) -> None:
    """Write one frame."""
    out = sys.stdout.buffer
    out.write(json.dumps({"name": name, "size": len(content)}).encode() + b"\n" + content)
    out.flush()


class Collected:
    """Responses in the order in which they came, with what can be known of each."""

    def __init__(self) -> None:
        self.responses: list[tuple[str, Response]] = []

    def note(self, response: Response) -> None:
        if len(self.responses) < MAX_RESPONSES:
            self.responses.append((_now(), response))

    def exchanges(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Each exchange with its decoded body; a body that is gone or too large is empty and said
        so. Bodies are as the browser decoded them: the archive names that."""
        left = MAX_ALL
        for at, response in self.responses:
            body, why = _body(response, min(MAX_BODY, left))
            left -= len(body)
            request = response.request
            yield (
                {
                    "at": at,
                    "url": response.url,
                    "method": request.method,
                    "kind": request.resource_type,
                    "status": response.status,
                    "status_text": response.status_text,
                    "request_headers": _headers(request),
                    "response_headers": _headers(response),
                    "body_missing": why,
                    "ms": max(0.0, float(request.timing.get("responseEnd", 0.0) or 0.0)),
                },
                body,
            )


def capture(order: dict[str, Any]) -> None:
    """Open the page of the order and emit everything."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=order["program"],
            headless=True,
            chromium_sandbox=os.geteuid() != 0,
            proxy={"server": f"http://{order['proxy']}"},
            args=FLAGS,
        )
        try:
            _visit(browser, order)
        finally:
            browser.close()


def _visit(browser: Browser, order: dict[str, Any]) -> None:
    context = browser.new_context(
        viewport=VIEW,  # type: ignore[arg-type]
        locale=order["locale"],
        timezone_id=order["timezone"],
        accept_downloads=False,
        service_workers="block",
        reduced_motion="reduce",
    )
    context.set_default_timeout(order["seconds"] * 1000)
    page, collected = context.new_page(), Collected()
    page.on("response", collected.note)
    page.on("dialog", lambda dialog: dialog.dismiss())
    started = _now()
    response = page.goto(order["url"], wait_until="load")
    if response is None:
        raise Error("the page gave no answer")
    _settle(page)
    seen = {"started_at": started, "browser": browser.version}
    _emit_views(page, context)
    _emit_exchanges(collected)
    emit("facts", _json(seen | _facts(page, context, response)))


def _settle(page: Page) -> None:
    """Wait until little moves, and go down the page once, so that late pictures are there."""
    with contextlib.suppress(Error):
        page.wait_for_load_state("networkidle", timeout=SETTLE_MS)
    for screen in range(1, MAX_SCREENS):
        height = int(page.evaluate("document.documentElement.scrollHeight") or 0)
        if screen * VIEW["height"] >= min(height, MAX_HEIGHT):
            break
        page.evaluate(f"window.scrollTo(0, {screen * VIEW['height']})")
        page.wait_for_timeout(150)
    page.evaluate("window.scrollTo(0, 0)")
    with contextlib.suppress(Error):
        page.wait_for_load_state("networkidle", timeout=SETTLE_MS)


def _emit_views(page: Page, context: BrowserContext) -> None:
    session = context.new_cdp_session(page)
    emit("page.mhtml", str(session.send("Page.captureSnapshot")["data"]).encode())
    emit("page.html", page.content().encode())
    emit("page.txt", str(page.evaluate("document.body ? document.body.innerText : ''")).encode())
    height = int(page.evaluate("document.documentElement.scrollHeight") or VIEW["height"])
    if height > MAX_HEIGHT:
        page.set_viewport_size({"width": VIEW["width"], "height": MAX_HEIGHT})
    emit("page.png", page.screenshot(full_page=height <= MAX_HEIGHT, animations="disabled"))
    emit("page.pdf", page.pdf(print_background=True))
    _emit_certificate(page, session)


def _emit_certificate(page: Page, session: CDPSession) -> None:
    """The chain that the server showed on this very connection, as the browser keeps it."""
    if page.url.startswith("https:"):
        origin = "/".join(page.url.split("/")[:3])
        with contextlib.suppress(Error):
            found = session.send("Network.getCertificate", {"origin": origin})
            emit("certificates", _json(found["tableNames"]))


def _emit_exchanges(collected: Collected) -> None:
    for about, body in collected.exchanges():
        emit("exchange", _json(about))
        emit("body", body)


def _facts(page: Page, context: BrowserContext, response: Response) -> dict[str, Any]:
    security: dict[str, Any] | None = None
    with contextlib.suppress(Error):
        security = dict(response.security_details() or {})
    chain, request = [response.request.url], response.request
    while request.redirected_from is not None:
        request = request.redirected_from
        chain.append(request.url)
    return {
        "final_url": page.url,
        "redirects": chain[::-1],
        "title": page.title()[:500],
        "status": response.status,
        "security": security,
        "meta": _meta(page),
        "cookies": len(context.cookies()),
        "user_agent": page.evaluate("navigator.userAgent"),
        "finished_at": _now(),
    }


def _meta(page: Page) -> dict[str, str]:
    """What the page says of itself in its head: at most fifty fields, each cut at 500 signs."""
    found = page.evaluate(
        "[...document.querySelectorAll('meta[content]')].slice(0, 50).map(m => "
        "[m.name || m.getAttribute('property') || m.httpEquiv || '', m.content])"
    )
    return {str(name)[:100]: str(content)[:500] for name, content in found if name}


def _body(response: Response, limit: int) -> tuple[bytes, str]:
    if 300 <= response.status < 400:
        return b"", "a redirect"
    try:
        body = response.body()
    except Error:
        return b"", "the browser no longer had it"
    return (body, "") if len(body) <= limit else (b"", f"larger than {limit} bytes")


def _headers(message: Any) -> list[list[str]]:
    try:
        return [[row["name"], row["value"]] for row in message.headers_array()]
    except Error:
        return [[name, value] for name, value in message.headers.items()]


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def main() -> int:
    """Read the order, capture, say how it ended."""
    limit_self()
    order = json.loads(sys.stdin.buffer.read(64 * 1024))
    try:
        capture(order)
    except Error as error:
        emit("failed", str(error).splitlines()[0][:300].encode())
        return 1
    emit("done", b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
