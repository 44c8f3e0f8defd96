# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file is by its bytes; two detectors, and what is odd about it."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from amana.evidence.formats import HEAD, TEXT, UNKNOWN, Flag, detect, own_opinion, second_opinion


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), (40, 90, 120)).save(file, kind)
    return file.getvalue()


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
EXE = b"MZ" + bytes(58) + b"\x40\x00\x00\x00" + b"PE\x00\x00" + bytes(200)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def look(content: bytes, name: str = "") -> tuple[str, tuple[Flag, ...]]:
    return detect(content[:HEAD], content[-HEAD:], name)


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        (picture("JPEG"), "a.jpg", "image/jpeg"),
        (picture("PNG"), "a.PNG", "image/png"),
        (picture("GIF"), "a.gif", "image/gif"),
        (picture("WEBP"), "a.webp", "image/webp"),
        (picture("TIFF"), "a.tif", "image/tiff"),
        (picture("BMP"), "a.bmp", "image/bmp"),
        (PDF, "a.pdf", "application/pdf"),
        (MP4, "film.mp4", "video/mp4"),
        (archive("a.txt"), "a.zip", "application/zip"),
        (archive("[Content_Types].xml", "word/document.xml"), "a.docx", WORD),
        (gzip.compress(b"x" * 500, mtime=0), "a.gz", "application/gzip"),
        (OLE, "a.doc", "application/x-ole-storage"),
        ("محادثة\nhello\n".encode(), "chat.txt", TEXT),
        ("\ufeffhello".encode("utf-16"), "chat.txt", TEXT),
        (b"{}\n", "a.json", TEXT),
        (b"\x01\x02\x03\x04" * 40, "a.bin", UNKNOWN),
        (b"", "empty", UNKNOWN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_usual_files_are_known_and_nothing_is_odd(
    content: bytes, name: str, media: str
) -> None:
    assert look(content, name) == (media, ())


@pytest.mark.parametrize(
    "content", [picture("PNG"), PDF, MP4, EXE], ids=["png", "pdf", "mp4", "exe"]
)
def test_a_name_that_says_something_else_is_flagged(content: bytes) -> None:
    assert Flag.NAME_DIFFERS in look(content, "holiday.jpg")[1]


def test_a_name_without_a_known_ending_says_nothing() -> None:
    assert look(picture("PNG"), "holiday") == ("image/png", ())
    assert look(picture("PNG"), "holiday.xyz") == ("image/png", ())


@pytest.mark.parametrize(
    "content",
    [
        EXE,
        b"\x7fELF" + bytes(60),
        b"#!/bin/sh\nrm x\n",
        archive("AndroidManifest.xml"),
        b"dex\n035\0",
    ],
    ids=["exe", "elf", "script", "apk", "dex"],
)
def test_programs_are_flagged(content: bytes) -> None:
    assert Flag.PROGRAM in look(content, "x")[1]


@pytest.mark.parametrize(
    "content",
    [
        picture("JPEG") + archive("a.txt"),
        picture("GIF")[:-1] + b"<script>alert(1)</script>;",
        b"GIF89a" + PDF,
        picture("PNG") + b"<?php echo 1;",
    ],
    ids=["zip behind", "script behind", "pdf within", "php behind"],
)
def test_a_file_that_is_two_things_is_flagged(content: bytes) -> None:
    assert Flag.SECOND_FORMAT in look(content, "a.gif")[1]


def test_two_detectors_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "amana.evidence.formats.second_opinion", lambda _head: {"pdf": "application/pdf"}
    )
    assert look(picture("PNG"), "a.png") == ("image/png", (Flag.DETECTORS_DIFFER,))


def test_what_only_the_second_detector_knows_is_believed() -> None:
    flac = b"fLaC\x00\x00\x00\x22" + bytes(100)
    assert own_opinion(flac) == (UNKNOWN, "")
    media, flags = look(flac, "song.flac")
    assert "flac" in media
    assert flags == ()


def test_a_foreign_detector_that_fails_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_head: bytes) -> list[object]:
        raise IndexError

    monkeypatch.setattr("amana.evidence.formats.puremagic.magic_string", broken)
    assert look(picture("PNG"), "a.png") == ("image/png", ())


@given(content=st.binary(max_size=2000), name=st.text(max_size=30))
def test_any_bytes_get_an_answer(content: bytes, name: str) -> None:
    media, flags = look(content, name)
    assert "/" in media
    assert len(set(flags)) == len(flags)


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_cut_beginning_is_no_reason_to_fail(cut: int) -> None:
    for content in (picture("PNG"), PDF, MP4, OLE, EXE):
        assert look(content[:cut], "x.exe")[0]


def test_both_detectors_are_really_asked() -> None:
    assert set(second_opinion(picture("PNG"))) == {"png"}
    assert own_opinion(picture("PNG")) == ("image/png", "png")
