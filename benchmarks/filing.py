# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole reports accepted per second by a real node: checked, sealed, tokenised, routed, promised,
journalled and committed, with the sequencer running and the client on the same two cores.

Beside each rate stands what a request cost in CPU, which tells two runs apart on a busy machine."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg

from benchmarks import cpu
from benchmarks.client import Load, post, run_load
from benchmarks.result import Results
from tests.support.server import Node, running_node

COUNTS = {1: 400, 8: 2000, 32: 2000, 64: 2400}
STATUS_COUNT = 3000
TARGETS = {"sqlite": (250.0, 80.0, 700.0), "postgresql": (300.0, 60.0, 500.0)}
WORDS = [
    "هدد",
    "بنشر",
    "الصور",
    "والمحادثات",
    "أمام",
    "أهلي",
    "وأصدقائي",
    "إن",
    "لم",
    "أرسل",
    "المبلغ",
    "قبل",
    "يوم",
    "الخميس",
    "ثم",
    "أرسل",
    "رابطا",
    "إلى",
    "صفحة",
    "باسمي",
    "وقال",
    "إنه",
    "يعرف",
    "مكان",
    "عملي",
    "وطلب",
    "تحويل",
    "المال",
    "إلى",
    "محفظة",
    "ووعد",
    "بحذف",
    "كل",
    "شيء",
    "لكنه",
    "عاد",
    "بعد",
    "أسبوع",
    "يطلب",
    "المزيد",
    "وأنا",
    "لا",
    "أعرف",
    "ماذا",
    "أفعل",
    "ولا",
    "أريد",
    "أن",
    "يسمع",
    "إخوتي",
    "بهذا",
    "الأمر",
]
REGIONS = ("JO-AM", "JO-AQ", "JO-IR", "JO-AZ", "JO-KA")


def body(number: int) -> bytes:
    """The body of a report of about 4.2 kB, each another one."""
    choice = random.Random(number)
    # In letters: a number of seven figures would be read as a phone that stands in the words.
    own = "".join("ابتثجحخدذر"[int(figure)] for figure in str(abs(number)))
    words = [*choice.choices(WORDS, k=330), f"ن{own}"]
    report = {
        "language": "ar",
        "category": choice.choice(["X1", "F1", "X3", "H2", "F5"]),
        "narrative": " ".join(words),
        "reporter": {"role": "victim", "identity": "anonymous"},
        "victim": {"country": "JO", "region": choice.choice(REGIONS), "minor": False},
        "suspect": {"country": choice.choice(["DE", "MA", "LY"])},
        "answers": {"ongoing": True},
        "identifiers": [
            {"type": "phone", "value": f"+96279{choice.randrange(10**7):07d}"},
            {"type": "handle", "value": f"instagram:name.{choice.randrange(10**6)}"},
        ],
        "consents": ["police"],
    }
    return json.dumps(report, ensure_ascii=False).encode()


def run(results: Results) -> None:
    """SQLite here, then PostgreSQL in a private cluster where this machine has a server."""
    if os.environ.get("AMANA_BENCH_ENGINE") == "postgresql":
        measure(results, "postgresql", {"DATABASE_URL": os.environ["DATABASE_URL"]})
        return
    measure(results, "sqlite", {})
    if subprocess.run(
        ["bin/with-postgres", "--check"], check=False, capture_output=True
    ).returncode:
        print("  filing on PostgreSQL: left out, no PostgreSQL server on this machine")
        return
    command = ["bin/with-postgres", sys.executable, "-m", "benchmarks", "filing"]
    subprocess.run(command, env=os.environ | {"AMANA_BENCH_ENGINE": "postgresql"}, check=True)


