# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.kernel.sealing import keyring_backup, passphrases
from amana.kernel.sealing.errors import (
    CannotOpen,
    KeyringDamaged,
    KeyringExists,
    UnusablePassphrase,
    WrongPassphrase,
)
from amana.kernel.sealing.keyring import Keyring
from amana.kernel.sealing.keyring_backup import pack, unpack
from tests.kernel.sealing.builders import CHEAP, KEY, flipped

WORDS = "words for the safe"
UNIT = "jo/ccu/aqaba"


def new_ring(tmp_path: Path) -> Keyring:
    ring = Keyring.create(tmp_path / "keys")
    ring.bootstrap_put(UNIT, KEY)
    ring.add_blind_key()
    return ring


@pytest.mark.parametrize("locked", [False, True])
def test_a_restored_folder_holds_every_key(tmp_path: Path, *, locked: bool) -> None:
    ring = new_ring(tmp_path)
    if locked:
        ring.lock_folder("folder words", cost=CHEAP)
    packed = pack(Keyring.open(tmp_path / "keys", "folder words"), WORDS, cost=CHEAP)
    restored = unpack(packed, WORDS, tmp_path / "new" / "keys")
    assert not restored.is_locked
    assert restored.contents() == ring.contents()
    assert restored.bootstrap_get(UNIT) == KEY
    assert restored.blind_index().current == 2
    assert restored.sign(b"leaf") == ring.sign(b"leaf")


def test_no_key_stands_in_the_backup(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    packed = pack(ring, WORDS, cost=CHEAP)
    for record in ring.contents().values():
        assert record.value not in packed
    assert b"signing" not in packed


def test_keys_are_not_restored_over_others(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    packed = pack(ring, WORDS, cost=CHEAP)
    other = Keyring.create(tmp_path / "other")
    with pytest.raises(KeyringExists):
        unpack(packed, WORDS, tmp_path / "other")
    assert Keyring.open(tmp_path / "other").public_key() == other.public_key()


def test_a_wrong_passphrase_or_a_changed_backup_writes_nothing(tmp_path: Path) -> None:
    packed = pack(new_ring(tmp_path), WORDS, cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        unpack(packed, "other words", tmp_path / "new")
    for position in range(0, len(packed), 97):
        with pytest.raises(CannotOpen):
            unpack(flipped(packed, position), WORDS, tmp_path / "new")
    with pytest.raises(CannotOpen):
        unpack(b"", WORDS, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_without_a_passphrase_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UnusablePassphrase):
        pack(new_ring(tmp_path), "", cost=CHEAP)


def test_a_file_name_in_a_backup_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    ring = new_ring(tmp_path)
    record = ring.contents()["node.key"].dump().decode()
    whole = {"manifest": ring.manifest().dump().decode(), "files": {"../node.key": record}}
    packed = keyring_backup.MAGIC + passphrases.lock(
        WORDS, json.dumps(whole).encode(), context=b"amana/keyring-backup/1", cost=CHEAP
    )
    with pytest.raises(KeyringDamaged):
        unpack(packed, WORDS, tmp_path / "new")
    assert not (tmp_path / "node.key").exists()
