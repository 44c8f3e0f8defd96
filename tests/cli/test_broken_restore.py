# SPDX-License-Identifier: AGPL-3.0-or-later
"""A restore that broke off: the copy may stand there with every old session in it, so that nothing
is served from it until the restore has run to its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from amana.cli import main, occupied
from amana.cli.doctor import running
from amana.cli.doctor.lines import Level
from amana.cli.errors import CommandFailed
from amana.cli.keeping import databases, manifest, restore
from amana.config.env import env


class Cut(Exception):
    """The power goes."""


@pytest.fixture(autouse=True)
def home() -> Iterator[Path]:
    env().home.mkdir(parents=True, exist_ok=True)
    yield env().home
    (env().home / occupied.RESTORING).unlink(missing_ok=True)


def steps(monkeypatch: pytest.MonkeyPatch, *, cut: str = "") -> list[tuple[str, bool]]:
    """A restore of nothing; each step notes whether the mark lay there, and one may break off."""
    done: list[tuple[str, bool]] = []

    def step(name: str, value: object = None) -> object:
        def run(*_args: object, **_more: object) -> object:
            done.append((name, occupied.is_restoring()))
            if name == cut:
                raise Cut
            return value

        return run

    found = manifest.Manifest(
        format=manifest.FORMAT,
        version="1",
        made_at="",
        node="",
        pack="jo",
        database=connection.vendor,
        database_file="x",
        log_size=0,
        blobs=0,
        missing_blobs=0,
        blob_bytes=0,
        files={},
    )
    monkeypatch.setattr(manifest, "read", lambda folder: found)
    monkeypatch.setattr(restore, "_check_blobs", step("check"))
    monkeypatch.setattr(restore, "_copy_blobs", step("blobs"))
    monkeypatch.setattr(databases, "empty", step("empty", False))
    monkeypatch.setattr(databases, "require_movable", step("movable"))
    monkeypatch.setattr(databases, "move_aside", step("aside"))
    monkeypatch.setattr(databases, "copy_in", step("copy"))
    monkeypatch.setattr(restore, "call_command", step("migrate"))
    monkeypatch.setattr(restore, "_shut_everybody_out", step("out", 0))
    monkeypatch.setattr(restore, "_held_back", step("held", ""))
    return done


def test_the_mark_lies_there_from_before_the_first_write_until_everybody_is_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = steps(monkeypatch)
    restore.restore(tmp_path, force=True)
    marked = dict(done)
    assert not marked["check"]
    assert not marked["movable"]
    for name in ("aside", "blobs", "copy", "migrate", "out"):
        assert marked[name], name
    assert not marked["held"]
    assert not occupied.is_restoring()


@pytest.mark.parametrize("cut", ["aside", "blobs", "copy", "migrate", "out"])
def test_whatever_step_breaks_off_no_node_starts_until_it_was_run_again(
    cut: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as broken:
        steps(broken, cut=cut)
        with pytest.raises(Cut):
            restore.restore(tmp_path, force=True)
    with pytest.raises(CommandFailed, match="broken off"):
        occupied.occupy()
    assert main(["worker"]) == 2
    assert "amana restore --from" in capsys.readouterr().err
    line = running.restored()
    assert (line.level, "broken off" in line.text) == (Level.RED, True)
    steps(monkeypatch)
    restore.restore(tmp_path, force=True)
    assert not occupied.is_restoring()


def test_a_restore_that_is_refused_leaves_no_mark(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    steps(monkeypatch)
    with pytest.raises(CommandFailed, match="--force"):
        restore.restore(tmp_path, force=False)
    assert not occupied.is_restoring()
