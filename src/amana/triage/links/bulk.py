# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets by the million: de-identified Parquet, read by DuckDB.

The files hold keyed tokens and opaque numbers, lie in a private folder, and are gone afterwards.
DuckDB finds what is shared at all, which is little; only that is laid out in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from amana.kernel.linking.ground import (
    CROWD,
    ROW,
    TWICE,
    Ground,
    build,
    values_of_rows,
)
from amana.kernel.linking.kinds import FAMILY, NEAR, Kind

MEMORY: Final = "700MB"
THREADS: Final = 2
CHUNK: Final = 50_000


def write(folder: Path, sets: Iterable[tuple[int, bytes]]) -> Iterator[int]:
    """Write token sets as Parquet files into a folder; yields how many were written so far."""
    with _engine(folder) as engine:
        done = 0
        for part, chunk in enumerate(_chunks(sets)):
            rows = np.frombuffer(b"".join(packed for _, packed in chunk), dtype=ROW)
            sizes = [len(packed) // ROW.itemsize for _, packed in chunk]
            numbers = np.array([number for number, _ in chunk], dtype=np.int64)
            kind, token = rows["kind"].copy(), rows["token"].copy()
            columns = {
                "number": np.repeat(numbers, sizes),
                "kind": kind,
                "token": token,
                "value": values_of_rows((kind & NEAR) == 0, token),
            }
            engine.register("columns", columns)
            target = folder / f"{part:05}.parquet"
            engine.execute(f"COPY (SELECT * FROM columns) TO '{target}' (FORMAT parquet)")
            engine.unregister("columns")
            done += len(chunk)
            yield done


def read(folder: Path) -> Ground:
    """The ground of all token sets in a folder."""
    with _engine(folder) as engine:
        source = f"read_parquet('{folder}/*.parquet')"
        exact = f"kind < {NEAR} AND kind <> {int(Kind.PREFIX)}"
        engine.execute(
            f"CREATE TEMP TABLE spelt AS SELECT DISTINCT token, value FROM {source} "
            f"WHERE kind >= {NEAR} AND token IN (SELECT token FROM {source} WHERE kind >= {NEAR} "
            "GROUP BY token HAVING min(value) <> max(value))"
        )
        engine.execute(
            "CREATE TEMP TABLE near AS SELECT DISTINCT a.value AS one, b.value AS other "
            "FROM spelt a JOIN spelt b USING (token) WHERE a.value < b.value AND token NOT IN "
            f"(SELECT token FROM spelt GROUP BY token HAVING count(*) > {CROWD})"
        )
        engine.execute(
            f"CREATE TEMP TABLE kept AS SELECT token FROM {source} WHERE {exact} "
            "GROUP BY token HAVING count(*) > 1 "
            "UNION SELECT one FROM near UNION SELECT other FROM near"
        )
        everyone = engine.execute(
            f"SELECT number, {_mask_sql()} AS mask FROM {source} WHERE {exact} "
            "GROUP BY number ORDER BY number"
        ).fetchnumpy()
        rows = engine.execute(
            f"SELECT number, kind, token FROM {source} WHERE {exact} "
            "AND token IN (SELECT token FROM kept)"
        ).fetchnumpy()
        near = engine.execute("SELECT one, other FROM near ORDER BY one, other").fetchnumpy()
    numbers = np.asarray(everyone["number"])
    return build(
        numbers.tolist(),
        np.searchsorted(numbers, np.asarray(rows["number"])).astype(np.int32),
        np.asarray(rows["kind"]),
        np.asarray(rows["token"]),
        np.stack([np.asarray(near["one"]), np.asarray(near["other"])], axis=1),
        masks=np.asarray(everyone["mask"]).astype(np.int32),
    )


def _mask_sql() -> str:
    """The masks of `Ground` as SQL: a bit for a family that is named, another for twice."""
    bits = []
    for kind, family in FAMILY.items():
        count = f"count(*) FILTER (kind = {int(kind)})"
        bits.append(f"(({count}) > 0)::INT * {1 << family}")
        bits.append(f"(({count}) > 1)::INT * {1 << (family + TWICE)}")
    return " + ".join(bits)


def _chunks(sets: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    chunk: list[tuple[int, bytes]] = []
    for number, packed in sets:
        chunk.append((number, packed[: len(packed) // ROW.itemsize * ROW.itemsize]))
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _engine(folder: Path) -> Any:
    engine = duckdb.connect(":memory:")
    engine.execute(f"SET memory_limit = '{MEMORY}'")
    engine.execute(f"SET threads = {THREADS}")
    engine.execute(f"SET temp_directory = '{folder / 'spill'}'")
    engine.execute("SET autoinstall_known_extensions = false")
    engine.execute("SET preserve_insertion_order = false")
    return engine
