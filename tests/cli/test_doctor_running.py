# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the doctor says of a node at work, at both ends of each of its limits."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from amana.agencies.models import Agency
from amana.cli import main
from amana.cli.doctor import files, keys, links, running
from amana.cli.doctor.lines import Level
from amana.config.clock import now as clock_now
from amana.config.env import env
from amana.config.health import LEAST_FREE_BYTES
from amana.evidence import rechecking
from amana.evidence.safeview import jail
from amana.journal import stamps
from amana.journal.selectors import BEHIND, LogState, log_state
from amana.journal.stamps import StampState
from amana.kernel.ledger.errors import StampError
from amana.kernel.sealing.errors import KeyringDamaged
from tests.support.builders import node
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def home() -> Agency:
    for folder in (env().home, env().blob_folder, env().run_folder, env().state_folder):
        folder.mkdir(parents=True, exist_ok=True)
    return node()


def test_tables_of_this_version_are_green() -> None:
    assert running.migrations().level is Level.GREEN


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (0, Level.RED),
        (LEAST_FREE_BYTES - 1, Level.RED),
        (LEAST_FREE_BYTES, Level.AMBER),
        (2 * running.GIB - 1, Level.AMBER),
        (2 * running.GIB, Level.GREEN),
    ],
)
def test_the_fuller_of_two_disks_decides(
    free: int, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    for full in (env().home, env().blob_folder):
        room = {full: free}
        monkeypatch.setattr(
            shutil,
            "disk_usage",
            lambda folder, room=room: SimpleNamespace(free=room.get(folder, 2**50)),
        )
        line = running.disk()
        assert line.level is level
        assert level is Level.GREEN or str(full) in line.text


def test_style_sheets_that_were_not_collected_are_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.STATIC_ROOT", tmp_path)
    assert running.static_files().level is Level.RED
    (tmp_path / "staticfiles.json").write_text("{}")
    assert running.static_files().level is Level.GREEN


@pytest.mark.parametrize(
    ("hours", "level", "words"),
    [
        (None, Level.AMBER, "none yet"),
        (-3, Level.RED, "3 hours ahead"),
        (0, Level.GREEN, "of this hour"),
        (1, Level.GREEN, "of the last hour"),
        (2, Level.RED, "2 hours old"),
    ],
)
def test_an_hour_without_a_public_checkpoint_is_told(
    hours: int | None, level: Level, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "hours_since_published", lambda: hours)
    line = running.published()
    assert (line.level, words in line.text) == (level, True)


@pytest.mark.parametrize(
    ("behind", "held_back", "level"),
    [
        (timedelta(0), "", Level.GREEN),
        (BEHIND, "", Level.GREEN),
        (BEHIND + timedelta(seconds=1), "", Level.RED),
        (timedelta(0), "an older copy", Level.RED),
    ],
)
def test_a_log_that_is_behind_or_signs_nothing_is_red(
    behind: timedelta, held_back: str, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = log_state()
    found = LogState(now.origin, 7, 3, behind, held_back, None)
    monkeypatch.setattr(running, "log_state", lambda: found)
    line = running.log()
    assert line.level is level
    assert held_back in line.text


@pytest.mark.parametrize(
    ("authorities", "ending", "silent", "level"),
    [
        (0, 0, (), Level.AMBER),
        (2, 0, (), Level.GREEN),
        (2, 1, (), Level.AMBER),
        (2, 0, ("one",), Level.AMBER),
        (2, 0, ("one", "two"), Level.RED),
        (1, 0, ("one",), Level.RED),
    ],
)
def test_one_silent_authority_is_amber_and_all_of_them_are_red(
    authorities: int,
    ending: int,
    silent: tuple[str, ...],
    level: Level,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = StampState(authorities, clock_now(), ending, silent)
    monkeypatch.setattr(stamps, "stamp_state", lambda: found)
    monkeypatch.setattr(stamps, "roots", list)
    line = running.trusted_time()
    assert line.level is level
    assert all(name in line.text for name in silent)


def test_stamps_that_nothing_can_check_are_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[object]:
        raise StampError("no certificate in it")

    found = StampState(1, clock_now(), 0, ())
    monkeypatch.setattr(stamps, "stamp_state", lambda: found)
    monkeypatch.setattr(stamps, "roots", broken)
    line = running.trusted_time()
    assert (line.level, line.text) == (Level.RED, "no certificate in it")


def test_a_damaged_file_is_red_until_it_is_whole_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert running.stored_files().level is Level.GREEN
    monkeypatch.setattr(rechecking, "damaged", lambda: 2)
    assert running.stored_files().level is Level.RED
    assert running.stored_files().text.startswith("2 damaged")


def test_reports_that_wait_for_their_links_or_keep_old_tokens_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (links.linked().level, links.tokens().level) == (Level.GREEN, Level.GREEN)
    monkeypatch.setattr(links, "waiting_for_long", lambda: 3)
    monkeypatch.setattr(links, "under_older_keys", lambda: 4)
    assert (links.linked().level, links.tokens().level) == (Level.AMBER, Level.AMBER)
    assert links.linked().text.startswith("3 ")
    assert links.tokens().text.startswith("4 ")


def test_files_that_cannot_be_drawn_at_all_are_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dict[str, bool]:
        raise jail.NoSafeView("no_process")

    monkeypatch.setattr(jail, "probe", broken)
    line = files.safe_view()
    assert (line.level, "no_process" in line.text) == (Level.RED, True)


def test_keys_that_do_not_open_are_named_with_their_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise KeyringDamaged

    assert keys.folder().level is Level.GREEN
    monkeypatch.setattr(keys, "keyring", broken)
    line = keys.folder()
    assert line.level is Level.RED
    assert str(env().key_folder) in line.text


def test_the_passphrase_file_that_is_missing_is_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys.passphrase_file().level is Level.GREEN
    changed = env().model_copy(update={"keys_passphrase_file": tmp_path / "words"})
    monkeypatch.setattr(keys, "env", lambda: changed)
    assert keys.passphrase_file().level is Level.RED
    (tmp_path / "words").mkdir(mode=0o700)
    assert keys.passphrase_file().level is Level.RED


def test_the_exit_code_of_the_whole_is_red_as_long_as_one_line_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHECKS", ())
    assert main(["doctor", "--json"]) == 1  # no recovery key in this version
    said = json.loads(capsys.readouterr().out)["lines"]
    assert not [line for line in said if "could not be looked at" in line["text"]]
    assert len({line["name"] for line in said}) == len(said)
    assert all(line["text"] for line in said)
