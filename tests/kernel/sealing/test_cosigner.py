# SPDX-License-Identifier: AGPL-3.0-or-later
"""The node's cosigning keys: made at the first start, added to older folders, never anew."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from amana.kernel.sealing.cosigner import PUBLIC_BYTES, CosignerSeeds
from amana.kernel.sealing.errors import KeyMissing, KeyringDamaged
from amana.kernel.sealing.keyring import Keyring, cosigner_public
from amana.kernel.sealing.keyring_backup import pack, unpack
from tests.kernel.sealing.builders import CHEAP

WORDS = "words for the folder"


def older(folder: Path) -> Keyring:
    """A folder as the version before cosigners made it."""
    ring = Keyring.create(folder)
    (folder / "cosigner.key").unlink()
    manifest = json.loads((folder / "keyring.json").read_text())
    del manifest["cosigner_public"]
    (folder / "keyring.json").write_text(json.dumps(manifest))
    return ring


def test_the_library_makes_the_key_that_the_standard_says() -> None:
    """First key of NIST's ML-DSA-44 key generation vectors (ACVP, FIPS 204)."""
    seed = bytes.fromhex("D71361C000F9A7BC99DFB425BCB6BB27C32C36AB444FF3708B2D93B4E66D5B5B")
    public = MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()
    assert public[:16].hex() == "b845fa2881407a59183071629b082231"
    assert len(public) == 1312


def test_the_two_keys_of_a_secret_never_change() -> None:
    """Partners know the public halves: another derivation would make all nodes strangers."""
    seeds = CosignerSeeds.of(bytes(range(32)))
    assert seeds.ed25519 != seeds.mldsa
    assert len(seeds.public()) == PUBLIC_BYTES
    assert sha256(seeds.ed25519).hexdigest()[:16] == "3739e14e126ef46e"
    assert sha256(seeds.mldsa).hexdigest()[:16] == "10fd3295a3cbc92f"
    assert repr(seeds) == "CosignerSeeds()"


def test_a_new_folder_has_the_key_and_names_its_public_half(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "keys")
    public = cosigner_public(tmp_path / "keys")
    assert public is not None
    assert b"".join(public) == ring.cosigner_seeds().public()
    assert Keyring.ensure(tmp_path / "keys").cosigner_seeds() == ring.cosigner_seeds()


@pytest.mark.parametrize("locked", [False, True])
def test_an_older_folder_gets_one_at_the_next_start_and_keeps_it(
    tmp_path: Path, *, locked: bool
) -> None:
    folder = tmp_path / "keys"
    old = older(folder)
    if locked:
        Keyring.open(folder).lock_folder(WORDS, cost=CHEAP)
    opened = Keyring.open(folder, WORDS)
    assert cosigner_public(folder) is None
    with pytest.raises(KeyMissing):
        opened.cosigner_seeds()
    started = Keyring.ensure(folder, WORDS)
    assert started.public_key() == old.public_key()
    again = Keyring.ensure(folder, WORDS)
    assert again.cosigner_seeds() == started.cosigner_seeds()
    assert (b'"sealed": true' in (folder / "cosigner.key").read_bytes()) == locked


def test_a_start_that_was_cut_is_completed(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    older(folder)
    Keyring.ensure(folder)
    half = (folder / "cosigner.key").read_bytes()
    manifest = json.loads((folder / "keyring.json").read_text())
    del manifest["cosigner_public"]
    (folder / "keyring.json").write_text(json.dumps(manifest))
    Keyring.ensure(folder)
    assert (folder / "cosigner.key").read_bytes() == half
    assert cosigner_public(folder) is not None


def test_another_cosigner_key_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Keyring.create(folder)
    Keyring.create(tmp_path / "other")
    (tmp_path / "other" / "cosigner.key").replace(folder / "cosigner.key")
    with pytest.raises(KeyringDamaged, match="cosigner"):
        Keyring.ensure(folder)


def test_the_key_is_in_the_backup_of_the_keys(tmp_path: Path) -> None:
    ring = Keyring.create(tmp_path / "keys")
    restored = unpack(pack(ring, WORDS, cost=CHEAP), WORDS, tmp_path / "new")
    assert restored.cosigner_seeds() == ring.cosigner_seeds()
    assert cosigner_public(tmp_path / "new") == cosigner_public(tmp_path / "keys")


def test_a_public_half_of_another_length_is_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Keyring.create(folder)
    manifest = json.loads((folder / "keyring.json").read_text())
    manifest["cosigner_public"] = "AAAA"
    (folder / "keyring.json").write_text(json.dumps(manifest))
    with pytest.raises(KeyringDamaged):
        cosigner_public(folder)
