# SPDX-License-Identifier: AGPL-3.0-or-later
"""A running node takes files in pieces: from a client of others (tuspy), over connections that are
cut, and across a kill -9."""

from __future__ import annotations

import io
import random
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from tests.processes.clients import file_report
from tests.processes.homes import rows
from tests.processes.plaintext import search
from tests.support.server import Node, running_node, start_node

pytestmark = pytest.mark.processes
MEBIBYTE = 1024 * 1024
CANARY = "CANARY-IN-PIECES"
LOAD_TEST = {"AMANA_LOAD_TEST": "1"}


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node(extra=LOAD_TEST) as running:
        yield running


def receipt(node: Node) -> dict[str, str]:
    """The headers of somebody who has just filed."""
    status, answer = file_report(node.url, random.Random().randbytes(24).hex())
    assert status == 201
    return {"Amana-Receipt": str(answer["receipt"]).replace("·", ""), "Tus-Resumable": "1.0.0"}


def ask(node: Node, method: str, where: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(node.url + where, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers)


def offset(node: Node, where: str, headers: dict[str, str]) -> int:
    status, said = ask(node, "HEAD", where, headers)
    assert status == 200
    return int({name.lower(): value for name, value in said.items()}["upload-offset"])


def begin(node: Node, headers: dict[str, str], length: int) -> str:
    status, said = ask(node, "POST", "/files/", {**headers, "Upload-Length": str(length)})
    assert status == 201
    return {name.lower(): value for name, value in said.items()}["location"]


def patch_head(where: str, headers: dict[str, str], at: int, length: int) -> bytes:
    said = {
        "Host": "127.0.0.1",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": str(at),
        "Content-Length": str(length),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"PATCH {where} HTTP/1.1\r\n{lines}\r\n".encode("latin-1", "replace")


def send_and_cut(
    node: Node, where: str, headers: dict[str, str], at: int, rest: bytes, sent: int
) -> None:
    """Announce all that is missing, send a part of it, and break the connection."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=30) as connection:
        connection.sendall(patch_head(where, headers, at, len(rest)))
        connection.sendall(rest[:sent])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def settled(node: Node, where: str, headers: dict[str, str]) -> int:
    """How far the upload is once the node has noticed that nobody sends any more."""
    seen, same = -1, 0
    end = time.monotonic() + 20
    while same < 3 and time.monotonic() < end:
        now = offset(node, where, headers)
        seen, same = now, same + 1 if now == seen else 0
        threading.Event().wait(0.05)
    return seen


def items(home: Path) -> int:
    ((count,),) = rows(home, "SELECT count(*) FROM evidence_evidenceitem")
    assert isinstance(count, int)
    return count


def test_tuspy_sends_a_file_in_chunks(node: Node) -> None:
    before = items(node.home)
    headers = receipt(node)
    client = TusClient(f"{node.url}/files/", headers=headers)
    uploader = client.uploader(
        file_stream=io.BytesIO(random.Random(1).randbytes(700_001)),
        chunk_size=100_000,
        metadata={"filename": "محادثة.png", "filetype": "image/png"},
    )
    uploader.upload()
    assert uploader.offset == 700_001
    assert items(node.home) == before + 1


def test_tuspy_goes_on_where_it_stopped(node: Node) -> None:
    headers = receipt(node)
    client = TusClient(f"{node.url}/files/", headers=headers)
    stream = io.BytesIO(random.Random(2).randbytes(500_000))
    first = client.uploader(file_stream=stream, chunk_size=120_000)
    first.upload(stop_at=240_000)
    second = client.uploader(file_stream=stream, chunk_size=90_000, url=first.url)
    assert second.offset == 240_000
    second.upload()
    assert second.offset == 500_000


class Huge(io.BytesIO):
    """A stream that is said to be larger than a file may be."""

    def tell(self) -> int:
        return 26 * MEBIBYTE


def test_tuspy_is_told_what_may_not_be(node: Node) -> None:
    client = TusClient(f"{node.url}/files/", headers=receipt(node))
    with pytest.raises(TusCommunicationError) as caught:
        client.uploader(file_stream=Huge(), chunk_size=MEBIBYTE).upload()
    assert caught.value.status_code == 413


def test_a_connection_cut_anywhere_loses_nothing_that_was_acknowledged(node: Node) -> None:
    headers, draw = receipt(node), random.Random()
    content = draw.randbytes(9 * MEBIBYTE)
    where = begin(node, headers, len(content))
    edges = [4 * MEBIBYTE - 1, 4 * MEBIBYTE, 4 * MEBIBYTE + 1, draw.randrange(9 * MEBIBYTE)]
    before, at = items(node.home), 0
    for place in sorted(edges):
        sent = max(0, place - at)
        send_and_cut(node, where, headers, at, content[at:], sent)
        now = settled(node, where, headers)
        assert at <= now <= at + sent
        at = now
    finish(node, where, headers, content, at)
    assert items(node.home) == before + 1


def finish(node: Node, where: str, headers: dict[str, str], content: bytes, at: int) -> None:
    request = urllib.request.Request(
        node.url + where,
        data=content[at:],
        method="PATCH",
        headers={
            **headers,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(at),
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 204
        assert answer.headers["Upload-Offset"] == str(len(content))


def test_killed_in_the_middle_the_node_goes_on_where_it_was(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "node.log"
    node = start_node(home=home, log=log, extra=LOAD_TEST)
    content = (CANARY.encode() + random.Random(3).randbytes(4080)) * 2600
    try:
        headers = receipt(node)
        where = begin(node, headers, len(content))
        with socket.create_connection(("127.0.0.1", node.port), timeout=30) as connection:
            connection.sendall(patch_head(where, headers, 0, len(content)))
            connection.sendall(content[: 6 * MEBIBYTE])
            acknowledged = wait_for_a_piece(node, where, headers)
            node.kill()
        assert search([home / "uploads", home / "blobs"], [CANARY]) == []
        node = start_node(home=home, log=log, extra=LOAD_TEST)
        at = offset(node, where, headers)
        assert at >= acknowledged > 0
        assert items(home) == 0
        finish(node, where, headers, content, at)
        assert items(home) == 1
        assert search([home], [CANARY]) == []
    finally:
        node.kill()


def wait_for_a_piece(node: Node, where: str, headers: dict[str, str]) -> int:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if at := offset(node, where, headers):
            return at
        threading.Event().wait(0.02)
    raise AssertionError("no piece was kept")
