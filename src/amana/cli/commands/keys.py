# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana keys`: the node's own keys, backed up apart from everything else."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from amana.cli import say
from amana.cli.errors import CommandFailed


def register(commands: Any) -> None:
    parser = commands.add_parser("keys", help="back up and restore the keys of the node")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    backup = actions.add_parser("backup", help="all keys in one file under a passphrase")
    backup.add_argument("--to", required=True, type=Path, metavar="FILE")
    backup.set_defaults(run=run_backup)
    restore = actions.add_parser("restore", help="put the keys into an empty key folder")
    restore.add_argument("--from", required=True, type=Path, metavar="FILE", dest="source")
    restore.set_defaults(run=run_restore)
    lock = actions.add_parser("lock", help="put the key folder under a passphrase, or change it")
    lock.set_defaults(run=run_lock)
    unlock = actions.add_parser("unlock", help="take the passphrase of the key folder away")
    unlock.set_defaults(run=run_unlock)


def run_backup(options: argparse.Namespace) -> int:
    """Write the file, which must not exist yet, and note it in the journal."""
    import django

    django.setup()
    from django.db import DatabaseError, transaction

    from amana.config.env import env
    from amana.config.node import keyring
    from amana.journal.events import NODE, Act, Tag
    from amana.journal.sequencer import NO_AGENCY
    from amana.journal.services import record
    from amana.kernel.sealing import keyring_backup
    from amana.kernel.sealing.errors import SealingError

    target: Path = options.to.absolute()
    if target.resolve().is_relative_to(env().home):
        raise CommandFailed("the file would lie inside the home; keep the keys somewhere else")
    if target.exists():
        raise CommandFailed(f"{target} is there already; nothing was written")
    try:
        packed = keyring_backup.pack(keyring(), say.passphrase(new=True))
        with transaction.atomic():
            record(Act(Tag.KEYS_BACKUP, NODE, NO_AGENCY))
            _write(target, packed)
    except (SealingError, DatabaseError, OSError) as error:
        raise CommandFailed(f"the keys were not backed up: {error}") from error
    print(f"{target}: {len(packed):,} bytes, sealed. Keep it and its passphrase apart.")
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Fill the empty key folder of this node."""
    from amana.cli import occupied
    from amana.config.env import env
    from amana.kernel.sealing import keyring_backup
    from amana.kernel.sealing.errors import SealingError

    folder = env().key_folder
    try:
        packed = Path(options.source).read_bytes()
        with occupied.alone():
            keyring_backup.unpack(packed, say.passphrase(new=False), folder)
            _hold_the_log_back()
    except (SealingError, OSError) as error:
        raise CommandFailed(f"the keys were not put back: {error}") from error
    print(f"the keys lie in {folder}; it has no passphrase of its own")
    return 0


def run_lock(_options: argparse.Namespace) -> int:
    """From the next start on the node needs AMANA_KEYS_PASSPHRASE_FILE."""
    from amana.config.node import keyring
    from amana.kernel.sealing.errors import SealingError

    try:
        # Without the space around it, as whoever opens the folder reads it from its file.
        keyring().lock_folder(say.passphrase(new=True).strip())
    except (SealingError, OSError) as error:
        raise CommandFailed(f"the key folder was not locked: {error}") from error
    print("locked. The node reads the passphrase from the file AMANA_KEYS_PASSPHRASE_FILE names.")
    return 0


def run_unlock(_options: argparse.Namespace) -> int:
    """Needs AMANA_KEYS_PASSPHRASE_FILE, like everything that opens a locked folder."""
    from amana.config.node import keyring
    from amana.kernel.sealing.errors import SealingError

    try:
        keyring().unlock_folder()
    except (SealingError, OSError) as error:
        raise CommandFailed(f"the key folder was not unlocked: {error}") from error
    print("the key files are guarded by their mode only")
    return 0


def _hold_the_log_back() -> None:
    """These keys may have signed entries that nobody here knows of."""
    import django

    django.setup()
    from amana.journal import state

    state.keys_came_from_elsewhere()


def _write(target: Path, packed: bytes) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
