# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prints as JSON how many waiting entries a second the sequencer places in an empty home: by the
clock, by processor time, and how many the disk alone would take, with the same number of bytes
written and flushed as often."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Final

BATCHES: Final = 120
BATCH: Final = 256
ENTRIES: Final = BATCHES * BATCH


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from amana.config.env import env
    from amana.journal.events import NODE, Act, Tag
    from amana.journal.sequencer import NO_AGENCY, sequence_all
    from amana.journal.services import record
    from amana.kernel.sealing.keyring import Keyring

    Keyring.ensure(env().key_folder)
    call_command("migrate", verbosity=0)
    acts = [Act(Tag.BACKUP_RUN, NODE, NO_AGENCY) for _ in range(BATCH)]
    with transaction.atomic():
        record(*acts)
    sequence_all(batch=BATCH)
    for _ in range(BATCHES):
        with transaction.atomic():
            record(*acts)
    written, worked, began = _written(), time.process_time(), time.perf_counter()
    placed = sequence_all(batch=BATCH)
    took, busy = time.perf_counter() - began, time.process_time() - worked
    if placed != ENTRIES:
        raise SystemExit(f"{placed} of {ENTRIES} entries got a place")
    disk = _flushed(env().home / "floor", (_written() - written) // BATCHES)
    said = {"wall": ENTRIES / took, "processor": ENTRIES / busy, "disk": ENTRIES / disk}
    print(json.dumps(said))


def _written() -> int:
    """Bytes that this process has written so far."""
    found = re.search(r"wchar: (\d+)", Path("/proc/self/io").read_text("ascii"))
    return int(found[1]) if found else 0


def _flushed(path: Path, size: int) -> float:
    """Seconds for the same bytes in the same number of flushed writes, and nothing else."""
    content = os.urandom(size)
    with path.open("wb", buffering=0) as file:
        began = time.perf_counter()
        for _ in range(BATCHES):
            file.write(content)
            os.fsync(file.fileno())
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
