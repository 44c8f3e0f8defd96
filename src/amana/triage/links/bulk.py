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
    COUNT_BITS,
    MOST_COUNTED,
    ROW,
    Ground,
    build,
    lay,
    values_of_rows,
)
from amana.kernel.linking.kinds import FAMILY, NEAR, Kind

MEMORY: Final = "700MB"
THREADS: Final = 2
CHUNK: Final = 50_000


_WHAT_IS_SHARED: Final = (
    (
        "CREATE TEMP TABLE spelt AS SELECT DISTINCT token, value FROM spelling WHERE token IN "
        "(SELECT token FROM spelling GROUP BY token HAVING min(value) <> max(value))"
    ),
    # A spelling of more values than `ground.CROWD` says nothing of any two of them.
    (
        "DELETE FROM spelt WHERE token IN "
        "(SELECT token FROM spelt GROUP BY token HAVING count(*) > 64)"
    ),
    (
        "CREATE TEMP TABLE near AS SELECT DISTINCT a.value AS one, b.value AS other "
        "FROM spelt a JOIN spelt b USING (token) WHERE a.value < b.value"
    ),
    (
        "CREATE TEMP TABLE kept AS SELECT token FROM exact GROUP BY token HAVING count(*) > 1 "
        "UNION SELECT one FROM near UNION SELECT other FROM near"
    ),
)


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
            engine.execute("COPY columns TO $file (FORMAT parquet)", {"file": str(target)})
            engine.unregister("columns")
            done += len(chunk)
            yield done


def read(folder: Path) -> Ground:
    """The ground of all token sets in a folder that `write` has filled; empty for none."""
    if not any(folder.glob("*.parquet")):
        return lay({})
    with _engine(folder) as engine:
        rows = engine.read_parquet(f"{folder}/*.parquet")
        rows.filter(f"kind < {NEAR} AND kind <> {int(Kind.PREFIX)}").create_view("exact")
        rows.filter(f"kind >= {NEAR}").project("token, value").create_view("spelling")
        for statement in _WHAT_IS_SHARED:
            engine.execute(statement)
        told = engine.table("exact").aggregate(f"number, {_mask_sql()} AS mask", "number")
        everyone = told.order("number").fetchnumpy()
        kept = engine.execute(
            "SELECT number, kind, token FROM exact WHERE token IN (SELECT token FROM kept)"
        ).fetchnumpy()
        near = engine.execute("SELECT one, other FROM near ORDER BY one, other").fetchnumpy()
    numbers = np.asarray(everyone["number"])
    return build(
        numbers.tolist(),
        np.searchsorted(numbers, np.asarray(kept["number"])).astype(np.int32),
        np.asarray(kept["kind"]),
        np.asarray(kept["token"]),
        np.stack([np.asarray(near["one"]), np.asarray(near["other"])], axis=1),
        masks=np.asarray(everyone["mask"]).astype(np.int32),
    )


def _mask_sql() -> str:
    """The masks of `Ground` as SQL."""
    bits = []
    for kind, family in FAMILY.items():
        count = f"count(*) FILTER (kind = {int(kind)})"
        bits.append(f"least({count}, {MOST_COUNTED}) * {1 << COUNT_BITS * family}")
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
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "threads": THREADS,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": False,
            "preserve_insertion_order": False,
        },
    )
