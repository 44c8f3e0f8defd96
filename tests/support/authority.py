# SPDX-License-Identifier: AGPL-3.0-or-later
"""A time-stamp authority of our own (`openssl ts`), on this machine alone."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Invented {name}
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamping]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass
class Authority:
    """Makes stamps with a certificate that lasts `days`; `chain` sends the root along too."""

    folder: Path
    name: str = "time"
    days: int = 3650
    chain: bool = True
    asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "serial").write_text("01\n")
        text = CONFIG.format(name=self.name, folder=self.folder)
        (self.folder / "conf").write_text(text)
        self._make("root", "ca", ["-x509", "-days", "3650"])
        self._make("tsa", "", [])
        signing = ["x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key"]
        dated = ["-CAcreateserial", "-days", str(self.days), "-out", "tsa.pem"]
        self._openssl([*signing, *dated, "-extfile", "conf", "-extensions", "tsa"])

    @property
    def roots(self) -> Path:
        """The root certificate, as an operator would name it."""
        return self.folder / "root.pem"

    def stamp(self, query: bytes) -> bytes:
        """The response to a DER query."""
        self.asked += 1
        (self.folder / "query").write_bytes(query)
        command = ["ts", "-reply", "-config", "conf", "-section", "stamping", "-queryfile", "query"]
        keys = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply"]
        chain = ["-chain", "root.pem"] if self.chain else []
        self._openssl([*command, *keys, *chain])
        return (self.folder / "reply").read_bytes()

    def _make(self, name: str, extensions: str, more: list[str]) -> None:
        out = f"{name}.pem" if extensions else f"{name}.csr"
        command = ["req", "-new", "-config", "conf", *EC, "-keyout", f"{name}.key", "-out", out]
        self._openssl([*command, *more, *(["-extensions", extensions] if extensions else [])])

    def _openssl(self, arguments: list[str]) -> None:
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=30)


@contextmanager
def served(authority: Authority) -> Iterator[str]:
    """The authority at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            reply = authority.stamp(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@dataclass(frozen=True)
class Times:
    """Addresses of two time-stamp authorities, and the roots that are trusted for them."""

    short: str
    long: str
    roots: Path
    asked: Callable[[], int]

    def ask(self, patch: pytest.MonkeyPatch, *urls: str, roots: Path | None = None) -> None:
        """Set which authorities the node asks."""
        from amana.config.env import env

        said = env().model_copy(update={"tsa": " ".join(urls), "tsa_roots": roots or self.roots})
        patch.setattr("amana.journal.stamps.env", lambda: said)
