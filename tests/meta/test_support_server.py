# SPDX-License-Identifier: AGPL-3.0-or-later
"""The helper that starts nodes keeps its word, tried on small programs that behave like nodes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import (
    NodeError,
    free_port,
    group_members,
    healthy,
    node_environment,
    start_node,
)

SERVE = """
import http.server, json, os, signal, subprocess, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(json.dumps({"status": STATUS}).encode())
    def log_message(self, *a): pass
"""
LISTEN = """
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
"""


def program(before: str = "", status: str = "ok") -> list[str]:
    """A command that answers /healthz after doing something first."""
    return [sys.executable, "-c", f"{SERVE}\nSTATUS = {status!r}\n{before}\n{LISTEN}"]


def test_a_node_is_waited_for_and_stopped_by_sigterm(tmp_path: Path) -> None:
    node = start_node(home=tmp_path / "home", log=tmp_path / "log", command=program())
    assert healthy(node.url)
    assert "listening" in node.output()
    assert node.stop() == -15
    assert not healthy(node.url)


def test_a_node_that_ends_early_is_reported_with_its_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no room on the disk'); raise SystemExit(3)"]
    with pytest.raises(NodeError, match=r"ended with 3\nno room on the disk"):
        start_node(home=tmp_path, log=tmp_path / "log", command=command)


def test_a_node_that_is_not_well_is_killed_at_the_limit(tmp_path: Path) -> None:
    command = program(
        before=f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))", status="ill"
    )
    with pytest.raises(NodeError, match="not ready within 2"):
        start_node(home=tmp_path, log=tmp_path / "log", command=command, ready_within=2)
    assert group_members(int((tmp_path / "pid").read_text("ascii"))) == []


def test_a_node_that_ignores_sigterm_is_killed_and_reported(tmp_path: Path) -> None:
    stubborn = program(before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    node = start_node(home=tmp_path, log=tmp_path / "log", command=stubborn)
    with pytest.raises(NodeError, match="did not stop within 1"):
        node.stop(limit=1)
    assert group_members(node.process.pid) == []


def test_a_process_that_outlives_its_node_is_reported_and_killed(tmp_path: Path) -> None:
    orphan = program(
        before="subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    )
    node = start_node(home=tmp_path, log=tmp_path / "log", command=orphan)
    with pytest.raises(NodeError, match="outlived"):
        node.stop()
    assert group_members(node.process.pid) == []


def test_the_environment_of_the_tests_does_not_leak_into_a_node(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    monkeypatch.setenv("AMANA_KEYS", "elsewhere")
    environment = node_environment(tmp_path, {"PORT": "1"})
    assert "DATABASE_URL" not in environment
    assert "AMANA_KEYS" not in environment
    assert environment["AMANA_HOME"] == str(tmp_path)
    assert environment["PORT"] == "1"


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    code = f"import socket; socket.socket().bind(('127.0.0.1', {port}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
