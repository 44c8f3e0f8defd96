# SPDX-License-Identifier: AGPL-3.0-or-later
"""The key folder when the power goes between any two steps, and with several processes at it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amana.kernel.sealing import keyfiles
from amana.kernel.sealing.errors import KeyExists, KeyringError
from amana.kernel.sealing.keyring import Keyring
from tests.kernel.sealing.builders import CHEAP, KEY

UNIT = "jo/ccu/aqaba"
WORDS = "three calm words"
WHOLE = [".lock", "blind-0001.key", "cosigner.key", "keyring.json", "node.key", "signing.key"]


class PowerCut(BaseException):
    """Not an Exception, as no handler may soften it."""


def run_until_cut(patch: pytest.MonkeyPatch, steps: int, act: Callable[[], object]) -> bool:
    """Run `act`, but cut the power when it asks the disk for the `steps`-th time; True if cut."""
    real, left = os.fsync, [steps]

    def counting(descriptor: int) -> None:
        if left[0] == 0:
            raise PowerCut
        left[0] -= 1
        real(descriptor)

    with patch.context() as inner:
        inner.setattr(os, "fsync", counting)
        try:
            act()
        except PowerCut:
            return True
    return False


def each_cut(
    tmp_path: Path, patch: pytest.MonkeyPatch, prepare: Callable[[Path], Callable[[], object]]
) -> Iterator[tuple[Path, bool]]:
    """A fresh folder for each place at which the power can go, until the act runs through."""
    for steps in range(200):
        folder = tmp_path / f"keys-{steps}"
        was_cut = run_until_cut(patch, steps, prepare(folder))
        yield folder, was_cut
        if not was_cut:
            assert steps >= 3
            return
    raise AssertionError


def prepared(folder: Path) -> Keyring:
    ring = Keyring.create(folder)
    ring.bootstrap_put(UNIT, KEY)
    return ring


def test_creation_cut_anywhere_ends_in_one_usable_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(folder: Path) -> Callable[[], object]:
        return lambda: Keyring.create(folder)

    for folder, _ in each_cut(tmp_path, monkeypatch, prepare):
        ring = Keyring.ensure(folder)
        assert Keyring.open(folder).public_key() == ring.public_key()
        assert sorted(p.name for p in folder.iterdir()) == WHOLE


def test_locking_cut_anywhere_loses_no_key_and_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings: dict[Path, Keyring] = {}

    def prepare(folder: Path) -> Callable[[], object]:
        rings[folder] = prepared(folder)
        return lambda: rings[folder].lock_folder(WORDS, cost=CHEAP)

    for folder, was_cut in each_cut(tmp_path, monkeypatch, prepare):
        again = Keyring.open(folder, WORDS)
        assert again.signing_seed() == rings[folder].signing_seed()
        assert again.bootstrap_get(UNIT) == KEY
        assert again.is_locked or was_cut
        if again.is_locked:
            assert all(b'"sealed": true' in p.read_bytes() for p in folder.glob("*.key"))


def test_unlocking_cut_anywhere_loses_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings: dict[Path, Keyring] = {}

    def prepare(folder: Path) -> Callable[[], object]:
        rings[folder] = prepared(folder)
        rings[folder].lock_folder(WORDS, cost=CHEAP)
        return rings[folder].unlock_folder

    for folder, was_cut in each_cut(tmp_path, monkeypatch, prepare):
        again = Keyring.open(folder, WORDS)
        assert again.signing_seed() == rings[folder].signing_seed()
        assert again.bootstrap_get(UNIT) == KEY
        assert was_cut or not again.is_locked


def test_a_new_blind_key_cut_anywhere_leaves_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: dict[Path, bytes] = {}

    def prepare(folder: Path) -> Callable[[], object]:
        ring = prepared(folder)
        tokens[folder] = ring.blind_index().token("f", "k", "v")
        return ring.add_blind_key

    for folder, _ in each_cut(tmp_path, monkeypatch, prepare):
        again = Keyring.open(folder)
        assert again.blind_index().token("f", "k", "v", version=1) == tokens[folder]
        assert again.add_blind_key() in {2, 3}


def test_destroying_cut_anywhere_leaves_the_key_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for locked in (False, True):

        def prepare(folder: Path, *, locked: bool = locked) -> Callable[[], object]:
            ring = prepared(folder)
            if locked:
                ring.lock_folder(WORDS, cost=CHEAP)
            return lambda: ring.bootstrap_destroy(UNIT)

        for folder, was_cut in each_cut(tmp_path / str(locked), monkeypatch, prepare):
            again = Keyring.open(folder, WORDS)
            assert again.bootstrap_units() in ([[], [UNIT]] if was_cut else [[]])
            assert not list(folder.glob(".*.new"))


def test_half_written_files_are_swept_away(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Keyring.create(folder)
    (folder / ".signing.key.0011.new").touch(mode=0o600)
    Keyring.open(folder)
    assert not list(folder.glob(".*.new"))


def test_a_folder_in_order_is_only_read(tmp_path: Path) -> None:
    """So it may be mounted read-only."""
    folder = tmp_path / "keys"
    Keyring.create(folder)
    before = {p.name: p.stat().st_mtime_ns for p in folder.iterdir()}
    (folder / ".lock").unlink()
    Keyring.open(folder)
    assert not (folder / ".lock").exists()
    assert {p.name for p in folder.iterdir()} == before.keys() - {".lock"}


def _ensure(folder: Path) -> bytes:
    return Keyring.ensure(folder).public_key()


def test_processes_that_start_together_agree_on_one_set_of_keys(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        made = pool.map(_ensure, [tmp_path / "keys"] * 9)
    assert len(set(made)) == 1


def test_a_file_is_not_created_over_another(tmp_path: Path) -> None:
    keyfiles.create(tmp_path / "a", b"1")
    with pytest.raises(KeyExists):
        keyfiles.create(tmp_path / "a", b"2")
    (tmp_path / "b").symlink_to(tmp_path / "nowhere")
    with pytest.raises(KeyExists):
        keyfiles.create(tmp_path / "b", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    (tmp_path / "a.key").mkdir()
    with pytest.raises(KeyringError):
        keyfiles.read(tmp_path / "a.key")
