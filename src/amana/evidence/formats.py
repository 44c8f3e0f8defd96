# SPDX-License-Identifier: AGPL-3.0-or-later
"""What kind of file something is, by its bytes.

Two detectors look: `puremagic`, and the short table below. A name says nothing, but a name that
says something else is worth a look; so is a file that is two things at once. Signatures: the
registrations of the formats (PNG 5.2, JPEG B.1, RFC 1952, ISO/IEC 14496-12 …)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import puremagic

HEAD: Final = 64 * 1024
"""How many bytes of the beginning, and of the end, are looked at."""
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"


class Flag(StrEnum):
    """Why somebody should look twice before opening a file."""

    DETECTORS_DIFFER = "detectors_differ"
    NAME_DIFFERS = "name_differs"
    SECOND_FORMAT = "second_format"
    PROGRAM = "program"
    MANY_PIXELS = "many_pixels"
    BROKEN_PICTURE = "broken_picture"


# Offset, signature, media type, family. What shares a family shares a container.
_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"GIF87a", "image/gif", "gif"),
    (0, b"GIF89a", "image/gif", "gif"),
    (8, b"WEBP", "image/webp", "riff"),
    (8, b"WAVE", "audio/wav", "riff"),
    (8, b"AVI ", "video/x-msvideo", "riff"),
    (4, b"ftypheic", "image/heic", "isobmff"),
    (4, b"ftypmif1", "image/heif", "isobmff"),
    (4, b"ftypavif", "image/avif", "isobmff"),
    (4, b"ftypqt", "video/quicktime", "isobmff"),
    (4, b"ftyp3g", "video/3gpp", "isobmff"),
    (4, b"ftypM4A", "audio/mp4", "isobmff"),
    (4, b"ftyp", "video/mp4", "isobmff"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm", "ebml"),
    (0, b"OggS", "audio/ogg", "ogg"),
    (0, b"ID3", "audio/mpeg", "mpeg-audio"),
    (0, b"\xff\xfb", "audio/mpeg", "mpeg-audio"),
    (0, b"#!AMR", "audio/amr", "amr"),
    (0, b"II*\x00", "image/tiff", "tiff"),
    (0, b"MM\x00*", "image/tiff", "tiff"),
    (0, b"BM", "image/bmp", "bmp"),
    (0, b"%PDF-", "application/pdf", "pdf"),
    (0, b"PK\x03\x04", "application/zip", "zip"),
    (0, b"PK\x05\x06", "application/zip", "zip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z"),
    (0, b"\x1f\x8b", "application/gzip", "gzip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "ole"),
    (0, b"{\\rtf", "application/rtf", "rtf"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3", "sqlite"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable", "exe"),
    (0, b"\x7fELF", "application/x-elf", "elf"),
    (0, b"dex\n", "application/vnd.android.dex", "dex"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm", "class"),
    (0, b"#!", "text/x-script", "script"),
    (0, b"WARC/1.", "application/warc", "warc"),
)
# Inside a ZIP, near the beginning.
_IN_ZIP: Final = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
    (b"mimetypeapplication/vnd.oasis", "application/vnd.oasis.opendocument.text"),
    (b"mimetypeapplication/epub+zip", "application/epub+zip"),
    (b"archive/data.warc", "application/wacz"),
)
_PROGRAMS: Final = frozenset({"exe", "elf", "dex", "class", "script"})
_RUNS: Final = frozenset({"application/vnd.android.package-archive"})
_EXTENSIONS: Final = {
    "jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "png": ("png",),
    "gif": ("gif",),
    "riff": ("webp", "wav", "avi"),
    "isobmff": ("mp4", "m4v", "m4a", "mov", "3gp", "3g2", "heic", "heif", "avif"),
    "ebml": ("webm", "mkv", "mka"),
    "ogg": ("ogg", "oga", "ogv", "opus"),
    "mpeg-audio": ("mp3",),
    "amr": ("amr",),
    "tiff": ("tif", "tiff"),
    "bmp": ("bmp",),
    "pdf": ("pdf",),
    "zip": ("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "apk", "epub", "jar", "wacz"),
    "rar": ("rar",),
    "7z": ("7z",),
    "gzip": ("gz", "tgz"),
    "ole": ("doc", "xls", "ppt", "msg", "msi"),
    "rtf": ("rtf",),
    "sqlite": ("sqlite", "sqlite3", "db"),
    "exe": ("exe", "dll", "scr", "com"),
    "text": ("txt", "csv", "tsv", "json", "xml", "html", "htm", "eml", "vcf", "md", "log", "srt"),
}
_FAMILY_OF_EXTENSION: Final = {
    extension: family for family, names in _EXTENSIONS.items() for extension in names
}


def detect(head: bytes, tail: bytes, name: str) -> tuple[str, tuple[Flag, ...]]:
    """Media type by content, and what is odd about it. `head` and `tail` are at most `HEAD` bytes
    of the beginning and of the end; `name` is what the sender called the file. Never raises."""
    media, family = own_opinion(head)
    others = second_opinion(head)
    flags = []
    if family and others and family not in others:
        flags.append(Flag.DETECTORS_DIFFER)
    if not family and others:
        family = min(others)
        media = others[family]
    named = _FAMILY_OF_EXTENSION.get(name.rpartition(".")[2].casefold()) if "." in name else None
    if named and family != named:
        flags.append(Flag.NAME_DIFFERS)
    if _second_format(head, tail, family):
        flags.append(Flag.SECOND_FORMAT)
    if family in _PROGRAMS or media in _RUNS:
        flags.append(Flag.PROGRAM)
    return media, tuple(flags)


def own_opinion(head: bytes) -> tuple[str, str]:
    """Media type and family by our table; `UNKNOWN` and an empty family for anything else."""
    for offset, signature, media, family in _SIGNATURES:
        if head.startswith(signature, offset) and _whole(family, head):
            return (_inside(head, media) if family == "zip" else media), family
    return (TEXT, "text") if _is_text(head) else (UNKNOWN, "")


def _inside(head: bytes, media: str) -> str:
    return next((kind for mark, kind in _IN_ZIP if mark in head[:8192]), media)


def second_opinion(head: bytes) -> dict[str, str]:
    """What `puremagic` holds for most likely: media types by family, perhaps several."""
    try:
        found = puremagic.magic_string(head)
    except Exception:  # noqa: BLE001  (somebody else's parser on hostile bytes)
        return {}
    best = max((one.confidence for one in found), default=0)
    return {
        _family(one.extension, one.mime_type): one.mime_type or UNKNOWN
        for one in found
        if one.confidence == best
    }


def _whole(family: str, head: bytes) -> bool:
    """Two letters are too few to call something a bitmap or a program."""
    if family == "bmp":
        return len(head) >= 26 and head[6:10] == bytes(4)
    if family == "exe":
        at = int.from_bytes(head[60:64], "little")
        return head[at : at + 2] in (b"PE", b"NE", b"LE") or at == 0
    if family == "riff":
        return head[:4] == b"RIFF"
    return True


def _family(extension: str, media: str) -> str:
    known = _FAMILY_OF_EXTENSION.get(extension.lstrip(".").casefold())
    if known:
        return known
    if media.startswith("text/"):
        return "text"
    return next((family for _, _, kind, family in _SIGNATURES if kind == media), extension)


def _is_text(head: bytes) -> bool:
    if not head:
        return False
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    # The end of `head` may cut a letter in two.
    text = head[: len(head) // 2 * 2].decode(encoding, "ignore")
    lost = len(head) - len(text.encode(encoding, "surrogatepass"))
    strange = sum(1 for letter in text if letter < " " and letter not in "\t\n\r\f\x1b")
    return abs(lost) <= 4 and strange == 0 and bool(text)


def _second_format(head: bytes, tail: bytes, family: str) -> bool:
    """Whether something else is hidden before or behind: readers differ on where they begin."""
    if family != "zip" and b"PK\x05\x06" in tail and b"PK\x01\x02" in tail:
        return True
    if family != "pdf" and b"%PDF-" in head[:1024]:
        return True
    return family in ("jpeg", "png", "gif", "bmp") and _script_in(head[:1024], tail[-1024:])


def _script_in(*places: bytes) -> bool:
    marks = (b"<script", b"<?php", b"<html")
    return any(mark in place.lower() for place in places for mark in marks)
