# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the doctor says of a home, and when it is red."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from amana.agencies.models import Agency
from amana.cli import main, pulse
from amana.cli.doctor import files, keys, links, running, settings
from amana.cli.doctor.lines import Level, Line, amber, green, red, shown
from amana.config.env import Env, env
from amana.config.node import keyring
from amana.evidence.ocr import reading
from amana.evidence.ocr.reading import Installed
from amana.evidence.safeview import jail
from amana.kernel.sealing.keyring import Keyring
from tests.support.builders import node
from tests.support.clamd import fake_clamd

pytestmark = pytest.mark.db
Setter = Callable[..., None]


@pytest.fixture(autouse=True)
def home() -> Agency:
    Keyring.ensure(env().key_folder)
    for folder in (env().home, env().blob_folder, env().run_folder, env().state_folder):
        folder.mkdir(parents=True, exist_ok=True)
    return node()


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Setter:
    """Change settings as the doctor sees them."""

    def change(**values: object) -> None:
        changed = env().model_copy(update=values)
        for module in (keys, settings):
            monkeypatch.setattr(module, "env", lambda: changed)

    return change


def level(line: Line) -> str:
    return str(line.level)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"public_url": "https://report.example"}, Level.GREEN),
        ({"public_url": "http://report.example"}, Level.RED),
        ({"public_url": ""}, Level.AMBER),
        ({"public_url": "", "host": "0.0.0.0"}, Level.RED),
    ],
)
def test_reports_must_not_travel_in_clear(
    setting: Setter, values: dict[str, object], expected: Level
) -> None:
    setting(**values)
    assert settings.public_address().level is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Level.GREEN),
        ({"public_url": "https://report.example"}, Level.RED),
        ({"public_url": "https://report.example", "trusted_proxies": 1}, Level.GREEN),
        ({"host": "0.0.0.0", "trusted_proxies": 1}, Level.AMBER),
    ],
)
def test_a_proxy_that_is_not_counted_makes_all_people_one(
    setting: Setter, values: dict[str, object], expected: Level
) -> None:
    setting(**values)
    assert settings.proxies().level is expected


def test_lifted_limits_are_red(setting: Setter) -> None:
    assert settings.load_test().level is Level.GREEN
    setting(load_test=True)
    assert settings.load_test().level is Level.RED


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Level.AMBER),
        ({"alert_email": "duty@unit.example"}, Level.RED),
        ({"alert_email": "duty@unit.example", "smtp_url": "smtp://mail.example"}, Level.GREEN),
    ],
)
def test_alerts_need_both_their_settings(
    setting: Setter, values: dict[str, object], expected: Level
) -> None:
    setting(**values)
    assert settings.alerts().level is expected


@pytest.mark.parametrize(
    ("languages", "expected", "words"),
    [
        (("ara", "eng", "fra", "urd"), Level.GREEN, "ara eng fra urd"),
        (("eng", "fra"), Level.AMBER, "without ara urd"),
        (None, Level.AMBER, "no tesseract"),
    ],
)
def test_which_languages_are_read_in_pictures_is_said(
    monkeypatch: pytest.MonkeyPatch,
    languages: tuple[str, ...] | None,
    expected: Level,
    words: str,
) -> None:
    found = Installed("/usr/bin/tesseract", "5.3.0", languages) if languages else None
    monkeypatch.setattr(reading, "installed", lambda: found)
    line = settings.texts_of_pictures()
    assert line.level is expected
    assert words in line.text


def test_facts_that_nobody_confirmed_are_counted() -> None:
    line = settings.pack()
    assert line.level is Level.AMBER
    assert "not verified" in line.text


def test_a_demonstration_home_says_so(home: Agency) -> None:
    assert settings.demonstration().level is Level.GREEN
    Agency.objects.filter(pk=home.pk).update(demonstration=True)
    assert settings.demonstration().level is Level.AMBER


