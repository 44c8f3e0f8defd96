# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prints how many waiting entries a second the sequencer places in an empty home."""

from __future__ import annotations

import time
from typing import Final

BATCH: Final = 256
ENTRIES: Final = 40 * BATCH


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from amana.config.env import env
    from amana.journal.events import NODE, Act, Tag
    from amana.journal.sequencer import NO_AGENCY, sequence
    from amana.journal.services import record
    from amana.kernel.sealing.keyring import Keyring

    Keyring.ensure(env().key_folder)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        record(*(Act(Tag.BACKUP_RUN, NODE, NO_AGENCY) for _ in range(ENTRIES)))
    sequence(limit=BATCH)
    began = time.perf_counter()
    while sequence(limit=BATCH) is not None:
        pass
    print((ENTRIES - BATCH) / (time.perf_counter() - began))


if __name__ == "__main__":
    main()
