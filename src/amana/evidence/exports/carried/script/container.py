# SPDX-License-Identifier: AGPL-3.0-or-later
"""The container: BagIt (RFC 8493, and the drafts before it)."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from .files import Bag, NotABag, Refused, safe

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
VERSIONS = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
ENCODINGS = ("UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII")
KINDS = ("manifest-sha256.txt", "manifest-sha512.txt")
CHUNK = 1 << 20


class Container:
    """A bag whose every listed byte is there; `digests` by file and kind of digest."""

    def __init__(self, bag: Bag) -> None:
        self.bag = bag
        self.warnings: list[str] = []
        self.version, self.encoding = self._declaration()
        if "fetch.txt" in bag.sizes:
            raise Refused("fetch", "fetch.txt", "files from elsewhere are not fetched")
        self.lists: dict[str, dict[str, str]] = {}
        for name in sorted(bag.sizes):
            if re.fullmatch(r"(tag)?manifest-[^/]+\.txt", name):
                self.lists[name] = self._manifest(name)
        self._all_are_listed()
        self.digests = {name: self._digests(name) for name in sorted(bag.sizes)}
        self._all_are_there()
        self._oxum()

    def _declaration(self) -> tuple[str, str]:
        if "bagit.txt" not in self.bag.sizes:
            raise NotABag
        text = self.bag.read("bagit.txt", 4096).decode("utf-8", "replace").replace("\r\n", "\n")
        form = r"BagIt-Version: (\d+\.\d+)\nTag-File-Character-Encoding: (\S+)\n?"
        match = re.fullmatch(form, text, re.ASCII)
        if match is None or match.group(1) not in VERSIONS:
            raise Refused("container", "bagit.txt", "the declaration of the bag is malformed")
        if match.group(2).upper() not in ENCODINGS:
            raise Refused("container", "bagit.txt", "unknown character encoding")
        return match.group(1), match.group(2)

    def _manifest(self, name: str) -> dict[str, str]:
        if kind_of(name) not in ALGORITHMS:
            raise Refused("manifest", name, "unknown kind of digest")
        try:
            text = self.bag.read(name).decode(self.encoding)
        except UnicodeError:
            raise Refused("manifest", name, "not in the declared encoding") from None
        found: dict[str, str] = {}
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            if line:
                path, digest = self._line(name, line)
                if path in found and (self.version == "1.0" or found[path] != digest):
                    raise Refused("manifest", name, f"a file is listed twice: {path}")
                found[path] = digest
        if len({unicodedata.normalize("NFC", path).casefold() for path in found}) != len(found):
            self.warnings.append(f"{name}: names that differ in case or form only")
        return found

    def _line(self, name: str, line: str) -> tuple[str, str]:
        length = hashlib.new(kind_of(name)).digest_size * 2
        match = re.fullmatch(r"([0-9A-Fa-f]+)[ \t]+(\S.*)", line)
        if match is None or len(match.group(1)) != length:
            raise Refused("manifest", name, f"a line is malformed: {line[:80]}")
        path = match.group(2)
        if path.startswith("*") and path not in self.bag.sizes:
            path = path[1:]
            self.warnings.append(f"{name}: written with the marks of md5sum")
        if path.startswith("./"):
            path = path[2:]
            self.warnings.append(f"{name}: a path begins with ./")
        if self.version == "1.0":
            path = re.sub("%(0[AaDd]|25)", lambda found: chr(int(found.group(1), 16)), path)
        tag = name.startswith("tag")
        if not safe(path) or tag == path.startswith("data/") or path.startswith("tagmanifest-"):
            raise Refused("path", name, f"a path does not belong here: {path[:80]}")
        return path, match.group(1).lower()

    def _all_are_listed(self) -> None:
        plain = [set(found) for name, found in self.lists.items() if name.startswith("manifest-")]
        if not plain:
            raise Refused("manifest", "", "the bag has no manifest")
        there = {name for name in self.bag.sizes if name.startswith("data/")}
        for listed in plain if self.version == "1.0" else [set().union(*plain)]:
            refuse_unlisted(there - listed)

    def _digests(self, name: str) -> dict[str, str]:
        """Every digest of a file that somebody asks for, in one reading."""
        kinds = {kind_of(each) for each, found in self.lists.items() if name in found}
        running = {kind: hashlib.new(kind) for kind in kinds | {"sha256", "sha512"}}
        size = 0
        with self.bag.open(name) as stream:
            while True:
                chunk = stream.read(CHUNK)
                if not chunk:
                    break
                size += len(chunk)
                for each in running.values():
                    each.update(chunk)
        if size != self.bag.sizes[name]:
            raise Refused("limit", name, "the file has another length than it says")
        return {kind: each.hexdigest() for kind, each in running.items()}

    def _all_are_there(self) -> None:
        for name, found in self.lists.items():
            for path, digest in found.items():
                if path not in self.digests:
                    raise Refused("missing-file", path, "a file is listed and not there")
                if self.digests[path][kind_of(name)] != digest:
                    raise Refused("digest", path, f"not the bytes that {name} lists")

    def _oxum(self) -> None:
        """Bytes and files of the payload, where the bag states them."""
        if "bag-info.txt" not in self.bag.sizes:
            return
        text = self.bag.read("bag-info.txt", 1 << 20).decode(self.encoding, "replace")
        match = re.search(r"(?im)^Payload-Oxum[ \t]*:[ \t]*(\S+)[ \t]*\r?$", text)
        sizes = [size for name, size in self.bag.sizes.items() if name.startswith("data/")]
        if match is not None and match.group(1) != f"{sum(sizes)}.{len(sizes)}":
            raise Refused("container", "bag-info.txt", "the payload has another size")

    def check_profile(self) -> None:
        """What bags of evidence have beyond the standard: every file under both digests."""
        tags: set[str] = {f"tag{kind}" for kind in KINDS}
        if self.version != "1.0" or set(self.lists) != tags | set(KINDS):
            raise Refused("container", "", "not the form of a bag of evidence")
        other = {name for name in self.bag.sizes if not name.startswith("data/")} - tags
        for kind in sorted(tags):
            refuse_unlisted(other - set(self.lists[kind]))


def kind_of(name: str) -> str:
    """The kind of digest that a manifest lists, by its name."""
    return name.rpartition("-")[2][:-4]


def refuse_unlisted(names: set[str]) -> None:
    """Nothing stands in a bag that no list knows."""
    for name in sorted(names):
        raise Refused("unlisted-file", name, "a file that no list knows")
