# SPDX-License-Identifier: AGPL-3.0-or-later
"""A partner's log and a partner's witness, without any other room."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from amana.kernel.ledger import (
    Checkpoint,
    Ed25519Cosigner,
    MemoryTileStore,
    MldsaCosigner,
    SigningKey,
    append,
    consistency_proof,
    leaf_hash,
    root_at,
    sign_checkpoint,
    verify_consistency,
)
from amana.kernel.ledger.encoding import decode_base64, encode_base64


class PartnerLog:
    """A log in memory, and the requests it would send to a witness."""

    def __init__(
        self, name: str = "partner.example/log", *, seed: int = 7, entries: bytes = b"entry %d"
    ) -> None:
        self.key = SigningKey.from_private_bytes(name, bytes([seed]) * 32)
        self.entries = entries
        self.tiles = MemoryTileStore()
        self.size = 0

    def grow(self, count: int) -> None:
        leaves = [leaf_hash(self.entries % n) for n in range(self.size, self.size + count)]
        grown = append(self.tiles, self.size, leaves)
        self.tiles.put_many(grown.changed)
        self.size = grown.size

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.key.name, self.size, root_at(self.tiles, self.size))

    def note(self) -> str:
        return sign_checkpoint(self.checkpoint(), self.key)

    def request(self, old: int) -> str:
        proof = consistency_proof(self.tiles, old, self.size) if old else []
        lines = [f"old {old}", *(encode_base64(each) for each in proof)]
        return "\n".join(lines) + "\n\n" + self.note()


class PartnerWitness:
    """A witness that cosigns what continues, and can be told to answer something else."""

    def __init__(self, name: str = "witness.example/w", *, seed: int = 21) -> None:
        self.cosigners = (
            Ed25519Cosigner(name, bytes([seed]) * 32),
            MldsaCosigner(name, bytes([seed + 1]) * 32),
        )
        self.size, self.root = 0, b""
        self.asked: list[str] = []
        self.instead: tuple[int, str, bytes] | None = None
        self.at = 1_700_000_000

    def answer(self, body: str) -> tuple[int, str, bytes]:
        self.asked.append(body)
        if self.instead is not None:
            return self.instead
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        if int(first.removeprefix("old ")) != self.size:
            return 409, "text/x.tlog.size", b"%d\n" % self.size
        text = note.partition("\n\n")[0] + "\n"
        new = Checkpoint.parse(text)
        if self.size:
            hashes = [decode_base64(line) for line in proof]
            verify_consistency(self.size, new.size, self.root, new.root, hashes)
        self.size, self.root = new.size, new.root
        lines = "".join(f"{each.cosign(text, self.at).format()}\n" for each in self.cosigners)
        return 200, "text/plain", lines.encode()


@contextmanager
def served(witness: PartnerWitness) -> Iterator[str]:
    """The witness at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.path == "/w/add-checkpoint"
            status, kind, answer = witness.answer(body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/w"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
