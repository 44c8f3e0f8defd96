# SPDX-License-Identifier: AGPL-3.0-or-later
"""What filing one report costs in CPU, step by step: one thread, no network, no other process.

Rates say little on a busy machine; CPU time says the same whatever else it does. Each engine runs
in a process with a home of its own (`filing_cpu_run`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.result import Results

COUNT = 300
TARGETS = {"sqlite": 3.5, "postgresql": 3.5}


def run(results: Results) -> None:
    """SQLite here, then PostgreSQL in a private cluster where this machine has a server."""
    _measure(results, "sqlite", [])
    if subprocess.run(
        ["bin/with-postgres", "--check"], check=False, capture_output=True
    ).returncode:
        print("  filing_cpu on PostgreSQL: left out, no PostgreSQL server on this machine")
        return
    _measure(results, "postgresql", ["bin/with-postgres"])


def _measure(results: Results, engine: str, before: list[str]) -> None:
    said = child(before)
    name = f"filing_cpu-{engine}"
    goal = f"<= {TARGETS[engine]}"
    results.add(name, "web, one report", said.pop("web"), "ms", target=goal)
    results.add(name, "worker, one report", said.pop("worker"), "ms", target="<= 0.5")
    for step, value in said.items():
        results.add(name, step, value, "kB" if step.startswith("log") else "ms")


def child(before: list[str], count: int = COUNT) -> dict[str, float]:
    """Milliseconds of CPU by step, from a process of its own."""
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as home:
        dropped = ("AMANA_", "DATABASE_URL")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(dropped)},
            "AMANA_HOME": str(Path(home) / "home"),
            "AMANA_LOAD_TEST": "1",
            "DJANGO_SETTINGS_MODULE": "amana.config.settings",
        }
        done = subprocess.run(
            [*before, sys.executable, "-m", "benchmarks.filing_cpu_run", str(count)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            timeout=600,
        )
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said
