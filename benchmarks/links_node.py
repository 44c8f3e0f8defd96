# SPDX-License-Identifier: AGPL-3.0-or-later
"""A million ready token sets clustered, then links and blind search through Django on the real
tables, with a million reports in them.

`AMANA_BENCH_LINKED` takes another number; filling takes some minutes. SQLite here, then PostgreSQL
in a private cluster where `AMANA_BENCH_POSTGRES=1` asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import links_ready
from benchmarks.result import Results
from tests.support.server import node_environment

COUNT = int(os.environ.get("AMANA_BENCH_LINKED", "1000000"))


def run(results: Results) -> None:
    links_ready.run(results, COUNT)
    measure(results, "sqlite", [], {})
    if os.environ.get("AMANA_BENCH_POSTGRES"):
        measure(results, "postgresql", ["bin/with-postgres"], {})


def measure(results: Results, engine: str, before: list[str], extra: dict[str, str]) -> None:
    """One engine in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as folder:
        environment = node_environment(Path(folder) / "home", extra)
        environment["DJANGO_SETTINGS_MODULE"] = "amana.config.settings"
        command = [*before, sys.executable, "-m", "benchmarks.links_run", str(COUNT)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout or ():
                figure = json.loads(line)
                results.add(
                    f"links on {engine}, {COUNT}",
                    figure["metric"],
                    figure["value"],
                    figure["unit"],
                    target=figure.get("target", ""),
                    peer=figure.get("peer", ""),
                )
        if run.returncode:
            raise SystemExit(f"benchmarks.links_run ended with {run.returncode}")
