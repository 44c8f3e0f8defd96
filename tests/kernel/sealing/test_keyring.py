# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from amana.kernel.sealing.errors import (
    BadKey,
    KeyExists,
    KeyMissing,
    KeyringDamaged,
    KeyringError,
    KeyringExists,
    KeyringLocked,
    KeyringMissing,
    UnsafePermissions,
    WrongPassphrase,
)
from amana.kernel.sealing.keyring import Keyring, bootstrap_name
from tests.kernel.sealing.builders import CHEAP, KEY, OTHER_KEY

UNIT = "jo/ccu/aqaba"
WORDS = "three calm words"


def new_ring(tmp_path: Path, *, locked: bool = False) -> tuple[Path, Keyring]:
    folder = tmp_path / "keys"
    ring = Keyring.create(folder)
    ring.bootstrap_put(UNIT, KEY)
    if locked:
        ring.lock_folder(WORDS, cost=CHEAP)
    return folder, ring


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def forms(secret: bytes) -> list[bytes]:
    return [secret, secret.hex().encode(), base64.b64encode(secret)]


def secrets_of(ring: Keyring) -> list[bytes]:
    return [form for record in ring.contents().values() for form in forms(record.value)]


def test_a_new_folder_opens_again_with_the_same_keys(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    again = Keyring.open(folder)
    assert again.signing_seed() == ring.signing_seed()
    assert again.derived("django") == ring.derived("django")
    assert again.blind_index().token("f", "k", "v") == ring.blind_index().token("f", "k", "v")
    assert again.bootstrap_get(UNIT) == KEY
    assert not again.is_locked


def test_two_nodes_have_nothing_in_common(tmp_path: Path) -> None:
    one, other = Keyring.create(tmp_path / "a"), Keyring.create(tmp_path / "b")
    assert one.public_key() != other.public_key()
    assert one.derived("django") != other.derived("django")
    assert one.derived("django") != one.derived("limits")
    assert one.blind_index().token("f", "k", "v") != other.blind_index().token("f", "k", "v")


def test_a_signature_is_verified_with_the_public_key(tmp_path: Path) -> None:
    _, ring = new_ring(tmp_path)
    Ed25519PublicKey.from_public_bytes(ring.public_key()).verify(ring.sign(b"leaf"), b"leaf")


@pytest.mark.parametrize("locked", [False, True])
def test_folder_and_files_are_for_their_owner_only(tmp_path: Path, *, locked: bool) -> None:
    before = os.umask(0)
    try:
        folder, _ = new_ring(tmp_path, locked=locked)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o710])
def test_a_folder_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    folder, _ = new_ring(tmp_path)
    folder.chmod(mode)
    with pytest.raises(UnsafePermissions, match="0700"):
        Keyring.open(folder)


FILES = ["signing.key", "cosigner.key", "node.key", "blind-0001.key"]


@pytest.mark.parametrize("name", ["keyring.json", *FILES])
def test_a_file_open_to_others_is_refused(tmp_path: Path, name: str) -> None:
    folder, _ = new_ring(tmp_path)
    (folder / name).chmod(0o640)
    with pytest.raises(UnsafePermissions, match=name):
        Keyring.open(folder)


