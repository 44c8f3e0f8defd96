# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana keys`: the one thing that no backup of the node holds goes out whole, comes back whole, or
not at all."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from amana.cli import main, occupied, say
from amana.config.env import env
from amana.config.node import keyring
from amana.journal import state
from amana.journal.events import Tag
from amana.journal.models import Event
from amana.kernel.sealing import keyring_backup
from amana.kernel.sealing.errors import KeyringLocked
from amana.kernel.sealing.keyring import Keyring
from tests.support.builders import CHEAP

pytestmark = pytest.mark.db
WORDS = "four plain words here"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with keys of its own, and a passphrase in a file; one guess costs nothing here."""
    for costly in (keyring_backup.pack, Keyring.lock_folder):
        monkeypatch.setitem(costly.__kwdefaults__ or {}, "cost", CHEAP)
    (tmp_path / "words").write_text(f"{WORDS}\n")
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(tmp_path / "words"))
    moved_to(tmp_path / "home", monkeypatch)
    Keyring.ensure(env().key_folder)
    yield env().home
    monkeypatch.undo()
    anew()


def moved_to(home: Path, patch: pytest.MonkeyPatch) -> None:
    """What follows happens on another home."""
    patch.setenv("AMANA_HOME", str(home))
    patch.setenv("AMANA_KEYS", str(home / "keys"))
    anew()
    home.mkdir(mode=0o700, exist_ok=True)


def anew() -> None:
    """As in the process of another command: settings and keys are read again."""
    env.cache_clear()
    keyring.cache_clear()


def contents() -> dict[str, bytes]:
    anew()
    return {name: record.dump() for name, record in keyring().contents().items()}


def leaves() -> int:
    return Event.objects.filter(tag=Tag.KEYS_BACKUP).count()


def backed_up(tmp_path: Path) -> Path:
    target = tmp_path / "keys.bak"
    assert main(["keys", "backup", "--to", str(target)]) == 0
    return target


def restored(source: Path) -> int:
    return main(["keys", "restore", "--from", str(source)])


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """A command that could not do it: what it said, in one line."""
    capsys.readouterr()
    anew()
    assert main(["keys", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("amana: ")
    assert err.count("\n") == 1
    return err


# --- backup


def test_what_was_backed_up_comes_back_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents()
    target = backed_up(tmp_path)
    assert "sealed" in capsys.readouterr().out
    moved_to(tmp_path / "other", monkeypatch)
    assert restored(target) == 0
    assert contents() == before
    assert str(env().key_folder) in capsys.readouterr().out


def test_the_file_is_its_owners_alone_and_shows_no_key(tmp_path: Path) -> None:
    target = backed_up(tmp_path)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    packed = target.read_bytes()
    assert packed.startswith(keyring_backup.MAGIC)
    assert not any(held in packed for held in contents().values())
    assert WORDS.encode() not in packed


def test_a_backup_of_the_keys_is_a_leaf(tmp_path: Path) -> None:
    assert leaves() == 0
    backed_up(tmp_path)
    assert leaves() == 1


def test_a_backup_that_cannot_be_written_is_no_leaf(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = failed(capsys, "backup", "--to", str(tmp_path / "nowhere" / "keys.bak"))
    assert "not backed up" in said
    assert leaves() == 0


def test_a_file_that_is_there_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = backed_up(tmp_path)
    before = target.read_bytes()
    assert "is there already" in failed(capsys, "backup", "--to", str(target))
    assert target.read_bytes() == before
    assert leaves() == 1


@pytest.mark.parametrize("way", ["keys.bak", "blobs/../keys.bak", "link/keys.bak"])
def test_keys_are_not_kept_beside_what_they_open(
    way: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also not by way of a link, or of two dots."""
    (home / "blobs").mkdir()
    (home / "link").symlink_to(home / "blobs")
    (tmp_path / "outside").symlink_to(home)
    for place in (home / way, tmp_path / "outside" / way):
        assert "inside the home" in failed(capsys, "backup", "--to", str(place))
    assert not list(home.rglob("keys.bak"))


