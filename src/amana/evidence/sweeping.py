# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds ciphertext that nothing refers to: uploads that were cut off, files of expired drafts."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import islice

from amana.config.env import env
from amana.evidence.blobs import FolderBlobs
from amana.evidence.models import EvidenceItem

ORPHAN_AGE = timedelta(days=1)
BATCH = 500


def sweep() -> int:
    """Delete blobs older than a day that no item names; returns how many. The day leaves room
    for a file that was written and whose row is about to be."""
    store = FolderBlobs(env().blob_folder)
    oldest = time.time() - ORPHAN_AGE.total_seconds()
    dropped = 0
    addresses = store.addresses()
    while batch := list(islice(addresses, BATCH)):
        known = set(EvidenceItem.objects.filter(blob__in=batch).values_list("blob", flat=True))
        for address in batch:
            if address not in known and store.path(address).stat().st_mtime < oldest:
                store.delete(address)
                dropped += 1
    for path in store.incoming.glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