def test_provisional_units_are_named() -> None:
    line = keys.provisional()
    assert line.level is Level.AMBER
    assert "jo/ccu" in line.text
    assert keys.bootstraps().level is Level.GREEN


def test_a_bootstrap_key_that_is_gone_is_red() -> None:
    keyring().bootstrap_destroy(keyring().bootstrap_units()[0])
    for unit in keyring().bootstrap_units():
        keyring().bootstrap_destroy(unit)
    assert keys.bootstraps().level is Level.RED


def test_no_recovery_key_is_red_in_this_version() -> None:
    assert keys.custodians().level is Level.RED


@pytest.mark.parametrize(("mode", "expected"), [(0o600, Level.GREEN), (0o644, Level.RED)])
def test_the_passphrase_file_is_private(
    setting: Setter, tmp_path: Path, mode: int, expected: Level
) -> None:
    file = tmp_path / "words"
    file.write_text("four plain words here")
    file.chmod(mode)
    setting(keys_passphrase_file=file)
    assert keys.passphrase_file().level is expected


def test_a_passphrase_beside_what_it_locks_is_amber(setting: Setter) -> None:
    file = env().home / "words"
    file.write_text("four plain words here")
    file.chmod(0o600)
    try:
        setting(keys_passphrase_file=file)
        assert keys.passphrase_file().level is Level.AMBER
    finally:
        file.unlink()


def test_a_worker_that_stopped_is_red() -> None:
    pulse.forget()
    assert running.worker().level is Level.AMBER
    pulse.beat()
    assert running.worker().level is Level.GREEN
    long_ago = time.time() - 60
    os.utime(pulse.path(), (long_ago, long_ago))
    assert running.worker().level is Level.RED
    assert not pulse.alive()
    pulse.forget()


def test_a_check_that_breaks_is_a_finding_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Line:
        raise OSError("no such disk")

    monkeypatch.setattr(running, "CHECKS", (broken, running.restored))
    assert main(["doctor", "--json"]) == 1
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert lines[0]["level"] == "red"
    assert "no such disk" in lines[0]["text"]
    assert lines[1] == {"level": "green", "name": "restore", "text": lines[1]["text"]}


def test_the_jail_of_files_is_tried_and_what_holds_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walls = jail.probe("namespaces")
    assert level(files.safe_view()) in {"green", "amber"}
    monkeypatch.setattr(jail, "probe", lambda: walls)
    line = files.safe_view()
    assert level(line) == "amber"
    assert "filter of system calls" in line.text
    assert "does not allow own namespaces" in line.text
    monkeypatch.setattr(jail, "probe", lambda: {"limits": True})
    assert level(files.safe_view()) == "red"


def test_a_virus_scanner_is_present_absent_or_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert level(files.scanner()) == "green"
    assert "none" in files.scanner().text
    monkeypatch.setattr(env(), "clamd", "127.0.0.1:9")
    assert level(files.scanner()) == "red"
    with fake_clamd(b"stream: OK\0") as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        assert level(files.scanner()) == "green"


def test_the_exit_code_tells_whether_something_is_red(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (running, keys, settings, files, links):
        monkeypatch.setattr(module, "CHECKS", ())
    assert main(["doctor"]) == 0
    monkeypatch.setattr(running, "CHECKS", (lambda: amber("a", "b"),))
    assert main(["doctor"]) == 0
    monkeypatch.setattr(running, "CHECKS", (lambda: red("a", "b"),))
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("red ")


def test_colour_is_never_all_that_tells() -> None:
    for line in (green("a", "b"), amber("a", "b"), red("a", "b")):
        assert level(line) in shown(line, colour=True)
        assert "\x1b" not in shown(line, colour=False)


def test_settings_are_those_of_the_program() -> None:
    """A field that was renamed would make the doctor silent about it."""
    for name in ("public_url", "trusted_proxies", "load_test", "alert_email", "smtp_url"):
        assert name in Env.model_fields
