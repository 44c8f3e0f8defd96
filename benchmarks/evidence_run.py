# SPDX-License-Identifier: AGPL-3.0-or-later
"""One measured run of `benchmarks.evidence`: `python -m benchmarks.evidence_run MODE MIB HOME`."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import django

CHUNK = 256 * 1024
MEBIBYTE = 1024 * 1024


def main() -> None:
    mode, mebibytes, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    django.setup()
    from amana.evidence.blobs import FolderBlobs
    from amana.evidence.ingest import take_in
    from benchmarks.evidence import AT_ONCE

    store, block = FolderBlobs(folder / "blobs"), os.urandom(CHUNK)

    def chunks() -> Iterator[bytes]:
        return (block for _ in range(mebibytes * MEBIBYTE // CHUNK))

    def ours() -> None:
        take_in(chunks(), name="film.mp4", limit=1 << 40, store=store)

    def at_once() -> None:
        gate = threading.Barrier(AT_ONCE)

        def one() -> None:
            gate.wait()
            ours()

        threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = len(list(store.addresses()))
        if kept != AT_ONCE:
            raise SystemExit(f"{kept} of {AT_ONCE} were kept")

    times = AT_ONCE if mode == "many" else 1

    def unsealed() -> None:
        for _ in range(times):
            _unsealed(folder / "floor", chunks())

    before, busy_before = _timed(unsealed)
    idle = _memory("VmRSS")
    took, busy = _timed(at_once if mode == "many" else ours)
    most = _memory("VmHWM")
    after, busy_after = _timed(unsealed)
    said = {
        "floor": (before + after) / 2,
        "floor_busy": (busy_before + busy_after) / 2,
        "ours": took,
        "ours_busy": busy,
        "memory": most - idle,
    }
    print(json.dumps(said))


def _unsealed(path: Path, chunks: Iterator[bytes]) -> None:
    one, two = hashlib.sha256(), hashlib.sha512()
    with path.open("wb") as file:
        for chunk in chunks:
            one.update(chunk)
            two.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time in all threads."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - worked


def _memory(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
