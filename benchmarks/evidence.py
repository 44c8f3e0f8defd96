# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way into the vault: one large one, and two hundred at once.

Each run is a process of its own, so that its peak of memory is that of the run. The floor is
measured before and after each run in the same process: the same two hashes of the plaintext and a
file written and flushed, with nothing sealed. By the clock it says what a node does on this machine
now; in processor time, what it costs, whatever else the machine does meanwhile."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import bags, log, uploads
from benchmarks.result import Results

RUNS = 3
GIGABYTE = 1024
"""Mebibytes of the large file."""
AT_ONCE = 200
EACH = 5


def run(results: Results) -> None:
    one = [_child("one", GIGABYTE) for _ in range(RUNS)]
    speed = statistics.median(GIGABYTE / run["ours"] for run in one)
    floor = statistics.median(GIGABYTE / run["floor"] for run in one)
    results.add(
        "evidence",
        f"ingest of a {GIGABYTE} MiB file, median of {RUNS}",
        speed,
        "MiB/s",
        target=">= 0.6 of the floor",
        peer=f"two hashes and an fsynced write {floor:.0f} MiB/s",
        of=floor,
    )
    busy = statistics.median(GIGABYTE / run["ours_busy"] for run in one)
    idle = statistics.median(GIGABYTE / run["floor_busy"] for run in one)
    results.add(
        "evidence",
        "the same in processor time, both threads",
        busy,
        "MiB/s",
        peer=f"two hashes and an fsynced write {idle:.0f} MiB/s",
        of=idle,
    )
    results.add(
        "evidence",
        "memory above idle while it came in, most",
        max(run["memory"] for run in one),
        "MiB",
        target="< 64",
    )
    many = _child("many", EACH)
    results.add(
        "evidence",
        f"{AT_ONCE} uploads of {EACH} MiB at once, all kept",
        AT_ONCE * EACH / many["ours"],
        "MiB/s",
        peer=f"the same, unsealed, one after the other {AT_ONCE * EACH / many['floor']:.0f} MiB/s",
        of=AT_ONCE * EACH / many["floor"],
    )
    results.add("evidence", "memory for each of them, above idle", many["memory"] / AT_ONCE, "MiB")
    uploads.run(results)
    log.promised(results)
    bags.run(results)


def _child(mode: str, mebibytes: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as home:
        environment = {
            **os.environ,
            "AMANA_HOME": str(Path(home) / "home"),
            "DJANGO_SETTINGS_MODULE": "amana.config.settings",
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.evidence_run", mode, str(mebibytes), home],
            env=environment,
            check=True,
            capture_output=True,
            timeout=600,
        )
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said
