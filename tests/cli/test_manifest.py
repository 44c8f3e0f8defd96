# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a backup says of itself: any byte that was changed is told, with the file it is in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from amana.cli.errors import CommandFailed
from amana.cli.keeping import manifest as keeping
from amana.cli.keeping.manifest import Manifest, digest_of, read, write, write_new
from amana.config.env import env
from amana.config.node import keyring
from amana.kernel.sealing.keyring import Keyring


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    Keyring.ensure(env().key_folder)
    folder = tmp_path / "backup"
    folder.mkdir()
    (folder / "database.sqlite3").write_bytes(b"rows" * 1000)
    (folder / keeping.BLOB_LIST).write_text("aa\nbb\n")
    names = ("database.sqlite3", keeping.BLOB_LIST)
    write(folder, made({name: digest_of(folder / name) for name in names}))
    return folder


def made(files: dict[str, str]) -> Manifest:
    return Manifest(
        format=keeping.FORMAT,
        version="0.1.0",
        made_at="2026-01-15T10:00:00+00:00",
        node=keyring().public_key().hex(),
        pack="jo",
        database="sqlite",
        database_file="database.sqlite3",
        log_size=12,
        blobs=2,
        missing_blobs=0,
        blob_bytes=4,
        files=files,
    )


def test_a_whole_backup_reads_as_it_was_written(backup: Path) -> None:
    found = read(backup)
    assert found == made(found.files)
    assert list(keeping.blob_lines(backup)) == ["aa", "bb"]


@pytest.mark.parametrize("name", ["database.sqlite3", keeping.BLOB_LIST])
@pytest.mark.parametrize("how", ["changed", "cut", "gone", "longer"])
def test_a_file_that_is_not_as_it_was_is_named(backup: Path, name: str, how: str) -> None:
    file = backup / name
    content = file.read_bytes()
    if how == "gone":
        file.unlink()
    else:
        other = bytes([content[0] ^ 1]) + content[1:]
        file.write_bytes({"changed": other, "cut": content[:-1], "longer": content + b"x"}[how])
    with pytest.raises(CommandFailed, match=name):
        read(backup)


@pytest.mark.parametrize("name", [keeping.MANIFEST, keeping.SIGNATURE])
def test_without_its_last_files_it_is_no_whole_backup(backup: Path, name: str) -> None:
    (backup / name).unlink()
    with pytest.raises(CommandFailed, match="no whole backup"):
        read(backup)


@pytest.mark.parametrize(
    ("key", "value"),
    [("log_size", 0), ("pack", "ma"), ("files", {}), ("blobs", 0), ("made_at", "2020")],
)
def test_a_changed_manifest_is_noticed(backup: Path, key: str, value: object) -> None:
    path = backup / keeping.MANIFEST
    said = json.loads(path.read_bytes())
    path.write_text(json.dumps({**said, key: value}, sort_keys=True, indent=2))
    with pytest.raises(CommandFailed, match="was changed"):
        read(backup)


def test_every_byte_of_the_signature_counts(backup: Path) -> None:
    path = backup / keeping.SIGNATURE
    good = path.read_text()
    for place in (0, 31, 64, 127):
        letter = "0" if good[place] != "0" else "1"
        path.write_text(good[:place] + letter + good[place + 1 :])
        with pytest.raises(CommandFailed, match="was changed"):
            read(backup)
    path.write_text(good)
    read(backup)


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", "{}", '{"format": 1}', "\u0661", '{"a": 1}']
)
def test_a_manifest_that_is_none_is_no_traceback(backup: Path, broken: str) -> None:
    (backup / keeping.MANIFEST).write_text(broken)
    with pytest.raises(CommandFailed):
        read(backup)


@pytest.mark.parametrize("broken", ["", "zz", "00", "ab" * 64])
def test_a_signature_that_is_none_is_no_traceback(backup: Path, broken: str) -> None:
    (backup / keeping.SIGNATURE).write_text(broken)
    with pytest.raises(CommandFailed):
        read(backup)


def test_a_backup_of_another_node_asks_for_its_keys_first(tmp_path: Path) -> None:
    Keyring.ensure(env().key_folder)
    folder = tmp_path / "foreign"
    folder.mkdir()
    write(folder, replace(made({}), node="ab" * 32))
    with pytest.raises(CommandFailed, match="other node keys"):
        read(folder)


def test_a_backup_of_another_format_is_said_to_be_one(tmp_path: Path) -> None:
    Keyring.ensure(env().key_folder)
    folder = tmp_path / "newer"
    folder.mkdir()
    write(folder, replace(made({}), format="amana-backup/9"))
    with pytest.raises(CommandFailed, match="another format: amana-backup/9"):
        read(folder)


@pytest.mark.parametrize("name", ["../database.sqlite3", "/etc/hostname", "a/b", ".."])
def test_even_a_signed_manifest_names_no_file_outside(tmp_path: Path, name: str) -> None:
    Keyring.ensure(env().key_folder)
    folder = tmp_path / "signed"
    folder.mkdir()
    (tmp_path / "database.sqlite3").write_bytes(b"x")
    write(folder, made({name: digest_of(folder / name) if name != ".." else ""}))
    with pytest.raises((CommandFailed, IsADirectoryError)):
        read(folder)


def test_a_private_file_is_never_written_over(tmp_path: Path) -> None:
    write_new(tmp_path / "one", b"1")
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "one", b"2")
    assert (tmp_path / "one").read_bytes() == b"1"


def test_the_manifest_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Keyring.ensure(env().key_folder)
    written: list[str] = []

    def note(path: Path, data: bytes) -> None:
        written.append(path.name)
        path.write_bytes(data)

    monkeypatch.setattr(keeping, "write_new", note)
    write(tmp_path, made({}))
    assert written == [keeping.SIGNATURE, keeping.MANIFEST]