def test_an_open_folder_is_not_filled_with_keys(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(UnsafePermissions):
        Keyring.create(tmp_path / "keys")
    assert list((tmp_path / "keys").iterdir()) == []


def test_a_link_in_place_of_a_key_is_refused(tmp_path: Path) -> None:
    folder, _ = new_ring(tmp_path)
    (folder / "signing.key").rename(tmp_path / "elsewhere")
    (folder / "signing.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyringDamaged):
        Keyring.open(folder)


def test_no_folder_and_an_empty_folder_are_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyringMissing):
        Keyring.open(tmp_path / "keys")
    (tmp_path / "keys").mkdir(mode=0o700)
    with pytest.raises(KeyringMissing):
        Keyring.open(tmp_path / "keys")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("way", ["open", "ensure"])
def test_a_missing_key_is_an_error_and_never_made_anew(tmp_path: Path, name: str, way: str) -> None:
    folder, _ = new_ring(tmp_path)
    (folder / name).unlink()
    with pytest.raises(KeyMissing, match=name):
        getattr(Keyring, way)(folder)
    assert not (folder / name).exists()


def test_a_missing_manifest_is_an_error_and_never_made_anew(tmp_path: Path) -> None:
    folder, _ = new_ring(tmp_path)
    (folder / "keyring.json").unlink()
    before = everything(folder)
    with pytest.raises(KeyringDamaged):
        Keyring.open(folder)
    with pytest.raises(KeyringError):
        Keyring.ensure(folder)
    with pytest.raises(KeyringExists):
        Keyring.create(folder)
    assert everything(folder) == before


def test_keys_are_not_made_over_anything_that_lies_there(tmp_path: Path) -> None:
    folder, _ = new_ring(tmp_path)
    with pytest.raises(KeyringExists):
        Keyring.create(folder)
    (tmp_path / "other").mkdir(mode=0o700)
    (tmp_path / "other" / "holiday.jpg").write_bytes(b"")
    with pytest.raises(KeyringExists):
        Keyring.create(tmp_path / "other")


def test_another_signing_key_is_noticed(tmp_path: Path) -> None:
    folder, _ = new_ring(tmp_path)
    Keyring.create(tmp_path / "other")
    (tmp_path / "other" / "signing.key").replace(folder / "signing.key")
    with pytest.raises(KeyringDamaged, match="signing key"):
        Keyring.open(folder)


def test_creation_cut_by_a_crash_starts_again(tmp_path: Path) -> None:
    folder, _ = new_ring(tmp_path)
    (folder / "keyring.json").unlink()
    (folder / ".creating").touch(mode=0o600)
    (folder / "node.key").unlink()
    with pytest.raises(KeyringError):
        Keyring.open(folder)
    ring = Keyring.ensure(folder)
    assert Keyring.open(folder).public_key() == ring.public_key()
    assert ring.bootstrap_units() == []
    assert not (folder / ".creating").exists()


def test_a_crash_after_the_last_key_keeps_the_keys(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    (folder / ".creating").touch(mode=0o600)
    assert Keyring.ensure(folder).public_key() == ring.public_key()


def test_ensure_makes_a_folder_once(tmp_path: Path) -> None:
    first = Keyring.ensure(tmp_path / "a" / "keys")
    assert Keyring.ensure(tmp_path / "a" / "keys").public_key() == first.public_key()


def test_the_secret_of_the_web_framework_may_lie_there_first(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "django.secret").write_text("x")
    ring = Keyring.ensure(tmp_path / "keys")
    assert Keyring.ensure(tmp_path / "keys").public_key() == ring.public_key()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "other"}',
        b"[" * 60_000,
        b"x" * 70_000,
        b'{"format": "amana-key/1", "label": "", "sealed": false, "value": "AAAA"}',
        b'{"format": "amana-key/1", "label": "", "sealed": false, "value": "&"}',
        b'{"format": "amana-key/1", "label": "", "sealed": 1, "value": ""}',
        b'{"format": "amana-keyring/1", "blind_versions": [1], "blind_current": 2}',
        b'{"format": "amana-keyring/1", "blind_versions": [], "blind_current": 1}',
        b'{"format": "amana-keyring/1", "blind_versions": 1, "blind_current": 1}',
        b'{"format": "amana-keyring/1", "blind_versions": ["1", 1], "blind_current": 1}',
        b'{"format": "amana-keyring/1", "blind_versions": [1], "blind_current": 1}',
    ],
)
@pytest.mark.parametrize("name", ["keyring.json", "signing.key"])
def test_a_damaged_file_is_a_clear_error(tmp_path: Path, name: str, content: bytes) -> None:
    folder, _ = new_ring(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(KeyringDamaged):
        Keyring.open(folder)


def test_a_new_blind_key_is_current_and_the_old_one_stays(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    old = ring.blind_index().token("f", "k", "v")
    assert ring.add_blind_key() == 2
    for index in (ring.blind_index(), Keyring.open(folder).blind_index()):
        assert index.current == 2
        assert index.token("f", "k", "v", version=1) == old
        assert index.token("f", "k", "v") != old


def test_a_bootstrap_key_is_kept_given_back_and_destroyed(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    ring.bootstrap_put(UNIT, KEY)
    assert ring.bootstrap_units() == [UNIT]
    assert Keyring.open(folder).bootstrap_get(UNIT) == KEY
    assert ring.bootstrap_destroy(UNIT)
    assert not ring.bootstrap_destroy(UNIT)
    assert ring.bootstrap_units() == []
    with pytest.raises(KeyMissing):
        ring.bootstrap_get(UNIT)


def test_another_process_sees_at_once_that_it_is_gone(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    other = Keyring.open(folder)
    ring.bootstrap_destroy(UNIT)
    with pytest.raises(KeyMissing):
        other.bootstrap_get(UNIT)


def test_a_unit_keeps_its_key_against_a_second_one(tmp_path: Path) -> None:
    _, ring = new_ring(tmp_path)
    with pytest.raises(KeyExists):
        ring.bootstrap_put(UNIT, OTHER_KEY)
    assert ring.bootstrap_get(UNIT) == KEY
    with pytest.raises(BadKey):
        ring.bootstrap_put("jo/ccu/karak", b"short")


@pytest.mark.parametrize("unit_id", ["../../etc/x", "a/b", "وحدة", "", "x" * 5000, "\x00"])
def test_a_unit_id_never_becomes_a_path(tmp_path: Path, unit_id: str) -> None:
    folder, ring = new_ring(tmp_path)
    ring.bootstrap_put(unit_id, OTHER_KEY)
    assert ring.bootstrap_get(unit_id) == OTHER_KEY
    assert (folder / bootstrap_name(unit_id)).is_file()
    assert unit_id in ring.bootstrap_units()


def test_destroying_overwrites_the_bytes_on_the_disk(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    path = folder / bootstrap_name(UNIT)
    size = path.stat().st_size
    os.link(path, tmp_path / "same-bytes")
    ring.bootstrap_destroy(UNIT)
    left = (tmp_path / "same-bytes").read_bytes()
    assert len(left) == size
    assert not any(form in left for form in forms(KEY))


def test_a_locked_folder_needs_its_passphrase(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path, locked=True)
    with pytest.raises(KeyringLocked):
        Keyring.open(folder)
    with pytest.raises(WrongPassphrase):
        Keyring.open(folder, "three other words")
    again = Keyring.open(folder, WORDS)
    assert again.is_locked
    assert again.signing_seed() == ring.signing_seed()
    assert again.bootstrap_get(UNIT) == KEY


def test_no_key_stands_in_a_locked_folder(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    in_clear = everything(folder)
    assert any(form in in_clear for form in secrets_of(ring))
    ring.lock_folder(WORDS, cost=CHEAP)
    ring.bootstrap_put("jo/ccu/karak", OTHER_KEY)
    ring.add_blind_key()
    locked = everything(folder)
    assert not any(form in locked for form in secrets_of(ring))
    assert WORDS.encode() not in locked
    assert Keyring.open(folder, WORDS).bootstrap_units() == [UNIT, "jo/ccu/karak"]


def test_locking_overwrites_the_bytes_that_stood_in_clear(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    os.link(folder / "signing.key", tmp_path / "same-bytes")
    ring.lock_folder(WORDS, cost=CHEAP)
    left = (tmp_path / "same-bytes").read_bytes()
    assert not any(form in left for form in forms(ring.signing_seed()))


def test_the_passphrase_can_be_changed_and_taken_away(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path, locked=True)
    ring.lock_folder("new words", cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        Keyring.open(folder, WORDS)
    again = Keyring.open(folder, "new words")
    again.unlock_folder()
    assert Keyring.open(folder).signing_seed() == ring.signing_seed()
    assert Keyring.open(folder, "ignored").bootstrap_get(UNIT) == KEY


def test_a_sealed_key_moved_to_another_name_does_not_open(tmp_path: Path) -> None:
    folder, _ = new_ring(tmp_path, locked=True)
    (folder / "node.key").replace(folder / "blind-0001.key")
    (folder / "node.key").write_bytes((folder / "blind-0001.key").read_bytes())
    (folder / "node.key").chmod(0o600)
    with pytest.raises(KeyringDamaged, match="blind-0001"):
        Keyring.open(folder, WORDS)


def test_a_node_that_does_not_know_of_the_lock_writes_nothing_in_clear(tmp_path: Path) -> None:
    folder, ring = new_ring(tmp_path)
    running = Keyring.open(folder)
    ring.lock_folder(WORDS, cost=CHEAP)
    for act in (
        lambda: running.bootstrap_put("jo/ccu/karak", OTHER_KEY),
        lambda: running.bootstrap_get(UNIT),
        running.add_blind_key,
        lambda: running.lock_folder("other words", cost=CHEAP),
    ):
        with pytest.raises(KeyringLocked):
            act()
    assert not any(form in everything(folder) for form in forms(OTHER_KEY))
    assert running.bootstrap_destroy(UNIT)


def test_nothing_secret_is_shown(tmp_path: Path) -> None:
    _, ring = new_ring(tmp_path)
    shown = repr(ring) + "".join(repr(record) for record in ring.contents().values())
    assert repr(ring) == "Keyring(locked=False, blind=1)"
    assert not any(
        form.decode() in shown for s in (KEY, ring.signing_seed()) for form in forms(s)[1:]
    )
    assert repr(KEY) not in shown
