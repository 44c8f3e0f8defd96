# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands without a running node: what they say, and with which code they end."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from amana.cli import main, say
from amana.cli.commands import setup
from amana.cli.errors import CommandFailed
from amana.config.env import env

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "operator-guide.md"
USED = re.compile(r"\bamana ((?:[a-z]+)(?: [a-z]+)?)((?: (?:\[?--[a-z]+))*)")


def test_packs_that_ship_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check"]) == 0
    assert "all of it holds" in capsys.readouterr().out


def test_one_pack_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check", "jo"]) == 0
    assert capsys.readouterr().out.startswith("jo: ")


def test_a_pack_with_faults_names_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "pack.yaml").write_text("code: xx\n")
    assert main(["pack", "check", str(tmp_path / "xx")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert any(line.startswith("pack.yaml") for line in said)
    assert said[-1].endswith("problems")


def test_a_pack_that_is_nowhere_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check", "atlantis"]) == 2
    assert "jo, ma" in capsys.readouterr().err


def test_a_passphrase_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "words"
    file.write_text("كلمات سر طويلة جدا\n", "utf-8")
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(file))
    assert say.passphrase(new=True) == "كلمات سر طويلة جدا"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfa"])
def test_a_passphrase_file_that_cannot_be_read_is_told(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "words"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(file))
    with pytest.raises(CommandFailed, match="cannot be read"):
        say.passphrase(new=False)


def test_without_file_and_terminal_no_passphrase_is_made_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(say.PASSPHRASE_FILE, raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(CommandFailed, match="no terminal"):
        say.passphrase(new=False)


def test_progress_is_silent_about_quick_work(capsys: pytest.CaptureFixture[str]) -> None:
    progress = say.Progress("files", 3)
    for done in range(3):
        progress(done)
    progress.close()
    assert capsys.readouterr().err == ""


def test_progress_speaks_of_what_takes_longer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = say.Progress("files", 3000)
    monkeypatch.setattr(say, "QUIET_SECONDS", 0.0)
    progress(1500)
    assert "1,500 of 3,000" in capsys.readouterr().err


def test_an_unknown_command_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["frobnicate"])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_setting_is_named_and_its_value_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from amana.config.env import env

    monkeypatch.setenv("AMANA_THREADS", "hunter2")
    env.cache_clear()
    try:
        assert main(["setup"]) == 2
    finally:
        monkeypatch.undo()
        env.cache_clear()
    said = capsys.readouterr().err
    assert "threads" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(("line", "options"), sorted(set(USED.findall(GUIDE.read_text("utf-8")))))
def test_what_the_guide_tells_an_operator_to_type_exists(
    line: str, options: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = line.split()
    help_of = [words, words[:1]] if len(words) > 1 else [words]
    for attempt in help_of:
        with pytest.raises(SystemExit) as ended:
            main([*attempt, "--help"])
        said = capsys.readouterr()
        if ended.value.code == 0 and "usage:" in said.out:
            assert all(option.strip("[ ") in said.out for option in options.split())
            return
    raise AssertionError(f"there is no command amana {line}")


def test_whatever_a_command_writes_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert main(["pack", "check", "jo"]) == 0
        (tmp_path / "made").write_text("x")
        assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_home_that_others_could_look_into_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "var"
    home.mkdir()
    home.chmod(0o755)
    changed = env().model_copy(update={"home": home})
    monkeypatch.setattr("amana.config.env.env", lambda: changed)
    setup._folders()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for folder in home.iterdir():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
