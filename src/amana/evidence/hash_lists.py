# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of files with their hashes, as forensic tools write them: CSV with a header, or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_ROWS: Final = 20_000
MAX_NAME: Final = 300
_NAMES: Final = ("name", "file name", "filename", "file", "path", "full path", "filepath")
_SIZES: Final = ("size", "file size", "filesize", "size (bytes)", "length", "logical size")
_HASHES: Final = {
    "sha256": 64, "sha-256": 64, "sha512": 128, "sha-512": 128, "sha1": 40, "sha-1": 40,
    "md5": 32, "hash": 0,
}  # fmt: skip
_BY_LENGTH: Final = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_HEX: Final = re.compile(r"[0-9a-f]+")


class BadList(ValueError):
    """What is no list of files with hashes; `line` is the row, from one, or nothing."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as a tool listed it: hashes in lower-case hex by algorithm, size in bytes or -1."""

    name: str = field(repr=False)
    hashes: Mapping[str, str] = field(repr=False)
    size: int = -1


def parse(content: bytes) -> list[Listed]:
    """The rows of a list. Raises `BadList` for anything that is none, is too long, or has a row
    without a usable hash: what was listed is never half understood."""
    if len(content) > MOST_BYTES:
        raise BadList
    try:
        text = content.decode(
            "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        )
    except UnicodeDecodeError:
        raise BadList from None
    rows = [_row(row, number) for number, row in enumerate(_records(text), start=1)]
    if not rows:
        raise BadList
    return rows


def _records(text: str) -> Iterable[Mapping[str, object]]:
    found = _json(text) if text.lstrip()[:1] in ("[", "{") else _csv(text)
    if len(found) > MOST_ROWS:
        raise BadList(MOST_ROWS)
    return found


def _json(text: str) -> list[Mapping[str, object]]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BadList from None
    if isinstance(said, dict):  # a wrapper around the one list that it holds
        lists = [value for value in said.values() if isinstance(value, list)]
        said = lists[0] if len(lists) == 1 else None
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        raise BadList
    return said


def _csv(text: str) -> list[Mapping[str, object]]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
        return [dict(row) for _, row in zip(range(MOST_ROWS + 1), reader, strict=False)]
    except csv.Error:
        raise BadList from None


def _row(said: Mapping[str, object], number: int) -> Listed:
    row = {
        str(key).strip().casefold(): str(value).strip()
        for key, value in said.items()
        if isinstance(value, str | int)
    }
    hashes = {}
    for column, length in _HASHES.items():
        value = row.get(column, "").lower()
        if value and _HEX.fullmatch(value) and len(value) == (length or len(value)):
            kind = _BY_LENGTH.get(len(value))
            if kind:
                hashes[kind] = value
    if not hashes:
        raise BadList(number)
    name = next((row[key] for key in _NAMES if row.get(key)), "")
    size = next((row[key] for key in _SIZES if row.get(key, "").isdecimal()), "-1")
    return Listed(name[-MAX_NAME:], hashes, int(size[:15]))
