# SPDX-License-Identifier: AGPL-3.0-or-later
"""A browser without JavaScript over real HTTP: cookies, redirects, forms, files."""

from __future__ import annotations

import re
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit

MOST_PAGES = 90
QUESTION = re.compile(r"/[qc]/[0-9]{10}/")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
GROUP = re.compile(r'class="nowrap">(\d{4})<')


@dataclass
class Walker:
    """`path` and `html` are of the page it stands on."""

    url: str
    language: str = "en"
    path: str = "/"
    html: str = ""
    code: int = 0
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Walker:
        return self._go(urllib.request.Request(self.url + path))

    def post(self, fields: dict[str, str], path: str = "") -> Walker:
        """Send the form of the present page."""
        body = urlencode({**self._token(), **fields}).encode()
        return self._go(urllib.request.Request(self.url + (path or self.path), data=body))

    def upload(self, fields: dict[str, str], *, name: str, filename: str, data: bytes) -> Walker:
        """Send the form of the present page with a file."""
        boundary = secrets.token_hex(16)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in {**self._token(), **fields}.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{filename}"\r\nContent-Type: image/png\r\n\r\n'
        )
        body = "".join(parts).encode() + data + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._go(urllib.request.Request(self.url + self.path, data=body, headers=kind))

    def to_question(self, name: str, told: dict[str, str] | None = None) -> Walker:
        """Answer from `told` or skip, until a question with this field is asked."""
        for _ in range(MOST_PAGES):
            if f'name="{name}"' in self.html:
                return self
            if not QUESTION.fullmatch(self.path):
                break
            self._answer(told or {})
        raise AssertionError(f"{name} was not asked; at {self.path}")

    def to_check(self, told: dict[str, str] | None = None) -> Walker:
        """Through the rest of the questions to the page where answers are checked."""
        for _ in range(MOST_PAGES):
            if not QUESTION.fullmatch(self.path):
                break
            self._answer(told or {})
        assert self.path == "/check/", self.path
        return self

    def receipt(self) -> str:
        """The code that the page shows."""
        return " ".join(GROUP.findall(self.html))

    def _answer(self, told: dict[str, str]) -> None:
        onward = re.search(r'rel="next" href="([^"]+)"', self.html)
        if onward:
            self.get(onward[1])
            return
        known = {key: value for key, value in told.items() if f'name="{key}"' in self.html}
        before = self.path
        if "multipart" in self.html:
            self.upload(known or {"_skip": "1"}, name="unused", filename="", data=b"")
        else:
            self.post(known or {"_skip": "1"})
        assert self.path != before, f"stuck at {re.findall('<h1>(.*?)</h1>', self.html)}"

    def _token(self) -> dict[str, str]:
        found = TOKEN.search(self.html)
        return {"csrfmiddlewaretoken": found[1]} if found else {}

    def _go(self, request: urllib.request.Request) -> Walker:
        request.add_header("Accept-Language", self.language)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            answer: HTTPResponse = opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error  # type: ignore[assignment]
        with answer:
            self.html = answer.read().decode()
            self.code = answer.status
            self.path = urlsplit(answer.geturl()).path
        return self
