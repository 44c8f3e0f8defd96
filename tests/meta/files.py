# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of the repository as the checks see them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class File:
    """A text file: its path from the top of the repository, with slashes, and what it says."""

    path: str
    text: str

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    def inside(self, folder: str) -> bool:
        """Whether the file lies somewhere under this folder."""
        return self.path.startswith(folder + "/")


def ours(root: Path = ROOT) -> list[File]:
    """Text files that are tracked or would be; what git ignores and binary files are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    ).stdout.decode("utf-8")
    files = []
    for path in sorted({name for name in listed.split("\0") if name}):
        try:
            data = (root / path).read_bytes()
        except FileNotFoundError:
            continue  # deleted, and the deletion not committed yet
        if b"\0" not in data:
            files.append(File(path, data.decode("utf-8")))
    return files
