# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tiles of the tree in the database."""

from __future__ import annotations

from collections.abc import Mapping

from amana.journal.models import Tile


class DatabaseTiles:
    """`TileStore` over the `Tile` table; reads each tile once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], bytes | None] = {}

    def get(self, level: int, index: int) -> bytes | None:
        key = (level, index)
        if key not in self._seen:
            row = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True)
            found = row.first()
            self._seen[key] = bytes(found) if found is not None else None
        return self._seen[key]

    def put_many(self, items: Mapping[tuple[int, int], bytes]) -> None:
        Tile.objects.bulk_create(
            [
                Tile(id=Tile.key(level, index), level=level, index=index, hashes=hashes)
                for (level, index), hashes in items.items()
            ],
            update_conflicts=True,
            unique_fields=["level", "index"],
            update_fields=["hashes"],
        )
        self._seen.update(items)