@pytest.mark.parametrize("words", ["", "short", "eleven char", " " * 40])
def test_a_passphrase_that_is_none_seals_nothing(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words").write_text(words)
    failed(capsys, "backup", "--to", str(tmp_path / "keys.bak"))
    assert not (tmp_path / "keys.bak").exists()
    assert leaves() == 0


# --- restore


def test_the_wrong_words_open_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = backed_up(tmp_path)
    (tmp_path / "words").write_text("four other words here\n")
    moved_to(tmp_path / "other", monkeypatch)
    said = failed(capsys, "restore", "--from", str(target))
    assert "not put back" in said
    assert "four other" not in said
    assert not env().key_folder.exists()


@pytest.mark.parametrize("change", ["empty", "foreign", "cut", "bit", "longer"])
def test_a_file_that_was_changed_puts_nothing_back(
    change: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    target = backed_up(tmp_path)
    raw = bytearray(target.read_bytes())
    raw[-20] ^= change == "bit"
    target.write_bytes(
        {
            "empty": b"",
            "foreign": b"PK\x03\x04" + bytes(raw),
            "cut": bytes(raw[: len(raw) // 2]),
            "bit": bytes(raw),
            "longer": bytes(raw) + b"\0",
        }[change]
    )
    moved_to(tmp_path / "other", monkeypatch)
    failed(capsys, "restore", "--from", str(target))
    assert not env().key_folder.exists()


def test_keys_are_never_put_over_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, before = backed_up(tmp_path), contents()
    assert "not empty" in failed(capsys, "restore", "--from", str(target))
    assert contents() == before


def test_a_running_node_keeps_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = backed_up(tmp_path)
    moved_to(tmp_path / "other", monkeypatch)
    running = occupied.occupy()
    try:
        assert "stop it first" in failed(capsys, "restore", "--from", str(target))
    finally:
        fcntl.flock(running, fcntl.LOCK_UN)
        os.close(running)
    assert not env().key_folder.exists()
    assert restored(target) == 0


def test_keys_from_elsewhere_sign_nothing_until_somebody_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may have signed a log that goes on where this copy of it ends."""
    target = backed_up(tmp_path)
    moved_to(tmp_path / "other", monkeypatch)
    assert restored(target) == 0
    assert (state.path().parent / state.UNKNOWN).exists()


# --- lock and unlock


def test_a_locked_folder_opens_with_its_passphrase_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents()
    assert main(["keys", "lock"]) == 0
    anew()
    with pytest.raises(KeyringLocked):
        keyring()
    assert "not unlocked" in failed(capsys, "unlock")
    monkeypatch.setenv("AMANA_KEYS_PASSPHRASE_FILE", str(tmp_path / "words"))
    anew()
    assert contents() == before
    assert main(["keys", "unlock"]) == 0
    monkeypatch.delenv("AMANA_KEYS_PASSPHRASE_FILE")
    anew()
    assert contents() == before


def test_another_passphrase_takes_the_place_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents()
    first, second = tmp_path / "words", tmp_path / "second"
    second.write_text("quite another five words\n")
    assert main(["keys", "lock"]) == 0
    monkeypatch.setenv("AMANA_KEYS_PASSPHRASE_FILE", str(first))
    anew()
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(second))
    assert main(["keys", "lock"]) == 0
    assert "not unlocked" in failed(capsys, "unlock")
    monkeypatch.setenv("AMANA_KEYS_PASSPHRASE_FILE", str(second))
    anew()
    assert contents() == before


def test_a_locked_folder_is_backed_up_without_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents()
    assert main(["keys", "lock"]) == 0
    monkeypatch.setenv("AMANA_KEYS_PASSPHRASE_FILE", str(tmp_path / "words"))
    anew()
    target = backed_up(tmp_path)
    monkeypatch.delenv("AMANA_KEYS_PASSPHRASE_FILE")
    moved_to(tmp_path / "other", monkeypatch)
    assert restored(target) == 0
    assert contents() == before


@pytest.mark.parametrize("around", [" {}", "{} ", "\t{}\t", "\n{}\n", "\u00a0{}", "{}\r\n"])
def test_space_around_the_words_locks_nobody_out(
    around: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node reads them from a file without it; a typed one may have ended with a space."""
    before = contents()
    (tmp_path / "words").write_text(around.format(WORDS))
    assert main(["keys", "lock"]) == 0
    monkeypatch.setenv("AMANA_KEYS_PASSPHRASE_FILE", str(tmp_path / "words"))
    assert contents() == before
    (tmp_path / "words").write_text(WORDS)
    assert contents() == before


def test_space_alone_is_no_passphrase(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words").write_text(" " * 40 + "short" + " " * 40)
    assert "at least 12 characters" in failed(capsys, "lock")
    anew()
    assert not keyring().is_locked
