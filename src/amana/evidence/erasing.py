# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making sure that what was deleted is gone from the files of the database, too.

SQLite overwrites deleted content (`secure_delete`), but older pages stand in its write-ahead log
until that is written back and cut; PostgreSQL keeps old rows until they are vacuumed, and its own
log for as long as it is archived (docs/operator-guide.md). Copies of keys in memory end with the
process; what a disk keeps below the file system is the disk's business."""

from __future__ import annotations

from typing import Final

from django.db import connection

KEY_TABLES: Final = ("evidence_itemkey", "reports_partgrant", "reports_sealedpart")


def erase_traces() -> bool:
    """Write back and cut the log of SQLite, or vacuum the tables of keys. False while somebody
    else is reading older pages, or inside a transaction: try again later."""
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, in_log, _written = cursor.fetchone()
            return not busy and in_log in (0, -1)
        for table in KEY_TABLES:
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
    return True
