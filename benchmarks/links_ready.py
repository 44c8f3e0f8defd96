# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ready token sets laid out and clustered, in a process of their own.

`python -m benchmarks.links_ready FOLDER`: no database and no key; in the folder stands what
`amana link rebuild` reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peak import peak
from benchmarks.result import Results


def run(results: Results, count: int) -> None:
    """Write so many token sets, and have them clustered as a whole."""
    from amana.kernel.sealing.blind import BlindIndex
    from amana.triage.links import bulk
    from benchmarks.million import Worlds

    bench = f"links, {count} ready token sets"
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as name:
        worlds = Worlds(count, BlindIndex({1: bytes(range(32))}, 1))
        began = time.process_time()
        for _ in bulk.write(Path(name), worlds.sets()):
            pass
        results.add(bench, "written", time.process_time() - began, "s CPU")
        command = [sys.executable, "-m", "benchmarks.links_ready", name]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    peer = f"CPU {found['cpu']:.1f}; load {found['load']:.1f}"
    goal = count >= 1_000_000
    results.add(
        bench, "read and clustered", found["wall"], "s", target="< 60" if goal else "", peer=peer
    )
    results.add(bench, "memory", found["peak"], "MB", target="< 2048" if goal else "")
    results.add(bench, "clusters of two or more", found["clusters"], "")


def main() -> None:
    from amana.kernel.linking.clusters import cluster
    from amana.kernel.pause import no_collector
    from amana.triage.links import bulk

    wall, cpu = time.perf_counter(), time.process_time()
    with no_collector():
        labels = cluster(bulk.read(Path(sys.argv[1]))).labels
    told = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "load": os.getloadavg()[0],
        "peak": peak(),
        "clusters": len({label for at, label in enumerate(labels) if label != at}),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
