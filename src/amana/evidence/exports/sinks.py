# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a bag is written to: a folder, or a zip file that is sent while it grows."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol


class Sink(Protocol):
    """Files one after the other: `begin`, `write` as often as needed, `end`."""

    def begin(self, path: str) -> None: ...
    def write(self, data: bytes, /) -> None: ...
    def end(self) -> None: ...


class FolderSink:
    """A bag in a folder, which has its name only once it is whole. Raises `FileExistsError`."""

    def __init__(self, parent: Path, name: str) -> None:
        self.path = parent / name
        if self.path.exists():
            raise FileExistsError(self.path)
        self._unfinished = parent / f".{name}.unfinished"
        self._unfinished.mkdir(mode=0o700, parents=True)
        self._file: IO[bytes] = io.BytesIO()

    def begin(self, path: str) -> None:
        target = self._unfinished / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = target.open("xb")

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def end(self) -> None:
        self._file.close()

    def finish(self) -> Path:
        """Give the bag its name."""
        self._unfinished.rename(self.path)
        return self.path

    def abandon(self) -> None:
        """Nothing of an unfinished bag stays: it holds files in clear."""
        self._file.close()
        shutil.rmtree(self._unfinished, ignore_errors=True)


class ZipSink:
    """A bag as a zip file. `take` hands out what has grown since; nothing lies on the disk and
    nothing but the last piece in memory. Files are stored as they are: most are packed already,
    and what unpacks to more than it is looks like an attack to those who check."""

    def __init__(self, name: str, at: datetime) -> None:
        self._name, self._at = name, at.timetuple()[:6]
        self._tape = _Tape()
        self._zip = zipfile.ZipFile(self._tape, "w", zipfile.ZIP_STORED)
        self._file: IO[bytes] = io.BytesIO()

    def begin(self, path: str) -> None:
        entry = zipfile.ZipInfo(f"{self._name}/{path}", self._at)
        entry.external_attr = 0o100600 << 16
        self._file = self._zip.open(entry, "w", force_zip64=True)

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def end(self) -> None:
        self._file.close()

    def finish(self) -> None:
        """Write the table of contents; `take` it."""
        self._zip.close()

    def take(self) -> bytes:
        """What was written since the last time."""
        return self._tape.take()


class _Tape:
    """A file that can only be written on; zipfile then puts sizes behind the bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The tape goes on for as long as somebody takes from it."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
