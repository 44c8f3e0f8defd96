# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads any bag (BagIt 0.93 to 1.0, RFC 8493) from a folder or a zip file, strictly.

Nothing is unpacked, fetched or followed. What this refuses on every system: `fetch.txt`, links,
devices, names that could mean another place, and zip files that unpack to far more than they
are."""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

MAX_FILES: Final = 100_000
MAX_TEXT: Final = 256 * 1024 * 1024
MAX_ALL: Final = 1 << 42
MAX_GROWTH: Final = 200
MAX_PATH: Final = 1024
CHUNK: Final = 1024 * 1024
KINDS: Final = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
VERSIONS: Final = frozenset({"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"})
ENCODINGS: Final = frozenset({"UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"})

_DECLARATION: Final = re.compile(
    r"BagIt-Version: ([0-9]+\.[0-9]+)\r?\nTag-File-Character-Encoding: ([^\s]+)(?:\r?\n)?"
)
_ROW: Final = re.compile(r"(?P<digest>[0-9a-fA-F]+)[ \t]+(?P<path>\S.*)")
_ELSEWHERE: Final = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]|^~|^%\w+%|^[A-Za-z]:")
_OXUM: Final = re.compile(r"^Payload-Oxum[ \t]*:[ \t]*(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)


class BagRefused(Exception):
    """Something in a bag does not hold: `code`, `where`, and the reason in English."""

    def __init__(self, code: str, where: str, reason: str) -> None:
        super().__init__(f"{code}: {where}: {reason}")
        self.code, self.where, self.reason = code, where, reason


class NotABag(Exception):
    """There is no bag here."""


class Place(Protocol):
    """Where a bag lies."""

    sizes: dict[str, int]

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]: ...


@dataclass(slots=True)
class Bag:
    """A bag whose container holds. `lists` are its manifests by name: digests by path."""

    place: Place
    version: str
    encoding: str
    lists: dict[str, dict[str, str]]
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def sizes(self) -> Mapping[str, int]:
        return self.place.sizes

    def text(self, name: str, *, limit: int = MAX_TEXT) -> bytes:
        """A small file. Raises `BagRefused`."""
        return small(self.place, name, limit)


def read_bag(path: Path) -> Bag:
    """Check the container of a bag and return it. Raises `BagRefused`, `NotABag`, `OSError`."""
    place = _place(path)
    if "bagit.txt" not in place.sizes:
        raise NotABag
    found = _DECLARATION.fullmatch(small(place, "bagit.txt", 4096).decode("utf-8", "replace"))
    if found is None or found[1] not in VERSIONS or found[2].upper() not in ENCODINGS:
        raise BagRefused("container", "bagit.txt", "the declaration is malformed")
    if "fetch.txt" in place.sizes:
        raise BagRefused("fetch", "fetch.txt", "files from elsewhere are never fetched")
    bag = Bag(place, found[1], found[2], {})
    for name in sorted(place.sizes):
        if re.fullmatch(r"(?:tag)?manifest-[^/]+\.txt", name):
            bag.lists[name] = _Listing(bag, name).read()
    _require_listed(bag)
    bag.digests = {name: _digests(bag, name) for name in sorted(place.sizes)}
    _require_there(bag)
    _require_oxum(bag)
    return bag


def is_safe(name: str) -> bool:
    """Whether a name means a place inside the bag on every system, and only that."""
    parts = PurePosixPath(name).parts
    whole = "/".join(parts) == name and bool(parts) and ".." not in parts
    return whole and len(name) <= MAX_PATH and not _ELSEWHERE.search(name)


def small(place: Place, name: str, limit: int) -> bytes:
    """The bytes of a file that must be there and not too large. Raises `BagRefused`."""
    size = place.sizes.get(name)
    if size is None:
        raise BagRefused("missing-file", name, "it is not there")
    if size > limit:
        raise BagRefused("limit", name, f"more than {limit} bytes")
    with place.open(name) as stream:
        return stream.read(limit + 1)


def kind_of(listing: str) -> str:
    """`sha256` of `tagmanifest-sha256.txt`."""
    return listing.removesuffix(".txt").rpartition("-")[2]


class _FolderPlace:
    def __init__(self, top: Path) -> None:
        self._top = top
        self.sizes = dict(self._files(top, ""))

    def _files(self, folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
        for count, path in enumerate(sorted(folder.iterdir())):
            name, found = prefix + path.name, path.lstat()
            if not is_safe(name) or count > MAX_FILES:
                raise BagRefused("path", ascii(name), "no place in a bag")
            if stat.S_ISDIR(found.st_mode):
                yield from self._files(path, f"{name}/")
            elif stat.S_ISREG(found.st_mode):
                yield name, found.st_size
            else:
                raise BagRefused("path", name, "a link or a device")

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return (self._top / name).open("rb")


class _ZipPlace:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        grown = sum(entry.file_size for entry in entries)
        # Entries may share their bytes: no more is there than the file is long.
        held = min(sum(entry.compress_size for entry in entries), path.stat().st_size)
        if len(entries) > MAX_FILES or grown > min(MAX_ALL, CHUNK + MAX_GROWTH * held):
            raise BagRefused("limit", path.name, "it unpacks to far more than it is")
        tops = {PurePosixPath(entry.filename).parts[:1] for entry in entries}
        cut = len(tops) == 1 and all("/" in entry.filename for entry in entries)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = entry.filename.partition("/")[2] if cut else entry.filename
            linked = stat.S_ISLNK(entry.external_attr >> 16)
            if not is_safe(name) or linked or entry.flag_bits & 1 or name in self._entries:
                raise BagRefused("path", ascii(entry.filename), "no place in a bag")
            self._entries[name] = entry
        self.sizes = {name: entry.file_size for name, entry in self._entries.items()}

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return self._zip.open(self._entries[name])


def _place(path: Path) -> Place:
    if path.is_dir():
        return _FolderPlace(path)
    if path.is_file() and zipfile.is_zipfile(path):
        return _ZipPlace(path)
    raise NotABag


class _Listing:
    """Reads one manifest."""

    def __init__(self, bag: Bag, name: str) -> None:
        self._bag, self._name = bag, name
        if kind_of(name) not in KINDS:
            raise BagRefused("manifest", name, "an unknown kind of digest")
        self._length = 2 * hashlib.new(kind_of(name), usedforsecurity=False).digest_size

    def read(self) -> dict[str, str]:
        try:
            text = self._bag.text(self._name).decode(self._bag.encoding)
        except UnicodeError as error:
            raise self._wrong("not in the declared encoding") from error
        rows: dict[str, str] = {}
        for line in re.split(r"\r\n|\r|\n", text):
            if line:
                self._take(rows, line)
        alike = {unicodedata.normalize("NFC", path).casefold() for path in rows}
        if len(alike) < len(rows):
            self._warn("names that differ in case or form only")
        return rows

    def _take(self, rows: dict[str, str], line: str) -> None:
        found = _ROW.fullmatch(line)
        if found is None or len(found["digest"]) != self._length:
            raise self._wrong(f"a malformed line: {line[:80]!r}")
        path, digest = self._path(found["path"]), found["digest"].lower()
        if rows.get(path, digest) != digest or (path in rows and self._bag.version == "1.0"):
            raise self._wrong(f"listed twice: {path}")
        if path in rows:
            self._warn(f"listed twice: {path}")
        rows[path] = digest

    def _path(self, written: str) -> str:
        path = written
        if path.startswith("*") and path not in self._bag.sizes:
            path = path.removeprefix("*")
            self._warn("the marks of md5sum")
        if path.startswith("./"):
            path = path.removeprefix("./")
            self._warn("a path that begins with ./")
        if self._bag.version == "1.0":
            path = re.sub(r"%(0[AaDd]|25)", lambda code: chr(int(code[1], 16)), path)
        payload = path.startswith("data/")
        of_tags = self._name.startswith("tag")
        if not is_safe(path) or payload == of_tags or path.startswith("tagmanifest-"):
            raise BagRefused("path", self._name, f"does not belong here: {written[:80]!r}")
        return path

    def _wrong(self, reason: str) -> BagRefused:
        return BagRefused("manifest", self._name, reason)

    def _warn(self, what: str) -> None:
        warning = f"{self._name}: {what}"
        if warning not in self._bag.warnings:
            self._bag.warnings.append(warning)


def _require_listed(bag: Bag) -> None:
    listings = [set(rows) for name, rows in bag.lists.items() if name.startswith("manifest-")]
    if not listings:
        raise BagRefused("manifest", "", "there is no manifest")
    payload = {name for name in bag.sizes if name.startswith("data/")}
    # From 1.0 on every manifest lists every file; before, each file stood in one of them.
    for listing in listings if bag.version == "1.0" else [set().union(*listings)]:
        for name in sorted(payload - listing):
            raise BagRefused("unlisted-file", name, "no list knows it")


def _digests(bag: Bag, name: str) -> dict[str, str]:
    wanted = {kind_of(listing) for listing, rows in bag.lists.items() if name in rows}
    running = {
        kind: hashlib.new(kind, usedforsecurity=False) for kind in wanted | {"sha256", "sha512"}
    }
    size = 0
    with bag.place.open(name) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            for each in running.values():
                each.update(chunk)
    if size != bag.sizes[name]:
        raise BagRefused("limit", name, "not as long as it says")
    return {kind: each.hexdigest() for kind, each in running.items()}


def _require_there(bag: Bag) -> None:
    for listing, rows in bag.lists.items():
        for path, digest in rows.items():
            if path not in bag.digests:
                raise BagRefused("missing-file", path, f"{listing} lists it")
            if bag.digests[path][kind_of(listing)] != digest:
                raise BagRefused("digest", path, f"not the bytes that {listing} lists")


def _require_oxum(bag: Bag) -> None:
    if "bag-info.txt" not in bag.sizes:
        return
    text = bag.text("bag-info.txt", limit=CHUNK).decode(bag.encoding, "replace")
    said = _OXUM.search(text.replace("\r\n", "\n"))
    sizes = [size for name, size in bag.sizes.items() if name.startswith("data/")]
    if said is not None and said[1] != f"{sum(sizes)}.{len(sizes)}":
        raise BagRefused("container", "bag-info.txt", "the payload has another size")
