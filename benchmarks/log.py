# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log: appends into SQLite, proofs in a tree of ten million leaves on disk, signatures."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from amana.kernel.ledger import (
    Checkpoint,
    Cosigner,
    Ed25519Cosigner,
    MldsaCosigner,
    SigningKey,
    append,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    sign_checkpoint,
)
from amana.kernel.ledger.tiles import TILE_BYTES, TileKey, _perfect_root
from benchmarks.result import Results

BATCH: Final = 256
BATCHES: Final = 400
LEAVES: Final = 10_000_000
TRIES: Final = 400
ENTRY_BYTES: Final = 170
ORIGIN: Final = "bench.example/log"
AT: Final = 1_700_000_000


class SqliteTiles:
    """Tiles in a table of their own; reads nothing twice within one append or proof."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(
            "CREATE TABLE IF NOT EXISTS tile"
            " (level INT, i INT, hashes BLOB, PRIMARY KEY (level, i)) WITHOUT ROWID"
        )

    def get(self, level: int, index: int) -> bytes | None:
        found = self._database.execute(
            "SELECT hashes FROM tile WHERE level = ? AND i = ?", (level, index)
        ).fetchone()
        return None if found is None else bytes(found[0])

    def put_many(self, items: Mapping[TileKey, bytes]) -> None:
        rows = [(level, index, hashes) for (level, index), hashes in items.items()]
        self._database.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", rows)


def run(results: Results) -> None:
    promised(results)
    _signatures(results)


def promised(results: Results) -> None:
    """The figures that issue B promises of the log; `bench evidence` tells them too."""
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as folder:
        _appends(results, Path(folder))
        _proofs(results, Path(folder))
    _node(results)


def _appends(results: Results, folder: Path) -> None:
    """Entries, tiles and a signed checkpoint in one synced transaction a batch; beside it the same
    bytes inserted by themselves."""
    entries = [secrets.token_bytes(ENTRY_BYTES) for _ in range(BATCH)]
    wrote: list[tuple[list[bytes], str]] = []
    key = SigningKey.generate(ORIGIN)
    with closing(_open(folder / "log")) as database:
        tiles, size = SqliteTiles(database), 0
        began, worked = time.perf_counter(), time.process_time()
        for _ in range(BATCHES):
            database.execute("BEGIN IMMEDIATE")
            rows = [(size + n, entry) for n, entry in enumerate(entries)]
            database.executemany("INSERT INTO leaf VALUES (?, ?)", rows)
            grown = append(tiles, size, [leaf_hash(entry) for entry in entries])
            tiles.put_many(grown.changed)
            note = sign_checkpoint(Checkpoint(ORIGIN, grown.size, grown.root), key)
            database.execute("INSERT INTO checkpoint VALUES (?, ?)", (grown.size, note))
            database.execute("COMMIT")
            wrote.append((list(grown.changed.values()), note))
            size = grown.size
        rate = size / (time.perf_counter() - began)
        busy = size / (time.process_time() - worked)
    plain = _plain_inserts(folder / "plain", entries, wrote)
    results.add(
        "log",
        "leaves appended to SQLite in batches of 256, synced",
        rate,
        "1/s",
        target=">= 40000",
        peer=f"the same bytes inserted and nothing computed {plain:.0f}/s",
        of=plain,
    )
    results.add("log", "the same in processor time", busy, "1/s")


def _plain_inserts(
    path: Path, entries: list[bytes], wrote: Iterable[tuple[list[bytes], str]]
) -> float:
    with closing(_open(path)) as database:
        database.execute("CREATE TABLE tile (i INTEGER PRIMARY KEY, hashes BLOB)")
        size, tiles = 0, 0
        began = time.perf_counter()
        for changed, note in wrote:
            database.execute("BEGIN IMMEDIATE")
            rows = [(size + n, entry) for n, entry in enumerate(entries)]
            database.executemany("INSERT INTO leaf VALUES (?, ?)", rows)
            for hashes in changed:
                tiles += 1
                database.execute("INSERT INTO tile VALUES (?, ?)", (tiles, hashes))
            size += len(entries)
            database.execute("INSERT INTO checkpoint VALUES (?, ?)", (size, note))
            database.execute("COMMIT")
        return size / (time.perf_counter() - began)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE leaf (i INTEGER PRIMARY KEY, entry BLOB)")
    database.execute("CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT)")
    return database


def _proofs(results: Results, folder: Path) -> None:
    """Random leaf hashes, true nodes above them, in a file; the first read of a tile counts too."""
    with closing(_open(folder / "large")) as database:
        tiles = SqliteTiles(database)
        _fill(tiles, database)
        root_at(tiles, LEAVES)
        indexes = [secrets.randbelow(LEAVES) for _ in range(TRIES)]
        inclusion = _median_ms(lambda n: inclusion_proof(tiles, indexes[n], LEAVES))
        consistency = _median_ms(lambda n: consistency_proof(tiles, indexes[n] + 1, LEAVES))
    results.add(
        "log", "inclusion proof in 10,000,000 leaves on disk, median", inclusion, "ms", target="< 1"
    )
    results.add("log", "consistency proof there, median", consistency, "ms")


def _fill(tiles: SqliteTiles, database: sqlite3.Connection) -> None:
    level, left = 0, LEAVES
    hashes: bytes | None = None
    while left:
        above = bytearray()
        database.execute("BEGIN")
        for start in range(0, left, BATCH):
            width = min(BATCH, left - start) * 32
            tile = os.urandom(width) if hashes is None else hashes[start * 32 : start * 32 + width]
            tiles.put_many({(level, start // BATCH): tile})
            if width == TILE_BYTES:
                above += _perfect_root(tile)
        database.execute("COMMIT")
        hashes, left, level = bytes(above), left // BATCH, level + 1


def _signatures(results: Results) -> None:
    text = Checkpoint(ORIGIN, 640, bytes(32)).format()
    cosigners: dict[str, Cosigner] = {
        "Ed25519": Ed25519Cosigner("bench.example/w", bytes(32)),
        "ML-DSA-44": MldsaCosigner("bench.example/w", bytes(32)),
    }
    for name, cosigner in cosigners.items():
        value = cosigner.cosign(text, AT).value
        signing = partial(cosigner.cosign, text, AT)
        checking = partial(cosigner.vkey.holds, text.encode(), value)
        for what, act in (("cosigned", signing), ("verified", checking)):
            rate = 1000 / _median_ms(partial(_once, act))
            results.add("log", f"checkpoints {what} with {name}", rate, "1/s")


def _once(act: Callable[[], object], _number: int) -> object:
    return act()


def _node(results: Results) -> None:
    """The node's own sequencer, in a process and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as home:
        names = {"AMANA_HOME": home, "DJANGO_SETTINGS_MODULE": "amana.config.settings"}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.log_node"],
            env=os.environ | names,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
    said = json.loads(done.stdout)
    what = "entries given their place by the node itself, batches of 256"
    results.add(
        "log",
        what,
        said["wall"],
        "1/s",
        target=">= 40000",
        peer=f"the same bytes written and flushed, nothing else {said['disk']:.0f}/s",
        of=said["disk"],
    )
    results.add("log", "the same in processor time", said["processor"], "1/s")


def _median_ms(act: Callable[[int], object]) -> float:
    times = []
    for number in range(TRIES):
        began = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[TRIES // 2]
