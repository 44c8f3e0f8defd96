# SPDX-License-Identifier: AGPL-3.0-or-later
"""A virus scanner that says what a test wants, over the real protocol."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator


class FakeClamd(str):
    """Its address, such as `127.0.0.1:3310`; `seen` holds what it was given, call by call."""

    __slots__ = ("seen",)
    seen: list[bytes]


@contextlib.contextmanager
def fake_clamd(answer: bytes, *, path: str = "", hang_up_after: int = 0) -> Iterator[FakeClamd]:
    """Answers every INSTREAM with `answer`, and PING with PONG. `path`: a Unix socket instead of
    a port; `hang_up_after`: bytes after which it answers and closes."""
    server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    server.bind(path or ("127.0.0.1", 0))
    server.listen()
    address = FakeClamd(path or "127.0.0.1:{1}".format(*server.getsockname()))
    address.seen = []
    thread = threading.Thread(target=_serve, args=(server, answer, address, hang_up_after))
    thread.start()
    try:
        yield address
    finally:
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def _serve(server: socket.socket, answer: bytes, address: FakeClamd, most: int) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as asked:
            command = b"".join(iter(lambda: asked.read(1), b"\0"))
            if command == b"zPING":
                connection.sendall(b"PONG\0")
                continue
            got = b""
            while size := struct.unpack("!I", asked.read(4))[0]:
                got += asked.read(size)
                if most and len(got) >= most:
                    break
            address.seen.append(got)
            connection.sendall(answer)
