# SPDX-License-Identifier: AGPL-3.0-or-later
"""Starts the program apart, and knows whether tesseract is there and which languages it reads."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import Final

from amana.evidence.ocr import inside

LANGUAGES: Final = ("ara", "eng", "fra", "urd")
"""What the people who write here write in, by tesseract's names."""
SECONDS: Final = 75
ASKING_SECONDS: Final = 10
WAITING_SECONDS: Final = 5
_VERSION = re.compile(r"tesseract v?(\d[\w.]{0,20})")
_one_at_a_time = threading.BoundedSemaphore(1)


class CannotRead(Exception):
    """No text came out; the message says why, in English, for operators."""


class NoProgram(CannotRead):
    """There is no tesseract on this machine, or none of our languages with it."""


class NoPicture(CannotRead):
    """What was given is no picture that can be drawn within the limits."""


class Busy(CannotRead):
    """Another picture is being read."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The program as it is installed. `languages` are those of ours that it can read."""

    program: str
    version: str
    languages: tuple[str, ...]

    @property
    def tool(self) -> str:
        """As records of custody name it."""
        return f"tesseract/{self.version}"


@dataclass(frozen=True, slots=True)
class Text:
    """What was recognised, as the tool gave it, and with what."""

    said: str = field(repr=False)
    by: Installed


def installed() -> Installed | None:
    """What there is to read with; nothing without tesseract or without any of our languages."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    listed = _asked(program, "--list-langs").split()
    version = _VERSION.search(_asked(program, "--version"))
    found = tuple(name for name in LANGUAGES if name in listed)
    return Installed(program, version[1] if version else "?", found) if found else None


def read(content: bytes) -> Text:
    """The text in a picture, in whichever of our languages are installed. One picture at a time.

    Raises `NoProgram`, `NoPicture`, `Busy`, `CannotRead`; nothing of the picture is kept."""
    by = installed()
    if by is None:
        raise NoProgram("no tesseract, or none of: " + " ".join(LANGUAGES))
    if not _one_at_a_time.acquire(timeout=WAITING_SECONDS):
        raise Busy("another picture is being read")
    try:
        return Text(_recognised(by, content), by)
    finally:
        _one_at_a_time.release()


def _recognised(by: Installed, content: bytes) -> str:
    child = subprocess.Popen(
        [sys.executable, "-B", "-m", inside.__name__, by.program, "+".join(by.languages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8", "PATH": os.defpath, "OMP_THREAD_LIMIT": "1"},
        cwd="/",
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(content, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise CannotRead("it took too long") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
    if child.returncode == inside.NO_PICTURE:
        raise NoPicture("no picture, or one beyond the limits")
    if child.returncode != 0:
        raise CannotRead("tesseract ended without a text")
    return said.decode(errors="replace").replace("\f", "").strip()


def _asked(program: str, option: str) -> str:
    try:
        answer = subprocess.run(
            [program, option],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASKING_SECONDS,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (answer.stdout + answer.stderr).decode(errors="replace")
