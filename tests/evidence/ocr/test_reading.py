# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is installed, and what happens when the program is away, slow, busy or talks to nobody."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from amana.evidence.ocr import reading
from amana.evidence.ocr.reading import Busy, CannotRead, Installed, NoPicture, NoProgram
from tests.support.tesseract import saved

PICTURE = saved(Image.new("L", (8, 8)))
LISTED = "List of available languages (3):\\neng\\nosd\\nurd"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of this name that lists two of our languages and repeats its environment."""
    file = tmp_path / "tesseract"
    program(file, "env")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return file


def program(file: Path, body: str, *, listed: str = LISTED) -> None:
    file.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        f'--list-langs) printf "{listed}\\n"; exit 0;;\n'
        '--version) echo "tesseract 5.9.1-test"; exit 0;;\n'
        f"esac\ncat > /dev/null\n{body}\n"
    )
    file.chmod(0o700)


def test_it_knows_what_is_installed(fake: Path) -> None:
    found = reading.installed()
    assert found == Installed(str(fake), "5.9.1", ("eng", "urd"))
    assert found.tool == "tesseract/5.9.1"


def test_without_the_program_or_our_languages_there_is_nothing(
    fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(fake, "true", listed="osd\\ndeu")
    assert reading.installed() is None
    with pytest.raises(NoProgram):
        reading.read(PICTURE)
    monkeypatch.setenv("PATH", str(fake.parent / "none"))
    assert reading.installed() is None


def test_a_program_that_cannot_be_started_is_as_if_absent(fake: Path) -> None:
    fake.write_bytes(b"\x7fELF nothing")
    assert reading.installed() is None


def test_it_is_told_nothing_of_the_node(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANA_CANARY", "a secret of the operator")
    told = dict(line.split("=", 1) for line in reading.read(PICTURE).said.splitlines())
    assert set(told) <= {"LANG", "PATH", "OMP_THREAD_LIMIT", "PWD", "SHLVL", "_", "LC_CTYPE"}
    assert told["OMP_THREAD_LIMIT"] == "1"


def test_the_text_comes_with_the_languages_and_without_page_ends(fake: Path) -> None:
    program(fake, r'printf " one\n\ntwo \f\377"')
    text = reading.read(PICTURE)
    assert text.said == "one\n\ntwo \ufffd"
    assert text.by.languages == ("eng", "urd")
    assert "one" not in repr(text)


def test_a_slow_program_is_ended_with_all_it_started(
    fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    # A name can be written where a byte cannot.
    program(fake, f"sleep 60 & : > {pids}/$!; : > {pids}/$$; wait")
    monkeypatch.setattr(reading, "SECONDS", 3)
    began = time.monotonic()
    with pytest.raises(CannotRead, match="too long"):
        reading.read(PICTURE)
    assert time.monotonic() - began < 20
    started = [int(entry.name) for entry in pids.iterdir()]
    assert started
    # A signal reaches a process when its turn comes.
    patience = threading.Event()
    for _ in range(200):
        running = [pid for pid in started if _runs(pid)]
        if not running or patience.wait(0.05):
            break
    assert running == []


def _runs(pid: int) -> bool:
    """Whether it still does anything: one that ended waits to be collected as a zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def test_one_picture_at_a_time(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WAITING_SECONDS", 0.01)
    reading._one_at_a_time.acquire()
    try:
        with pytest.raises(Busy):
            reading.read(PICTURE)
    finally:
        reading._one_at_a_time.release()
    reading.read(PICTURE)


def test_each_fault_has_its_name_and_the_next_picture_is_read(fake: Path) -> None:
    with pytest.raises(NoPicture):
        reading.read(b"no picture")
    program(fake, "exit 1")
    with pytest.raises(CannotRead, match="without a text"):
        reading.read(PICTURE)
    program(fake, "echo again")
    assert reading.read(PICTURE).said == "again"
