# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two hundred people send a file in pieces at once, to a real node over HTTP (tus 1.0)."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from dataclasses import dataclass, field

from benchmarks.client import answer_of, post, run_load
from benchmarks.result import Results
from tests.support.server import Node, running_node

AT_ONCE = 200
A_REPORT = 10
PIECE = 256 * 1024
PIECES = 4
LIMIT_SECONDS = 120.0
HEADERS = "Host: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\n"


@dataclass(slots=True)
class Sent:
    """What came of it: seconds a file took, and answers that were not as wanted."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def run(results: Results) -> None:
    """One file of a megabyte each, in four pieces; then the same bytes as a plain flushed write."""
    with running_node(extra={"AMANA_LOAD_TEST": "1"}) as node:
        receipts = _receipts(node)
        asyncio.run(_all(node, receipts, 8, Sent()))
        began, sent = time.perf_counter(), Sent()
        asyncio.run(_all(node, receipts, AT_ONCE, sent))
        seconds = time.perf_counter() - began
    megabytes = AT_ONCE * PIECE * PIECES / 2**20
    disk = _plain_write()
    results.add(
        "uploads",
        "200 files at once, in pieces of 256 kB",
        megabytes / seconds,
        "MB/s",
        peer=f"flushed writes of 256 kB {disk:.0f} MB/s",
        of=disk,
    )
    ordered = sorted(sent.seconds) or [0.0]
    results.add("uploads", "a file of 1 MB, median", ordered[len(ordered) // 2], "s")
    results.add("uploads", "a file of 1 MB, slowest", ordered[-1], "s")
    results.add("uploads", "failures", len(sent.failures), "", target="0")
    for failure in sorted(set(sent.failures))[:3]:
        print(f"    failed: {failure}")


def _receipts(node: Node) -> list[str]:
    """One report for ten files."""
    body = json.dumps({"language": "ar", "category": "X1", "narrative": "A file comes."}).encode()
    load = run_load(
        lambda _: post("/api/v1/reports", body, node.port),
        port=node.port,
        at_once=4,
        count=AT_ONCE // A_REPORT,
        wanted=201,
        keep=AT_ONCE,
    )
    return [json.loads(answer)["receipt"].replace("·", "") for answer in load.bodies]


async def _all(node: Node, receipts: list[str], count: int, sent: Sent) -> None:
    content = os.urandom(PIECE)
    await asyncio.gather(
        *(_one(node, receipts[i % len(receipts)], content, sent) for i in range(count))
    )


async def _one(node: Node, receipt: str, content: bytes, sent: Sent) -> None:
    """Begin, send every piece, count a refusal as a failure."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    who = f"{HEADERS}Amana-Receipt: {receipt}\r\n"
    try:
        head = f"POST /files/ HTTP/1.1\r\n{who}Upload-Length: {PIECE * PIECES}\r\n\r\n"
        writer.write(head.encode())
        status, said, _body = await asyncio.wait_for(answer_of(reader), LIMIT_SECONDS)
        for at in range(0, PIECE * PIECES, PIECE):
            if status not in {201, 204}:
                sent.failures.append(str(status))
                return
            head = (
                f"PATCH {said['location']} HTTP/1.1\r\n{who}Upload-Offset: {at}\r\n"
                f"Content-Type: application/offset+octet-stream\r\nContent-Length: {PIECE}\r\n\r\n"
            )
            writer.write(head.encode() + content)
            status, more, _body = await asyncio.wait_for(answer_of(reader), LIMIT_SECONDS)
            said |= more
        if status != 204 or said.get("upload-offset") != str(PIECE * PIECES):
            sent.failures.append(f"{status} at {said.get('upload-offset')}")
        else:
            sent.seconds.append(time.perf_counter() - began)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        sent.failures.append(type(error).__name__)
    finally:
        writer.close()


def _plain_write() -> float:
    """MB per second of the same pieces, each written and flushed by one process."""
    content, count = os.urandom(PIECE), 200
    with tempfile.NamedTemporaryFile() as file:
        began = time.perf_counter()
        for _ in range(count):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return count * PIECE / 2**20 / (time.perf_counter() - began)
