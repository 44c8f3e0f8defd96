# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures with text drawn into them, and whether the program is here that reads them.

Tests on the program itself stand in `test_tesseract*.py`, and are collected only where it is."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import fontpkg
from PIL import Image, ImageDraw, ImageFont

LATIN, ARABIC = "Noto Sans", "Noto Sans Arabic"
SCREEN = (1080, 600)


def here() -> bool:
    """Whether the program is installed."""
    return shutil.which("tesseract") is not None


def needs(path: Path) -> bool:
    """Whether a file holds only tests on the program: test_tesseract.py, test_tesseract_page.py."""
    return path.suffix == ".py" and path.stem.split("_")[:2] == ["test", "tesseract"]


def notice(*, there: bool) -> list[str]:
    """The line that says what is not collected; empty when the program is there."""
    if there:
        return []
    return ["tesseract: not installed; the tests on text in pictures are not collected"]


def screenshot(lines: Sequence[str], *, form: str = "PNG", dark: bool = False) -> bytes:
    """A chat as a telephone shows it; lines with Arabic letters stand at the right."""
    paper, ink = ("black", "white") if dark else ("white", "black")
    picture = Image.new("RGB", SCREEN, paper)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        arabic = any("\u0600" <= letter <= "\u06ff" for letter in line)
        font = ImageFont.truetype(fontpkg.path(ARABIC if arabic else LATIN), 46)
        place = (SCREEN[0] - 60 if arabic else 60, 50 + 100 * number)
        pen.text(
            place,
            line,
            font=font,
            fill=ink,
            anchor="ra" if arabic else "la",
            direction="rtl" if arabic else "ltr",
        )
    return saved(picture, form)


def saved(picture: Image.Image, form: str = "PNG") -> bytes:
    """A picture as a file."""
    target = io.BytesIO()
    picture.save(target, form)
    return target.getvalue()