def measure(results: Results, engine: str, extra: dict[str, str]) -> None:
    """Filing at 1, 8, 32 and 64 at once, then status by receipt."""
    rate, slowest, status_rate = TARGETS[engine]
    syncs = fsync_rate()
    name = f"filing-{engine}"
    results.add(name, "fsync", 1000 / syncs, "ms")
    with running_node(extra={"AMANA_LOAD_TEST": "1", **extra}) as node:
        run_load(lambda i: report(node, -1 - i), port=node.port, at_once=8, count=400, wanted=201)
        receipts: list[str] = []
        for at_once, count in COUNTS.items():
            # Made before the clock runs: the client shares the cores with the node.
            reports = [report(node, at_once * 100_000 + number) for number in range(count)]
            before = cpu.used(node)
            load = run_load(
                reports.__getitem__,
                port=node.port,
                at_once=at_once,
                count=count,
                wanted=201,
                keep=200,
            )
            spent = (before, cpu.used(node))
            receipts += [json.loads(answer)["receipt"] for answer in load.bodies]
            goal = f">= {rate:.0f}" if at_once == 64 else ""
            peer = f"fsync {syncs:.0f}/s"
            metric = f"accepted at {at_once} at once"
            results.add(name, metric, load.rate, "1/s", target=goal, peer=peer, of=syncs)
            _spread(results, name, at_once, load, slowest)
            _cost(results, name, f"a report at {at_once}", spent, count)
        _lag(results, name, node)
        asked = [
            post("/api/v1/status", json.dumps({"receipt": receipt}).encode(), node.port)
            for receipt in receipts
        ]
        before = cpu.used(node)
        status = run_load(
            lambda i: asked[i % len(asked)],
            port=node.port,
            at_once=8,
            count=STATUS_COUNT,
            wanted=200,
        )
        spent = (before, cpu.used(node))
        goal = f">= {status_rate:.0f}"
        health = _health_rate(node)
        results.add(
            name,
            "status by receipt at 8 at once",
            status.rate,
            "1/s",
            target=goal,
            peer=f"healthz {health:.0f}/s",
            of=health,
        )
        results.add(name, "status failures", len(status.failures), "", target="0")
        _cost(results, name, "a status", spent, STATUS_COUNT)


def report(node: Node, number: int) -> bytes:
    return post("/api/v1/reports", body(number), node.port)


def _spread(results: Results, name: str, at_once: int, load: Load, slowest: float) -> None:
    goal = f"<= {slowest:.0f}" if at_once == 8 else ""
    results.add(name, f"p50 at {at_once}", load.percentile(50), "ms")
    results.add(name, f"p99 at {at_once}", load.percentile(99), "ms", target=goal)
    results.add(name, f"failures at {at_once}", len(load.failures), "", target="0")
    for failure in sorted(set(load.failures))[:3]:
        print(f"    failed: {failure}")


def _cost(
    results: Results,
    name: str,
    what: str,
    spent: tuple[Mapping[str, float], Mapping[str, float]],
    count: int,
) -> None:
    """CPU of the node and its database for one request, and how busy the machine was."""
    value = cpu.of_node(*spent) / count * 1000
    peer = f"{cpu.per_request(*spent, count)}; load {os.getloadavg()[0]:.1f}"
    results.add(name, f"CPU of {what}", value, "ms", peer=peer)


def _health_rate(node: Node) -> float:
    request = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\n\r\n".encode()
    return run_load(lambda _: request, port=node.port, at_once=8, count=2000, wanted=200).rate


def _lag(results: Results, name: str, node: Node) -> None:
    """How long after the last report every leaf stands under a signed checkpoint."""
    began = time.perf_counter()
    while _waiting(node) and time.perf_counter() - began < 60:
        time.sleep(0.02)
    behind = time.perf_counter() - began
    results.add(name, "journal behind after the load", behind, "s", target="<= 2")


def _waiting(node: Node) -> bool:
    """Whether an entry has no place yet; asked from outside, so that asking costs nothing."""
    question = "SELECT 1 FROM journal_event WHERE leaf_index IS NULL LIMIT 1"
    if url := node.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as session:
            return session.execute(question).fetchone() is not None
    with closing(sqlite3.connect(f"file:{node.home}/amana.sqlite3?mode=ro", uri=True)) as file:
        return file.execute(question).fetchone() is not None


def fsync_rate(count: int = 200) -> float:
    """Flushed writes of 4 kB per second on the disk that holds temporary files."""
    with tempfile.NamedTemporaryFile(dir=Path(tempfile.gettempdir())) as file:
        began = time.perf_counter()
        for _ in range(count):
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return count / (time.perf_counter() - began)
