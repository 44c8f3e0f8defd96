# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser would have brought, without one; and a small site to open with a real one."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from typing import Any

from amana.evidence.capture.jail import Exchange, Raw

HTML = (
    '<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>صفحة عامة</title>'
    '<meta name="author" content="someone"><link rel="stylesheet" href="/style.css"></head><body>'
    '<h1>إعلان</h1><img src="/dot.png" alt=""><p id="late"></p>'
    "<script>fetch('/late.json').then(r => r.json())"
    ".then(d => {document.getElementById('late').textContent = d.text})</script>MORE</body></html>"
)
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
AT = "2026-11-28T16:00:00.000+00:00"


def exchange(url: str, body: bytes = b"", **changed: Any) -> Exchange:
    """One request with its answer."""
    about: dict[str, Any] = {
        "at": AT,
        "url": url,
        "method": "GET",
        "kind": "document",
        "status": 200,
        "status_text": "OK",
        "request_headers": [["accept", "*/*"]],
        "response_headers": [["content-type", "text/html; charset=utf-8"]],
        "body_missing": "",
        "ms": 12.5,
    }
    return Exchange(about | changed, body)


def raw(url: str = "https://example.org/page") -> Raw:
    """A page that loaded one picture and was refused one address."""
    found = Raw(
        views={
            "page.mhtml": b"MIME-Version: 1.0\r\n\r\n",
            "page.html": HTML.encode(),
            "page.txt": "إعلان".encode(),
            "page.png": DOT,
            "page.pdf": b"%PDF-1.4\n",
        },
        exchanges=[
            exchange(url, HTML.encode(), response_headers=[["content-encoding", "br"]]),
            exchange("https://example.org/dot.png", DOT, kind="image"),
        ],
        facts={
            "final_url": url,
            "redirects": [url],
            "title": "صفحة عامة",
            "status": 200,
            "security": None,
            "meta": {"author": "someone"},
            "cookies": 0,
            "user_agent": "Chromium",
            "started_at": AT,
            "finished_at": AT,
            "browser": "156.0",
        },
    )
    found.traffic.reached["example.org"] = "93.184.215.14"
    found.traffic.refused["tracker.lan"] = "local_name"
    return found


class _Site(http.server.BaseHTTPRequestHandler):
    more = ""

    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved") or "/")
            self.end_headers()
            return
        body, kind = {
            "/style.css": (b"h1 { color: navy }", "text/css"),
            "/dot.png": (DOT, "image/png"),
            "/late.json": (b'{"text": "later"}', "application/json"),
        }.get(self.path, (HTML.replace("MORE", self.more).encode(), "text/html"))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def site(more: str = "") -> Iterator[str]:
    """A public page on this machine, in Arabic; yields "127.0.0.1:port"."""
    handler = type("Site", (_Site,), {"more": more})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
