# SPDX-License-Identifier: AGPL-3.0-or-later
"""What auditors may read: hashes of the tree up to the published size, and proofs between sizes.

Nothing beyond the published size leaves the node: how fast the log grows within an hour would tell
when somebody reported."""

from __future__ import annotations

import re
from typing import Final

from amana.journal.proofs import latest_public
from amana.journal.store import DatabaseTiles
from amana.kernel.ledger.encoding import parse_decimal
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.tiles import TILE_HEIGHT, TILE_WIDTH, consistency_proof
from amana.kernel.ledger.tree import HASH_SIZE

MAX_LEVEL: Final = 7
"""A tree of 2**63 leaves has no tiles above."""

_LEVEL: Final = re.compile(r"0|[1-9][0-9]?", re.ASCII)
_PATH: Final = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class CannotProve(Exception):
    """No proof between these sizes; the text says why."""


def published_size() -> int:
    """How much of the tree the world knows of."""
    public = latest_public()
    return public.checkpoint_id if public is not None else 0


def tile(level: str, path: str) -> bytes | None:
    """The tile at a path of tlog-tiles: level, then `x001/x234/067` and for a partial tile
    `.p/<width>`. `None` for what does not exist or is not published yet."""
    found = _PATH.fullmatch(path)
    if found is None or not _LEVEL.fullmatch(level) or int(level) > MAX_LEVEL:
        return None
    index, width = _index(found[1]), int(found[2] or TILE_WIDTH)
    if index is None or (found[2] and width >= TILE_WIDTH):
        return None
    there = published_size() >> (TILE_HEIGHT * int(level))
    if index * TILE_WIDTH + width > there:
        return None
    hashes = DatabaseTiles().get(int(level), index) or b""
    return hashes[: width * HASH_SIZE] if len(hashes) >= width * HASH_SIZE else None


def consistency(old: str, new: str) -> list[bytes]:
    """The proof that the tree of `new` leaves continues that of `old`. Raises `CannotProve`."""
    try:
        first, second = parse_decimal(old), parse_decimal(new)
        if second > published_size():
            raise CannotProve(f"size {second} has not been published")
        return consistency_proof(DatabaseTiles(), first, second)
    except LedgerError as error:
        raise CannotProve(str(error)) from error
    except ValueError as error:
        raise CannotProve("two sizes are needed") from error


def _index(text: str) -> int | None:
    """`x001/x234/067` as a number; `None` for a longer way to write a small one."""
    parts = text.replace("x", "").split("/")
    if len(parts) > 1 and parts[0] == "000":
        return None
    return int("".join(parts))
