# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that any single file can break. Each check returns one line per breach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.meta.files import File

SPDX = "SPDX-License-Identifier: AGPL-3.0-or-later"
CANNOT_CARRY_IT = {".md", ".json", ".csv", ".txt", ".webmanifest"}
LONGEST = 500
LONGEST_DATA = 1000
"""A list of regions or of questions is one list; cutting it in two helps nobody."""
MAY_BE_LONG = {".po"}
DATA = {".yaml", ".yml", ".json", ".csv"}
CODE = {".py", ".html", ".css", ".js", ".sh", ""}

INDEX = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|crates\.io"
    r"|--(?:extra-)?index-url|--find[-]links"
)
MACHINE = re.compile(
    r"(?<![\w.}-])/(?:wor[k]|roo[t]|opt/pyp[i]|home/\w+)(?:/|\b)|(?<![\w.}-])/tm[p]/\w"
)
PICKLE = re.compile(
    r"^\s*(?:import|from)\s+(?:c?[pP]ickle|dill|shelve|marshal|jsonpickle|joblib)\b"
    r"|Pickle[S]erializer",
    re.MULTILINE,
)
SKIP = re.compile(
    r"mark\.(?:skip|xfail)|pytest\.(?:skip|xfail|importorskip)\b|unittest\.skip|\.skipTest\("
)
PHYSICAL = re.compile(r"(?<![a-z])(?:left|right)(?![a-z])", re.IGNORECASE)
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
LATER = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|coming [s]oon)\b")


def _hits(pattern: re.Pattern[str], file: File, rule: str) -> Iterator[str]:
    for match in pattern.finditer(file.text):
        line = file.text.count("\n", 0, match.start()) + 1
        yield f"{file.path}:{line}: {rule}: {match.group().strip()}"


def licence_line(files: Iterable[File]) -> list[str]:
    """Every file that can hold a comment names the licence in its first three lines."""
    return [
        f"{file.path}:1: no SPDX line"
        for file in files
        if (file.suffix not in CANNOT_CARRY_IT or file.inside("requirements"))
        and not file.name.startswith("LICENSE")
        and file.text.strip()
        and SPDX not in "\n".join(file.text.splitlines()[:3])
    ]


def length(files: Iterable[File]) -> list[str]:
    """No file is longer than 500 lines (data: 1000), but the licence, pins and catalogues."""
    found = []
    for file in files:
        pinned = file.inside("requirements") and file.suffix == ".txt"
        if file.path == "LICENSE" or pinned or file.suffix in MAY_BE_LONG:
            continue
        limit = LONGEST_DATA if file.suffix in DATA else LONGEST
        count = len(file.text.splitlines())
        if count > limit:
            found.append(f"{file.path}: {count} lines, more than {limit}")
    return found


def index_address(files: Iterable[File]) -> list[str]:
    """No address of a package index, and no option that would name one."""
    return [hit for file in files for hit in _hits(INDEX, file, "index address")]


def machine_path(files: Iterable[File]) -> list[str]:
    """No path that exists only on somebody's machine."""
    return [hit for file in files for hit in _hits(MACHINE, file, "machine path")]


def pickle(files: Iterable[File]) -> list[str]:
    """Nothing that runs code while it reads data."""
    return [
        hit
        for file in files
        if file.suffix == ".py" and not file.inside("tests")
        for hit in _hits(PICKLE, file, "unsafe loader")
    ]


def skip_mark(files: Iterable[File]) -> list[str]:
    """A test runs and can fail, or it is not there."""
    return [
        hit
        for file in files
        if file.suffix == ".py" and file.inside("tests")
        for hit in _hits(SKIP, file, "skip mark")
    ]


def physical_side(files: Iterable[File]) -> list[str]:
    """Styles speak of start and end: right-to-left is not a second build."""
    return [
        hit
        for file in files
        if file.suffix == ".css"
        for hit in _hits(PHYSICAL, _without_comments(file), "physical side in CSS")
    ]


def _without_comments(file: File) -> File:
    blanked = re.sub(
        r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found.group()), file.text, flags=re.DOTALL
    )
    return File(file.path, blanked)


def inline_code(files: Iterable[File]) -> list[str]:
    """Pages hold no script or style of their own: the content policy would stop it."""
    return [
        hit
        for file in files
        if file.suffix == ".html" and file.inside("src")
        for hit in _hits(INLINE, file, "inline script or style")
    ]


def left_for_later(files: Iterable[File]) -> list[str]:
    """No note that something is missing: it is done, or it is an issue (tests: ruff looks)."""
    return [
        hit
        for file in files
        if file.suffix in CODE and not file.inside("tests") and not file.name.startswith("LICENSE")
        for hit in _hits(LATER, file, "left for later")
    ]
