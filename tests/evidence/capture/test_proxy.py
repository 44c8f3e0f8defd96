# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way out of the browser: what passes, what is refused, and what is written down of it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from amana.evidence.capture.fence import Fence
from amana.evidence.capture.proxy import MAX_HEAD, Proxy
from tests.evidence.capture.builders import site


@pytest.fixture
def place() -> Iterator[str]:
    with site() as found:
        yield found


def asked(proxy: Proxy, *sent: bytes) -> bytes:
    """All that comes back for these bytes."""
    host, port = proxy.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        for part in sent:
            line.sendall(part)
        answer = b""
        while more := line.recv(65536):
            answer += more
    return answer


def through(place: str, *, limit: int = 10**6, seconds: float = 20) -> Proxy:
    return Proxy(Fence(laboratory={place}), limit=limit, seconds=seconds)


def test_a_page_comes_through_and_the_address_is_written_down(place: str) -> None:
    with through(place) as proxy:
        answer = asked(
            proxy, f"GET http://{place}/dot.png HTTP/1.1\r\nHost: {place}\r\n\r\n".encode()
        )
    assert answer.startswith(b"HTTP/1.0 200")
    assert proxy.traffic.reached == {"127.0.0.1": "127.0.0.1"}
    assert proxy.traffic.received == len(answer)


def test_a_tunnel_is_opened_to_the_checked_address(place: str) -> None:
    with through(place) as proxy:
        answer = asked(
            proxy,
            f"CONNECT {place} HTTP/1.1\r\n\r\nGET /dot.png HTTP/1.0\r\n\r\n".encode(),
        )
    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.0 200")


@pytest.mark.parametrize(
    "wanted",
    [
        b"CONNECT 10.0.0.1:443 HTTP/1.1",
        b"CONNECT localhost:443 HTTP/1.1",
        b"CONNECT [::1]:443 HTTP/1.1",
        b"CONNECT 93.184.215.14:22 HTTP/1.1",
        b"CONNECT update.googleapis.com:443 HTTP/1.1",
        b"CONNECT x:99999 HTTP/1.1",
        b"GET http://169.254.169.254/latest/ HTTP/1.1",
        b"GET http://127.0.0.1:1/ HTTP/1.1",
        b"GET /admin HTTP/1.1",
        b"GET ftp://example.org/ HTTP/1.1",
        b"\xff\xfe \x00 HTTP/1.1",
    ],
)
def test_what_is_not_public_is_refused_and_written_down(place: str, wanted: bytes) -> None:
    with through(place) as proxy:
        answer = asked(proxy, wanted + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403")
    assert len(proxy.traffic.refused) == 1
    assert proxy.traffic.reached == {}


def test_a_place_that_does_not_answer_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        place = f"127.0.0.1:{closed.getsockname()[1]}"
    with through(place) as proxy:
        assert asked(proxy, f"CONNECT {place} HTTP/1.1\r\n\r\n".encode()).startswith(
            b"HTTP/1.1 502"
        )


def test_after_so_many_bytes_nothing_comes_any_more(place: str) -> None:
    with through(place, limit=10) as proxy:
        assert len(asked(proxy, f"GET http://{place}/ HTTP/1.1\r\n\r\n".encode())) == 0


def test_after_the_time_is_over_nothing_goes_through(place: str) -> None:
    with through(place, seconds=0) as proxy:
        assert asked(proxy, f"GET http://{place}/ HTTP/1.1\r\n\r\n".encode()) == b""


def test_a_head_without_an_end_is_dropped(place: str) -> None:
    with through(place) as proxy, contextlib.suppress(ConnectionResetError):
        assert asked(proxy, b"GET http://x/ HTTP/1.1\r\nA: ", b"b" * (MAX_HEAD + 1)) == b""
    assert proxy.traffic.reached == {}


def test_what_is_for_the_proxy_alone_does_not_go_on(place: str) -> None:
    from amana.evidence.capture.proxy import _asked

    head = (
        b"GET http://h/p?q HTTP/1.1\r\nHost: h\r\nProxy-Authorization: x\r\nConnection: keep-alive"
    )
    host, port, onward = _asked(b"GET", "http://h/p?q", head)
    assert (host, port) == ("h", 80)
    assert onward == b"GET /p?q HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
