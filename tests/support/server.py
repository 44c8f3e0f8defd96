# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real node in its own processes: started, waited for, stopped, killed when it will not stop."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

START_LIMIT = 90.0
"""Seconds a first start may take on a loaded machine: keys, tables and the pack are made."""
STOP_LIMIT = 15.0
"""Seconds in which SIGTERM must have stopped a node (contract)."""


class NodeError(AssertionError):
    """The node did not start or stop as promised; the message ends with what it printed."""


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def amana_command() -> list[str]:
    """The `amana` command of the environment that runs the tests."""
    return [str(Path(sys.executable).with_name("amana"))]


def node_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a node whose home is `home`; nothing of the tests' own node leaks in."""
    dropped = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT", "PACK"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AMANA_", "PYTEST_")) and name not in dropped
    }
    return kept | {"AMANA_HOME": str(home), "PYTHONUNBUFFERED": "1"} | dict(extra or {})


@dataclass(kw_only=True)
class Node:
    """A running node. `url` has no slash at its end; `home` is its data folder."""

    home: Path
    port: int
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def output(self) -> str:
        """All that the node has printed so far."""
        return self.log.read_text("utf-8", "replace")

    def amana(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run another `amana` command on the same home; its output is text, its code unchecked."""
        return subprocess.run(
            [*amana_command(), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def wait_ready(self, limit: float = START_LIMIT) -> None:
        """Return when /healthz says ok; raise when the node ends or the limit (seconds) passes."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise NodeError(f"the node ended with {self.process.returncode}\n{self.output()}")
            if healthy(self.url):
                return
            time.sleep(0.05)
        raise NodeError(f"the node was not ready within {limit} s\n{self.output()}")

    def stop(self, limit: float = STOP_LIMIT) -> int:
        """Ask the node to stop as an operator does; return its exit code, raise past the limit."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NodeError(f"the node did not stop within {limit} s\n{self.output()}") from None
        survivors = group_members(self.process.pid)
        self.kill()
        if survivors:
            raise NodeError(f"processes outlived the node: {survivors}\n{self.output()}")
        return code

    def kill(self) -> None:
        """SIGKILL to the whole process group, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_LIMIT)
        end = time.monotonic() + STOP_LIMIT
        while group_members(self.process.pid) and time.monotonic() < end:
            time.sleep(0.01)


def healthy(url: str) -> bool:
    """Whether the node behind this address says that it is well."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(json.load(answer).get("status") == "ok")
    except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
        return False


def group_members(group: int) -> list[int]:
    """Processes of a process group that still run (Linux; empty elsewhere)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@functools.cache
def empty_tables() -> Path:
    """A database with all tables and nothing in them, as a first start makes it; once a run.

    Making them is half of the work of a first start, and the same for every node.
    """
    home = Path(tempfile.mkdtemp(prefix="amana-tables-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--no-input"],
        env=node_environment(home, {"DJANGO_SETTINGS_MODULE": "amana.config.settings"}),
        timeout=START_LIMIT,
        check=True,
    )
    return home / "amana.sqlite3"


def _begin_with_tables(home: Path) -> None:
    if not (home / "amana.sqlite3").exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(empty_tables(), home / "amana.sqlite3")


def start_node(
    *,
    home: Path,
    log: Path,
    pack: str = "jo",
    port: int | None = None,
    extra: Mapping[str, str] | None = None,
    command: list[str] | None = None,
    ready_within: float = START_LIMIT,
    bare: bool = False,
) -> Node:
    """Start `amana serve` on a free port and wait until it is well; the caller stops it.

    A new home on SQLite finds its tables there; a `bare` one has nothing, as on a new machine.
    """
    if not (bare or command or "DATABASE_URL" in (extra or {})):
        _begin_with_tables(home)
    chosen = port or free_port()
    environment = node_environment(home, {"PORT": str(chosen), "PACK": pack, **(extra or {})})
    with log.open("ab") as sink:
        process = subprocess.Popen(
            command or [*amana_command(), "serve"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    node = Node(home=home, port=chosen, log=log, environment=environment, process=process)
    try:
        node.wait_ready(ready_within)
    except BaseException:
        node.kill()
        raise
    return node


@contextlib.contextmanager
def running_node(
    *,
    home: Path | None = None,
    pack: str = "jo",
    port: int | None = None,
    extra: Mapping[str, str] | None = None,
    bare: bool = False,
) -> Iterator[Node]:
    """A node for the length of a block, with a temporary home unless one is given.

    It is stopped by SIGTERM at the end, and killed when the block failed. Its output goes to a file
    outside the home (`node.log`). `extra` adds to its environment, DATABASE_URL for instance.
    """
    place = Path(tempfile.mkdtemp(prefix="amana-node-"))
    node: Node | None = None
    try:
        node = start_node(
            home=home or place / "home",
            log=place / "node.log",
            pack=pack,
            port=port,
            extra=extra,
            bare=bare,
        )
        yield node
        if node.process.poll() is None:
            node.stop()
    finally:
        if node is not None:
            node.kill()
        shutil.rmtree(place, ignore_errors=True)
