# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program apart: what it draws anew, what it refuses, and that it can write no file."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from amana.evidence.ocr import inside
from tests.support.tesseract import saved

ENV = {"PATH": os.defpath, "LANG": "C.UTF-8"}


def drawn(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(inside.redrawn(content)))


def ran(program: Path | str, content: bytes) -> subprocess.CompletedProcess[bytes]:
    """The program apart with another program in the place of tesseract."""
    return subprocess.run(
        [sys.executable, "-B", "-m", inside.__name__, str(program), "eng"],
        input=content,
        capture_output=True,
        env=ENV,
        check=False,
        timeout=60,
    )


def script(folder: Path, body: str) -> Path:
    file = folder / "reader"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o700)
    return file


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header claims so many pixels and that holds none."""

    def chunk(name: bytes, body: bytes) -> bytes:
        sum32 = zlib.crc32(name + body).to_bytes(4, "big")
        return len(body).to_bytes(4, "big") + name + body + sum32

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "MPO", "WEBP", "GIF"])
def test_pictures_of_every_kind_are_drawn_anew_in_grey(form: str) -> None:
    again = drawn(saved(Image.new("RGB", (30, 20), "navy"), form))
    assert (again.format, again.mode, again.size) == ("PNG", "L", (30, 20))


def test_what_is_see_through_lies_on_white() -> None:
    picture = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    picture.putpixel((1, 0), (0, 0, 0, 255))
    again = drawn(saved(picture))
    assert (again.getpixel((0, 0)), again.getpixel((1, 0))) == (255, 0)


def test_a_picture_that_lies_on_its_side_is_turned() -> None:
    picture, target = Image.new("L", (40, 10), 255), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(target, "JPEG", exif=exif)
    assert drawn(target.getvalue()).size == (10, 40)


def test_nothing_else_that_the_file_carries_goes_on() -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary of a camera"
    target = io.BytesIO()
    Image.new("L", (8, 8)).save(target, "PNG", exif=exif)
    assert b"canary of a camera" in target.getvalue()
    assert b"canary" not in inside.redrawn(target.getvalue())


def test_a_large_picture_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "DRAWN_PIXELS", 400)
    monkeypatch.setattr(inside, "LONGEST_SIDE", 30)
    assert drawn(saved(Image.new("L", (100, 100)))).size == (20, 20)
    assert drawn(saved(Image.new("L", (300, 1)))).size == (30, 1)


def test_more_pixels_or_bytes_than_allowed_are_not_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ValueError, match="pixels"):
        inside.redrawn(png_of(10_000, 5_001))
    with pytest.raises(Image.DecompressionBombError):
        inside.redrawn(png_of(2**31 - 1, 2**31 - 1))
    monkeypatch.setattr(inside, "MOST_BYTES", 10)
    with pytest.raises(ValueError, match="bytes"):
        inside.redrawn(saved(Image.new("L", (8, 8))))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg onload=alert(1)>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 400,
        b"\xff\xd8\xff\xe0" + b"\0" * 64,
        saved(Image.new("L", (64, 64), 7))[:60],
        saved(Image.new("L", (9, 9)), "BMP"),
        png_of(50_000, 50_000),
        png_of(4, 4),
    ],
    ids=[
        "empty", "prose", "svg", "postscript", "png-noise", "jpeg-noise", "cut", "bmp",
        "bomb", "hollow",
    ],
)  # fmt: skip
def test_a_hostile_picture_ends_it_quietly(tmp_path: Path, content: bytes) -> None:
    done = ran(script(tmp_path, "echo reached"), content)
    assert (done.returncode, done.stdout, done.stderr) == (inside.NO_PICTURE, b"", b"")


def test_the_reader_is_given_the_languages_and_the_picture_by_a_pipe(tmp_path: Path) -> None:
    done = ran(script(tmp_path, 'echo "$@"; cat | head -c 4'), saved(Image.new("L", (8, 8))))
    assert done.stdout == b"stdin stdout -l eng\n\x89PNG"


def test_neither_it_nor_what_it_starts_can_write_a_file(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    done = ran(script(tmp_path, f"cat > {leak}"), saved(Image.new("L", (200, 200))))
    assert done.returncode == inside.NO_TEXT
    assert not leak.exists() or leak.stat().st_size == 0


def test_what_it_starts_has_bounds(tmp_path: Path) -> None:
    said = "ulimit -t; ulimit -v; ulimit -f; ulimit -c"
    done = ran(script(tmp_path, said), saved(Image.new("L", (8, 8))))
    memory = str(inside.MEMORY // 1024)
    assert done.stdout.decode().split() == [str(inside.CPU_SECONDS), memory, "0", "0"]


def test_a_reader_that_fails_gives_no_text(tmp_path: Path) -> None:
    done = ran(script(tmp_path, "echo half; exit 1"), saved(Image.new("L", (8, 8))))
    assert (done.returncode, done.stdout) == (inside.NO_TEXT, b"")


def test_endless_text_is_cut(tmp_path: Path) -> None:
    endless = f"head -c {inside.MOST_TEXT * 2} /dev/zero"
    assert len(ran(script(tmp_path, endless), saved(Image.new("L", (8, 8)))).stdout) == (
        inside.MOST_TEXT
    )
