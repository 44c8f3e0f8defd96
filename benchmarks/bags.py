# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bag of a thousand items: made, and checked by the program and by the script."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.result import Results

ITEMS = 1000
SIZE = 64 * 1024
TARGET = 10.0


def run(results: Results) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as folder:
        home = Path(folder) / "home"
        (home / "static").mkdir(parents=True)
        os.environ |= {
            "AMANA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "amana.config.settings",
        }
        import django

        django.setup()
        _measure(results, Path(folder))


def _measure(results: Results, folder: Path) -> None:
    from amana.evidence.exports.checking import check_bag
    from amana.evidence.exports.witnessing import Trust
    from tests.evidence.exports.bags import Node, contents, write

    node = Node()
    began = time.perf_counter()
    bag = write(contents(node, count=ITEMS, views=3, size=SIZE), folder)
    made = time.perf_counter() - began
    plain = _plain(bag)
    results.add("evidence", f"bag of {ITEMS} items made", made, "s", of=plain)
    key = str(node.key.vkey)
    began = time.perf_counter()
    verdict = check_bag(bag, keys=[key], trust=Trust())
    _told(results, "amana evidence verify", time.perf_counter() - began, plain, verdict.exit)
    command = [sys.executable, "-I", "-S", str(bag / "verify.py"), str(bag), "--log-key", key]
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    _told(results, "verify.py", time.perf_counter() - began, plain, done.returncode)


def _told(results: Results, who: str, took: float, plain: float, code: int) -> None:
    if code:
        raise RuntimeError(f"{who} refused a true bag")
    results.add(
        "evidence",
        f"bag of {ITEMS} items checked by {who}",
        took,
        "s",
        target=f"< {TARGET:.0f}",
        peer=f"SHA-256 of the same bytes {plain:.2f} s",
        of=plain,
    )


def _plain(bag: Path) -> float:
    """The floor: every byte once through SHA-256."""
    began = time.perf_counter()
    for path in sorted(bag.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")
    return time.perf_counter() - began
