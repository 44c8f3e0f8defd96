# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tiles of the tree in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from amana.config.statements import Statement
from amana.journal.models import Tile

_TILE: Final = Statement('SELECT hashes FROM journal_tile WHERE level = %s AND "index" = %s')
_STORE: Final = Statement(
    'INSERT INTO journal_tile (id, level, "index", hashes) VALUES (%s, %s, %s, %s) '
    'ON CONFLICT (level, "index") DO UPDATE SET hashes = excluded.hashes'
)


class DatabaseTiles:
    """`TileStore` over the `Tile` table; reads each tile once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], bytes | None] = {}

    def get(self, level: int, index: int) -> bytes | None:
        key = (level, index)
        if key not in self._seen:
            found = _TILE.run((level, index))
            self._seen[key] = bytes(found[0][0]) if found else None
        return self._seen[key]

    def put_many(self, items: Mapping[tuple[int, int], bytes]) -> None:
        for (level, index), hashes in items.items():
            _STORE.run((Tile.key(level, index), level, index, hashes))
        self._seen.update(items)
