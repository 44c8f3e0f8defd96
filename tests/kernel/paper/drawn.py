# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a PDF shows: characters with their places, read back by an independent renderer."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped, unused-ignore]


@dataclass(frozen=True)
class Ink:
    text: str
    left: float
    bottom: float
    right: float
    top: float


def inks(pdf: bytes, *, page: int = 0) -> list[Ink]:
    """Return every visible character of one page with its box in points."""
    document = pypdfium2.PdfDocument(pdf)
    found: list[Ink] = []
    sheet = document[page]
    text = sheet.get_textpage()
    for index in range(text.count_chars()):
        char = text.get_text_range(index, 1)
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if char.strip() and char.isprintable():
            found.append(Ink(char, left, bottom, right, top))
    text.close()
    sheet.close()
    document.close()
    return found


def lines(pdf: bytes, *, page: int = 0) -> list[str]:
    """Return the lines of a page as the eye meets them: from left to right, top to bottom."""
    rows: list[list[Ink]] = []
    for ink in sorted(inks(pdf, page=page), key=lambda ink: -ink.bottom):
        middle = (ink.bottom + ink.top) / 2
        for row in rows:
            if abs((row[0].bottom + row[0].top) / 2 - middle) < 6:
                row.append(ink)
                break
        else:
            rows.append([ink])
    return ["".join(i.text for i in sorted(row, key=lambda ink: ink.left)) for row in rows]


def page_count(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    count = len(document)
    document.close()
    return count


def dark_share(pdf: bytes, box: tuple[float, float, float, float]) -> float:
    """Return the share of dark pixels inside `box` (left, top, right, bottom in points)."""
    document = pypdfium2.PdfDocument(pdf)
    image = document[0].render(scale=1).to_pil().convert("L").crop(box)
    document.close()
    pixels = image.tobytes()
    return sum(1 for value in pixels if value < 128) / max(1, len(pixels))
