# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a bag after BagIt 1.0 (RFC 8493) while its bytes come in: both manifests at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256, sha512
from typing import Final

from amana.evidence.exports.sinks import Sink

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CHUNK: Final = 256 * 1024


class NotWhatItWas(Exception):
    """The bytes that were to go into the bag are not those that came in."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class BagWriter:
    """`put` each file, then `finish`. Both are generators, so that whoever sends the bag can send
    what has grown meanwhile; they yield the number of bytes taken."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._digests: dict[str, tuple[str, str]] = {}
        self._size = self._count = 0

    def put(self, path: str, chunks: Iterable[bytes], *, expected: str = "") -> Iterator[int]:
        """One file. `expected` is the SHA-256 (hex) it must have.

        Raises `NotWhatItWas` otherwise, `ValueError` for a name that is no place in a bag."""
        if path in self._digests or path.startswith("/") or any(c in path for c in "\r\n%\\"):
            raise ValueError(f"no place in a bag: {path!r}")
        first, second, size = sha256(), sha512(), 0
        self._sink.begin(path)
        for chunk in chunks:
            first.update(chunk)
            second.update(chunk)
            size += len(chunk)
            self._sink.write(chunk)
            yield len(chunk)
        self._sink.end()
        if expected and first.hexdigest() != expected:
            raise NotWhatItWas(path)
        self._digests[path] = (first.hexdigest(), second.hexdigest())
        if path.startswith("data/"):
            self._size, self._count = self._size + size, self._count + 1

    def manifest(self, kind: str = "sha256") -> bytes:
        """The manifest of what is in `data/` so far; the writer writes it itself."""
        return self._listing(kind, payload=True)

    def finish(self, info: Mapping[str, str]) -> Iterator[int]:
        """Declaration, `bag-info.txt` and manifests. Values of `info` may be of any language."""
        said = {**info, "Payload-Oxum": f"{self._size}.{self._count}"}
        yield from self.put("bagit.txt", [DECLARATION])
        yield from self.put("bag-info.txt", [bag_info(said)])
        for kind in ("sha256", "sha512"):
            yield from self.put(f"manifest-{kind}.txt", [self.manifest(kind)])
        listings = {kind: self._listing(kind, payload=False) for kind in ("sha256", "sha512")}
        for kind, listing in listings.items():
            yield from self.put(f"tagmanifest-{kind}.txt", [listing])

    def _listing(self, kind: str, *, payload: bool) -> bytes:
        place = ("sha256", "sha512").index(kind)
        rows = (
            f"{digests[place]}  {path}\n"
            for path, digests in sorted(self._digests.items())
            if path.startswith("data/") == payload
        )
        return "".join(rows).encode()


def bag_info(said: Mapping[str, str]) -> bytes:
    """Labels and values, a line each; no value can begin a line of its own."""
    return "".join(
        f"{label}: {' '.join(value.split())}\n" for label, value in said.items()
    ).encode()
