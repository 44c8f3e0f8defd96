# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploads that nobody went on with, and bytes that no row names any more."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import islice
from pathlib import Path

from amana.config.clock import now
from amana.evidence.models import Upload, UploadPiece
from amana.evidence.resumable.pieces import staging
from amana.evidence.resumable.services import LIFE, drop

AT_ONCE = 500


def sweep() -> int:
    """End the uploads whose time is over, and delete bytes of the same age that belong to none
    (a process was killed in between, a draft was deleted). Returns how many of both."""
    late = list(Upload.objects.filter(expires_at__lte=now()).order_by("expires_at")[:AT_ONCE])
    for row in late:
        drop(row)
    return len(late) + _sweep_bytes()


def _sweep_bytes() -> int:
    store, gone = staging(), 0
    oldest = time.time() - LIFE.total_seconds()
    addresses = store.addresses()
    while batch := list(islice(addresses, AT_ONCE)):
        known = set(UploadPiece.objects.filter(blob__in=batch).values_list("blob", flat=True))
        gone += sum(
            _drop_if_old(store.path(address), oldest) for address in batch if address not in known
        )
    return gone + sum(_drop_if_old(path, oldest) for path in store.incoming.glob("*"))


def _drop_if_old(path: Path, oldest: float) -> bool:
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < oldest:
            path.unlink()
            return True
    return False
