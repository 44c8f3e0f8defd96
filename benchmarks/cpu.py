# SPDX-License-Identifier: AGPL-3.0-or-later
"""CPU time by who used it: says what a request costs, whatever else the machine does meanwhile."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from pathlib import Path

import psycopg

from tests.support.server import Node, group_members

TICKS = os.sysconf("SC_CLK_TCK")


def used(node: Node) -> dict[str, float]:
    """Seconds of CPU so far of the node's web processes, its worker, PostgreSQL, and ourselves."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    seconds = {"web": 0.0, "worker": 0.0, "database": 0.0, "client": own.ru_utime + own.ru_stime}
    for process in group_members(node.process.pid):
        kind = "worker" if " worker" in _command(process) else "web"
        seconds[kind] += _seconds(process)
    seconds["database"] = sum(map(_seconds, _servers(node.environment.get("DATABASE_URL", ""))))
    return seconds


def per_request(before: Mapping[str, float], after: Mapping[str, float], count: int) -> str:
    """Milliseconds for each request by process, such as `web 3.1, worker 0.2, client 0.2`."""
    spent = {name: (after[name] - before[name]) / max(count, 1) * 1000 for name in before}
    return ", ".join(f"{name} {value:.2f}" for name, value in spent.items() if value >= 0.005)


def of_node(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Seconds of CPU that all but the client used."""
    return sum(after[name] - before[name] for name in before if name != "client")


def _servers(url: str) -> list[int]:
    """The processes of the PostgreSQL server behind `url`, as far as they run on this machine."""
    if not url.startswith("postgres"):
        return []
    with psycopg.connect(url) as session:
        parent = _parent(session.info.backend_pid)
    every = (int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat"))
    return [process for process in every if parent and _parent(process) == parent]


def _parent(process: int) -> int:
    fields = _stat(process)
    return int(fields[1]) if fields else 0


def _seconds(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _stat(process: int) -> list[str]:
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text("utf-8", "replace").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
