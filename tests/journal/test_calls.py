# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls to partners and authorities end in time, whatever the other side does."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat

import pytest

from amana.journal.calls import CallFailed, post

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@contextmanager
def dripping(pieces: Iterator[bytes]) -> Iterator[str]:
    """A server that answers one connection with these pieces, one every few milliseconds."""
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            line, _ = server.accept()
            with line:
                line.recv(65536)
                for piece in pieces:
                    if over.wait(0.02):
                        return
                    line.sendall(piece)

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
    finally:
        over.set()
        server.close()
        thread.join(10)


def test_an_answer_comes_back_whole() -> None:
    with dripping(iter([HEAD, b"Content-Length: 2\r\n\r\n", b"ok"])) as url:
        answer = post(url, b"?", kind="text/plain", patience=10)
    assert (answer.status, answer.kind, answer.body) == (200, "text/plain", b"ok")


@pytest.mark.parametrize("without_end", [b"a", b"X-A: b\r\n"], ids=["one line", "many lines"])
def test_who_never_ends_her_headers_is_cut_off(without_end: bytes) -> None:
    began = time.monotonic()
    with (
        dripping(chain([HEAD], repeat(without_end, 2000))) as url,
        pytest.raises(CallFailed),
    ):
        post(url, b"?", kind="text/plain", patience=0.5)
    assert time.monotonic() - began < 20
