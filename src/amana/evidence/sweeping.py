# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds ciphertext that nothing refers to: uploads that were cut off, files of expired drafts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import islice

from amana.config.env import env
from amana.evidence.blobs import blobs
from amana.evidence.models import EvidenceItem

ORPHAN_AGE = timedelta(days=1)
BATCH = 500


def sweep() -> int:
    """Delete blobs older than a day that no living item names; returns how many. The day leaves
    room for a file that was written and whose row is about to be."""
    store, oldest = blobs(), time.time() - ORPHAN_AGE.total_seconds()
    dropped = 0
    addresses = store.addresses(datetime.fromtimestamp(oldest, UTC))
    while batch := list(islice(addresses, BATCH)):
        items = EvidenceItem.objects.filter(blob__in=batch, shredded_at=None)
        known = set(items.values_list("blob", flat=True))
        for address in batch:
            if address not in known:
                store.delete(address)
                dropped += 1
    for path in (env().blob_folder / "incoming").glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
