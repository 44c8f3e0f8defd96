# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small HTTP client for loads on the node of this machine.

It shares the two cores with the server, so it does as little as it can. Bounded in count and time,
and it speaks to loopback only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

REQUEST_LIMIT = 20.0


@dataclass(slots=True)
class Load:
    """What came of a load: seconds taken, latencies in ms, answers that were not as wanted."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        if not ordered:
            return 0.0
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def post(path: str, body: bytes, port: int) -> bytes:
    """The bytes of one request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run_load(
    make: Callable[[int], bytes], *, port: int, at_once: int, count: int, wanted: int, keep: int = 0
) -> Load:
    """Send `count` requests over `at_once` connections that stay open; `make(i)` gives the i-th."""
    return asyncio.run(_run(make, port, at_once, count, wanted, keep))


async def _run(
    make: Callable[[int], bytes], port: int, at_once: int, count: int, wanted: int, keep: int
) -> Load:
    load, numbers = Load(), iter(range(count))
    started = time.perf_counter()
    await asyncio.gather(
        *(_connection(make, port, numbers, wanted, load, keep) for _ in range(at_once))
    )
    load.seconds = time.perf_counter() - started
    return load


async def _connection(
    make: Callable[[int], bytes],
    port: int,
    numbers: Iterator[int],
    wanted: int,
    load: Load,
    keep: int,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number in numbers:
            request = make(number)
            began = time.perf_counter()
            try:
                writer.write(request)
                status, body = await asyncio.wait_for(_answer(reader), REQUEST_LIMIT)
            except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
                load.failures.append(type(error).__name__)
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                continue
            if status != wanted:
                load.failures.append(f"{status}: {body[:200]!r}")
                continue
            load.latencies.append((time.perf_counter() - began) * 1000)
            if len(load.bodies) < keep:
                load.bodies.append(body)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    status, _headers, body = await answer_of(reader)
    return status, body


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by their names in small letters, and body of the next answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.splitlines()
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = await _chunked(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(first.split(" ", 2)[1]), headers, body


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readline()
    return b"".join(parts)
