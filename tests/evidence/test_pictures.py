# SPDX-License-Identifier: AGPL-3.0-or-later
"""Headers of pictures: read within bounds, kept sealed, never decoded."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from amana.evidence import pictures
from amana.evidence.blobs import FolderBlobs
from amana.evidence.formats import Flag
from amana.evidence.ingest import take_in
from amana.evidence.intake import open_meta, seal_meta

MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff"}


def exif() -> Image.Exif:
    said = Image.Exif()
    said[ExifTags.Base.Make] = "Camera works"
    said[ExifTags.Base.Model] = "كاميرا"
    said.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:01 10:00:00"
    place = said.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLongitudeRef] = "N", "W"
    place[ExifTags.GPS.GPSLatitude] = (29.0, 31.0, 48.0)
    place[ExifTags.GPS.GPSLongitude] = (35.0, 0.0, 36.0)
    return said


def picture(kind: str, size: tuple[int, int] = (32, 20)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (10, 120, 90)).save(file, kind, exif=exif())
    return file.getvalue()


def read(kind: str, content: bytes) -> tuple[pictures.Details, tuple[Flag, ...]]:
    return pictures.details(MEDIA[kind], io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_size_camera_moment_and_place_are_read(kind: str) -> None:
    said, flags = read(kind, picture(kind))
    assert flags == ()
    assert (said["width"], said["height"]) == (32, 20)
    assert said["make"] == "Camera works"
    assert said["taken"] == "2026:03:01 10:00:00"
    assert said["latitude"] == pytest.approx(29.53)
    assert said["longitude"] == pytest.approx(-35.01)


def test_a_tiff_says_with_what_it_was_made() -> None:
    said, flags = read("TIFF", picture("TIFF"))
    assert flags == ()
    assert (said["width"], said["make"]) == (32, "Camera works")


def test_webp_says_it_without_being_decoded() -> None:
    said, flags = read("WEBP", picture("WEBP"))
    assert flags == ()
    assert said["make"] == "Camera works"


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [11_000, 100_000, 2_000_000])
def test_ten_gigapixels_are_flagged_and_not_opened(side: int) -> None:
    _said, flags = read("PNG", _png_header(side, side))
    assert flags == (Flag.MANY_PIXELS,)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@given(cut=st.integers(0, 900), flips=st.lists(st.integers(0, 900), max_size=6))
def test_a_broken_picture_is_no_fault_of_ours(kind: str, cut: int, flips: list[int]) -> None:
    content = bytearray(picture(kind)[: 30 + cut])
    for place in flips:
        content[place % len(content)] ^= 0x55
    said, flags = read(kind, bytes(content))
    assert all(len(str(value)) <= pictures.MOST_SAID for value in said.values())
    assert set(flags) <= {Flag.BROKEN_PICTURE, Flag.MANY_PIXELS}


def test_reading_ends_when_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_READ", 64)
    assert read("JPEG", picture("JPEG")) == ({}, (Flag.BROKEN_PICTURE,))


def test_what_is_no_picture_is_not_looked_at() -> None:
    class Untouchable(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError

    assert pictures.details("application/pdf", Untouchable()) == ({}, ())


def test_no_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_self: object) -> None:
        raise AssertionError

    content = {kind: picture(kind) for kind in MEDIA}
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    for kind, bytes_ in content.items():
        assert read(kind, bytes_)[1] == ()


def test_it_is_sealed_with_the_file(tmp_path: Path) -> None:
    taken = take_in([picture("JPEG")], name="a.jpg", store=FolderBlobs(tmp_path))
    assert taken.meta.media_type == "image/jpeg"
    assert taken.meta.details["make"] == "Camera works"
    sealed = seal_meta(taken)
    assert b"Camera" not in sealed
    assert open_meta(taken.id, taken.key, sealed) == taken.meta
    assert "Camera" not in repr(taken)
