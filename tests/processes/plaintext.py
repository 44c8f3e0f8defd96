# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds words in files, whatever they were dressed in: encodings, escapes, compression."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

SHORTEST = 8
"""Bytes of an encoded needle below which chance alone would find it."""
MOST_UNPACKED = 64 * 1024 * 1024
MEMBERS = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\x00", re.DOTALL)


def needles(word: str) -> dict[str, bytes]:
    """The forms in which a word may lie on a disk, by name."""
    forms = {
        "utf-8": word.encode(),
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "json": json.dumps(word)[1:-1].encode(),
        "percent": quote(word, safe="").encode(),
    }
    for name in ("utf-8", "utf-16-le"):
        raw = forms[name]
        forms[f"{name} hex"] = raw.hex().encode()
        forms[f"{name} HEX"] = raw.hex().upper().encode()
        for shift in range(3):
            forms[f"{name} base64+{shift}"] = _inside_base64(raw, shift)
            forms[f"{name} base64url+{shift}"] = _inside_base64(raw, shift).translate(
                bytes.maketrans(b"+/", b"-_")
            )
    return {name: raw for name, raw in forms.items() if len(raw) >= SHORTEST}


def _inside_base64(raw: bytes, shift: int) -> bytes:
    """The characters that do not depend on what stands before and after the word."""
    whole = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
    return whole[4 if shift else 0 : len(whole) - 2]


def found_in(data: bytes, words: Iterable[str]) -> list[str]:
    """How each word that is in `data` lies there: in the open, or in a compressed member."""
    forms = [(word, name, raw) for word in words for name, raw in needles(word).items()]
    hits = [f"{word} as {name}" for word, name, raw in forms if raw in data]
    for unpacked in _members(data):
        hits += [f"{word} as {name}, compressed" for word, name, raw in forms if raw in unpacked]
    return hits


def search(roots: Iterable[Path], words: list[str]) -> list[str]:
    """Every hit in every file below `roots`, in its contents or in its name."""
    hits = []
    for root in roots:
        for path in [root, *root.rglob("*")]:
            hits += [f"{path.name}: in the name" for word in words if word in path.name]
            if path.is_file() and not path.is_symlink():
                hits += [f"{path.name}: {hit}" for hit in found_in(path.read_bytes(), words)]
    return hits


def _members(data: bytes) -> Iterator[bytes]:
    """Everything that can be unpacked, from any place in `data`."""
    for match in MEMBERS.finditer(data):
        unpacked = _unpacked(data[match.start() :])
        if len(unpacked) >= SHORTEST:
            yield unpacked


def _unpacked(data: bytes) -> bytes:
    openers: dict[bytes, Callable[[], object]] = {
        b"\x1f\x8b": lambda: zlib.decompressobj(31),
        b"BZ": bz2.BZ2Decompressor,
        b"\xfd7": lzma.LZMADecompressor,
    }
    opener = openers.get(data[:2], zlib.decompressobj)()
    out = bytearray()
    for start in range(0, len(data), 65536):
        try:
            out += opener.decompress(data[start : start + 65536])  # type: ignore[attr-defined]
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            break
        if opener.eof or len(out) > MOST_UNPACKED:  # type: ignore[attr-defined]
            break
    return bytes(out)


def dressed(word: str) -> dict[str, bytes]:
    """A word in each dress that `search` must see through."""
    text = f"before {word} after".encode()
    noise = bytes(range(256))
    return {
        "plain": noise + text,
        "utf-16": noise + word.encode("utf-16-le"),
        "zlib": noise + zlib.compress(text) + noise,
        "zlib fast": noise + zlib.compress(text, 1) + noise,
        "gzip": noise + gzip.compress(text) + noise,
        "bz2": noise + bz2.compress(text),
        "xz": noise + lzma.compress(text),
        "json": json.dumps({"a": word}).encode(),
        "hex": text.hex().encode(),
        "url": quote(f"a={word}", safe="").encode(),
        **{f"base64+{n}": base64.b64encode(b"x" * n + text) for n in range(3)},
        **{f"base64url+{n}": base64.urlsafe_b64encode(b"x" * n + text) for n in range(3)},
    }
