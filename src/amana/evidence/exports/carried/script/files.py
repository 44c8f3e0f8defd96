# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a bag, from a folder or from a zip file; nothing is unpacked or written."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path
from typing import IO

MAX_FILES, MAX_TEXT, MAX_BYTES, MAX_RATIO = 100_000, 256 << 20, 1 << 42, 200


class Refused(Exception):
    """Something does not hold: a short code, where, and a sentence."""

    def __init__(self, code: str, where: str, text: str) -> None:
        super().__init__(text)
        self.code, self.where, self.text = code, where, text


class NotABag(Exception):
    """There is nothing here that could be checked."""


def safe(path: str) -> bool:
    """Whether a name can only mean a file inside the bag, on every system."""
    if re.search(r"[\x00-\x1f\x7f\\\ud800-\udfff]|^~|^%\w+%|^[A-Za-z]:", path):
        return False
    parts = path.split("/")
    return len(path) <= 1024 and all(part not in ("", ".", "..") for part in parts)


class Folder:
    """A bag in a folder. Links and devices are refused, never followed."""

    def __init__(self, top: str) -> None:
        self.top = top
        self.sizes: dict[str, int] = {}
        self._walk(top, "")

    def _walk(self, folder: str, prefix: str) -> None:
        for entry in os.scandir(folder):
            name, facts = prefix + entry.name, entry.stat(follow_symlinks=False)
            if not safe(name):
                raise Refused("path", ascii(name), "this name has no place in a bag")
            if stat.S_ISDIR(facts.st_mode):
                self._walk(entry.path, name + "/")
            elif stat.S_ISREG(facts.st_mode):
                self.sizes[name] = facts.st_size
            else:
                raise Refused("path", name, "a link or a device has no place in a bag")
            if len(self.sizes) > MAX_FILES:
                raise Refused("limit", name, "more files than are checked here")

    def open(self, name: str) -> IO[bytes]:
        """A stream of the bytes of one file."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(f"{self.top}/{name}", flags), "rb")


class Zip:
    """A bag in a zip file. What unpacks out of all proportion is refused before it is read."""

    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)
        found = [info for info in self.zip.infolist() if not info.is_dir()]
        # Entries may share their bytes: no more is there than the file is long.
        packed = min(sum(info.compress_size for info in found), Path(path).stat().st_size)
        full = sum(info.file_size for info in found)
        if len(found) > MAX_FILES or full > min(MAX_BYTES, (1 << 20) + packed * MAX_RATIO):
            raise Refused("limit", path, "the zip file unpacks to more than it should")
        tops = {info.filename.split("/")[0] for info in found}
        prefix = tops.pop() + "/" if len(tops) == 1 else ""
        self.sizes: dict[str, int] = {}
        self.infos: dict[str, zipfile.ZipInfo] = {}
        for info in found:
            name = info.filename[len(prefix) :]
            if not safe(name) or stat.S_ISLNK(info.external_attr >> 16) or info.flag_bits & 1:
                raise Refused("path", ascii(name), "this name has no place in a bag")
            if name in self.sizes:
                raise Refused("path", name, "the zip file holds this file twice")
            self.sizes[name], self.infos[name] = info.file_size, info

    def open(self, name: str) -> IO[bytes]:
        """A stream of the bytes of one file."""
        return self.zip.open(self.infos[name])


class Bag:
    """A bag, wherever it lies: the size of each file by its name, and their bytes."""

    def __init__(self, path: str) -> None:
        packed = Path(path).is_file() and zipfile.is_zipfile(path)
        self._there = Zip(path) if packed else Folder(path)
        self.sizes = self._there.sizes

    def open(self, name: str) -> IO[bytes]:
        """A stream of the bytes of one file."""
        return self._there.open(name)

    def read(self, name: str, limit: int = MAX_TEXT) -> bytes:
        """The bytes of a small file."""
        if name not in self.sizes:
            raise Refused("missing-file", name, "the file is not there")
        if self.sizes[name] > limit:
            raise Refused("limit", name, "the file is larger than it may be")
        with self.open(name) as stream:
            return stream.read(limit + 1)
