# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way out of the browser: a small proxy on the loopback address.

The browser resolves no name and opens no connection but to here. Every connection (the page, what
it loads, where it redirects to) passes the fence; it goes to the address that was checked. What
was reached and what was refused is kept for the record of the capture.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from amana.evidence.capture.fence import PORTS, Fence, Fenced, Target

MAX_HEAD: Final = 64 * 1024
CONNECT_SECONDS: Final = 15.0
IDLE_SECONDS: Final = 30.0
CHUNK: Final = 64 * 1024
MOST_AT_ONCE: Final = 64
_DROPPED: Final = (b"proxy-", b"connection:", b"keep-alive:", b"upgrade:")


@dataclass
class Traffic:
    """What went through: `reached` host → address, `refused` host → why, bytes that came in."""

    reached: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    received: int = 0


class Proxy:
    """Use it as a context; `address` is "127.0.0.1:port". After `limit` bytes that came in, or
    `seconds`, nothing goes through any more. The browser's own request for a certificate status or
    an update meets the same fence."""

    def __init__(self, fence: Fence, *, limit: int, seconds: float) -> None:
        self.traffic = Traffic()
        self._fence, self._limit = fence, limit
        self._until = time.monotonic() + seconds
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._closing = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing = True
        # A closed socket does not wake `accept`; a last connection does.
        with contextlib.suppress(OSError):
            socket.create_connection(self._server.getsockname(), timeout=1).close()
        self._server.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            if self._closing or not self._places.acquire(blocking=False):
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client, contextlib.suppress(OSError, ValueError):
                client.settimeout(IDLE_SECONDS)
                self._answer(client)
        finally:
            self._places.release()

    def _answer(self, client: socket.socket) -> None:
        head, rest = _read_head(client)
        method, _, tail = head.partition(b" ")
        wanted = tail.partition(b" ")[0].decode("latin-1")
        host, port, onward = _asked(method, wanted, head)
        try:
            target = self._admit(host, port)
            server = socket.create_connection((target.address, target.port), CONNECT_SECONDS)
        except Fenced as refused:
            with self._lock:
                self.traffic.refused[host[:200] or "?"] = refused.why
            client.sendall(_empty(b"403 Forbidden"))
            return
        except OSError:
            client.sendall(_empty(b"502 Bad Gateway"))
            return
        with server:
            if onward:
                server.sendall(onward + rest)
            else:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                server.sendall(rest)
            self._splice(client, server)

    def _admit(self, host: str, port: int) -> Target:
        target = self._fence.target(host, port)
        with self._lock:
            self.traffic.reached[target.host] = target.address
        return target

    def _splice(self, client: socket.socket, server: socket.socket) -> None:
        pairs = {client: server, server: client}
        while time.monotonic() < self._until and not self._closing:
            ready, _, _ = select.select(list(pairs), [], [], 1.0)
            for source in ready:
                data = source.recv(CHUNK)
                if not data or not self._counted(source is server, len(data)):
                    return
                pairs[source].sendall(data)

    def _counted(self, incoming: bool, size: int) -> bool:
        with self._lock:
            self.traffic.received += size if incoming else 0
            return self.traffic.received <= self._limit


def _empty(status: bytes) -> bytes:
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request and what came after it. Raises `ValueError` for one without an end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(CHUNK)
        data += more
        if not more or len(data) > MAX_HEAD:
            raise ValueError("a head without an end")
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _asked(method: bytes, wanted: str, head: bytes) -> tuple[str, int, bytes]:
    """Host and port, and the head as the server gets it (empty for a tunnel). What
    cannot be read has no host, and the fence refuses that."""
    if method == b"CONNECT":
        parts = urlsplit(f"//{wanted}")
        try:
            return parts.hostname or "", parts.port or 443, b""
        except ValueError:
            return "", 443, b""
    parts = urlsplit(wanted)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = head.split(b"\r\n")[1:]
    kept = [line for line in lines if not line.lower().startswith(_DROPPED)]
    first = method + b" " + path.encode("latin-1") + b" HTTP/1.1"
    onward = b"\r\n".join([first, *kept, b"Connection: close", b"", b""])
    try:
        port = parts.port or PORTS.get(parts.scheme, 80)
    except ValueError:
        port = 0
    return parts.hostname or "", port, onward
