# SPDX-License-Identifier: AGPL-3.0-or-later
"""All keys of a node in one sealed piece, kept apart from the backup of the database.

It holds the bootstrap keys of that day: a copy opens what provisional units were given until
then, even after the node has destroyed them. Keep it like the keys themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from amana.kernel.sealing import passphrases
from amana.kernel.sealing.errors import CannotOpen, KeyringDamaged
from amana.kernel.sealing.keyrecords import KeyRecord, Manifest
from amana.kernel.sealing.keyring import Keyring, write_new
from amana.kernel.sealing.passphrases import VAULT_COST, Cost

MAGIC: Final = b"amana-keys-backup/1\n"

_CONTEXT: Final = b"amana/keyring-backup/1"


def pack(ring: Keyring, passphrase: str, *, cost: Cost = VAULT_COST) -> bytes:
    """Every key of `ring`, sealed under a passphrase. Raises `KeyringLocked`,
    `UnusablePassphrase`, `Busy`."""
    files = {name: record.dump().decode("utf-8") for name, record in ring.contents().items()}
    manifest = ring.manifest().with_lock(None).dump().decode("utf-8")
    whole = json.dumps({"manifest": manifest, "files": files}).encode("utf-8")
    return MAGIC + passphrases.lock(passphrase, whole, context=_CONTEXT, cost=cost)


def unpack(packed: bytes, passphrase: str, path: Path) -> Keyring:
    """Write the keys into an empty folder, without a folder lock, and open it.

    Raises `CannotOpen` (no backup of ours), `WrongPassphrase`, `KeyringExists`, `Busy`.
    """
    if not packed.startswith(MAGIC):
        raise CannotOpen
    whole = passphrases.unlock(passphrase, packed[len(MAGIC) :], context=_CONTEXT)
    content = json.loads(whole)
    write_new(path, _records(content["files"]), Manifest.load(content["manifest"].encode("utf-8")))
    return Keyring.open(path)


def _records(files: Mapping[str, str]) -> list[KeyRecord]:
    if any(Path(name).name != name for name in files):
        raise KeyringDamaged
    return [KeyRecord.load(name, text.encode("utf-8")) for name, text in files.items()]
