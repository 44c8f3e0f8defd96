# SPDX-License-Identifier: AGPL-3.0-or-later
"""The program apart: a picture on standard input, its text on standard output.

Run as `python -m amana.evidence.ocr.inside PROGRAM LANGUAGES`. It knows nothing of the node: no
settings, no keys, no database. It may write no byte into any file (RLIMIT_FSIZE is 0, and
tesseract inherits that), so that neither picture nor text can reach a disk. What is decoded here
comes from strangers: the picture is drawn anew in grey, within a number of pixels, and only that
goes on to tesseract.
"""

from __future__ import annotations

import io
import math
import resource
import subprocess
import sys
import warnings
from typing import Final

from PIL import Image, ImageOps

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
MOST_BYTES: Final = 32 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
"""Pixels beyond which a picture is not decoded; 16 million go on to tesseract."""
DRAWN_PIXELS: Final = 16_000_000
LONGEST_SIDE: Final = 30_000
MOST_TEXT: Final = 256 * 1024
CPU_SECONDS: Final = 60
MEMORY: Final = 2 * 1024**3
NO_PICTURE, NO_TEXT = 3, 4


def limit_self() -> None:
    """Bounds that tesseract inherits: time, memory, no file, no picture of memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def redrawn(content: bytes) -> bytes:
    """The first frame upright, in grey on white, as PNG. Raises whatever the decoders raise, and
    `ValueError` for more bytes or pixels than are drawn."""
    if len(content) > MOST_BYTES:
        raise ValueError("too many bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            drawn = _on_white(ImageOps.exif_transpose(picture))
    fits = min(
        1.0,
        math.sqrt(DRAWN_PIXELS / (drawn.width * drawn.height)),
        LONGEST_SIDE / max(drawn.size),
    )
    if fits < 1:
        drawn = drawn.resize((max(1, int(drawn.width * fits)), max(1, int(drawn.height * fits))))
    target = io.BytesIO()
    drawn.save(target, "PNG", compress_level=1)
    return target.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("L")
    light = picture.convert("LA")
    paper = Image.new("L", light.size, 255)
    paper.paste(light.getchannel("L"), mask=light.getchannel("A"))
    return paper


def main(program: str, languages: str) -> int:
    """Read, draw anew, recognise, write. Says nothing of what went wrong but a number."""
    limit_self()
    try:
        picture = redrawn(sys.stdin.buffer.read(MOST_BYTES + 1))
    except Exception:  # noqa: BLE001  (decoders on hostile bytes: any fault means "no picture")
        return NO_PICTURE
    done = subprocess.run(
        [program, "stdin", "stdout", "-l", languages],
        input=picture,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        return NO_TEXT
    sys.stdout.buffer.write(done.stdout[:MOST_TEXT])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
