# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls of the log to the outside: witnesses and time-stamp authorities.

Addresses are the operator's. Every call ends in time, takes a small answer only, and follows
nobody elsewhere."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
import weakref
from dataclasses import dataclass
from email.message import Message
from typing import IO, Final, cast
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 10.0
MAX_ANSWER_BYTES: Final = 64 * 1024
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK: Final = 4096


class CallFailed(Exception):
    """No answer that could be used; the text says why and names no secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status."""

    status: int
    kind: str
    body: bytes


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage | Message,
        newurl: str,
    ) -> None:
        return None


class _Ends:
    """Cuts a connection off when its time is over. The time limit of a socket begins anew with
    every byte, and who sends her headers one by one would hold us for days."""

    sock: socket.socket | None
    timeout: float | None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        # A weak reference: the clock alone keeps no connection open.
        line = weakref.ref(cast("socket.socket", self.sock))
        clock = threading.Timer(self.timeout or PATIENCE_SECONDS, _cut, (line,))
        clock.daemon = True
        clock.start()


def _cut(line: weakref.ref[socket.socket]) -> None:
    found = line()
    if found is not None:
        with contextlib.suppress(OSError):
            # Not the shutdown of TLS, which would wait for the other side.
            socket.socket.shutdown(found, socket.SHUT_RDWR)


class _Plain(_Ends, http.client.HTTPConnection):
    """One to this machine."""


class _Secured(_Ends, http.client.HTTPSConnection):
    """One to a partner."""


class _PlainCalls(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Plain, req)


class _SecuredCalls(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Secured, req)


_opener = urllib.request.build_opener(_NoRedirects, _PlainCalls, _SecuredCalls)


def check_address(url: str) -> None:
    """Raise `CallFailed` unless it is https, or http on this machine, without a password."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise CallFailed(f"{url} is no plain address")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise CallFailed(f"{url} is not https")


def post(
    url: str,
    body: bytes,
    *,
    kind: str,
    patience: float = PATIENCE_SECONDS,
    most: int = MAX_ANSWER_BYTES,
) -> Answer:
    """POST `body` and return the answer, of at most `most` bytes. Raises `CallFailed`."""
    check_address(url)
    deadline = time.monotonic() + patience
    headers = {"Content-Type": kind}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 (checked above)
    try:
        with _opener.open(request, timeout=patience) as response:
            return _answer(response.status, response, deadline, most)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error, deadline, most)
    except (OSError, http.client.HTTPException) as error:
        raise CallFailed(f"{url} does not answer: {type(error).__name__}") from error


def _answer(
    status: int,
    response: http.client.HTTPResponse | urllib.error.HTTPError,
    deadline: float,
    most: int,
) -> Answer:
    """Read in pieces, so that a server which sends a byte a second cannot hold us."""
    body = b""
    try:
        while piece := response.read1(_CHUNK):
            body += piece
            if len(body) > most:
                raise CallFailed("the answer is too long")
            if time.monotonic() > deadline:
                break
    except (OSError, http.client.HTTPException) as error:
        raise CallFailed(f"the answer broke off: {type(error).__name__}") from error
    if time.monotonic() > deadline:  # what was cut off may look like an end
        raise CallFailed("the answer takes too long")
    return Answer(status, response.headers.get_content_type(), body)
