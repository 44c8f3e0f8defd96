# SPDX-License-Identifier: AGPL-3.0-or-later
"""A connection to a node that stays open, as a browser's does: cookies, redirects, one retry."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urljoin, urlsplit

from amana.cli.errors import CommandFailed

TIMEOUT: Final = 60.0
HOPS: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """`path` is where the last redirect led."""

    status: int
    body: bytes
    path: str


class Client:
    """One connection; not for several threads. `address` after the first request: our own."""

    def __init__(self, base: str) -> None:
        refused = CommandFailed(f"--node must be an address such as http://127.0.0.1:8000: {base}")
        try:
            parts = urlsplit(base)
            port = parts.port
        except ValueError:
            raise refused from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise refused
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = kind(parts.hostname, port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}
        self.address = "127.0.0.1"

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once, and once more when the connection had gone to sleep. Follows no redirect."""
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        try:
            answer = self._once(method, path, body, sent)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            answer = self._once(method, path, body, sent)
        return answer

    def follow(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask and follow redirects with GET, as a browser does after a form."""
        answer = self.request(method, path, body=body, headers=headers)
        for _ in range(HOPS):
            if answer.status not in {301, 302, 303}:
                return answer
            kept = {
                key: value
                for key, value in (headers or {}).items()
                if not key.lower().startswith("content-")
            }
            answer = self.request("GET", answer.path, headers=kept)
        raise CommandFailed(f"the node redirects without end at {answer.path}")

    def close(self) -> None:
        self._connection.close()

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = self._connection
        connection.request(method, path, body=body, headers=headers)
        if connection.sock is not None:
            self.address = connection.sock.getsockname()[0]
        response = connection.getresponse()
        content = response.read()
        for header in response.msg.get_all("Set-Cookie") or ():
            self._remember(header)
        place = response.getheader("Location")
        where = path if place is None else _path_of(urljoin(path, place))
        return Answer(response.status, content, where)

    def _remember(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
