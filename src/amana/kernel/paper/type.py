# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fonts, measuring and drawing of one line."""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import fontpkg
from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from amana.kernel.paper.bidi import Char, Run, visual_runs

RTL_LANGUAGES = frozenset({"ar", "ur", "fa", "ps", "ckb", "ku"})
_LATIN, _ARABIC = "latin", "arabic"
_FAMILIES = {_LATIN: "Noto Sans", _ARABIC: "Noto Sans Arabic"}
_BLOCKS = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
_IGNORABLE = frozenset("\u200e\u200f\u061c\u2066\u2067\u2068\u2069\ufeff\u2028\u2029\u00ad\u200b")
_JOINERS = frozenset("\u200c\u200d")


class PaperError(ValueError):
    """A block cannot be set: the message names the block, never its content."""


@dataclass(frozen=True, slots=True)
class Style:
    """Size in points, weight, colour and the leading between base lines."""

    size: float = 11
    bold: bool = False
    ink: tuple[int, int, int] = (28, 39, 48)
    leading: float = 1.5


def is_rtl(language: str) -> bool:
    """Say whether `language` (BCP 47) is written right to left."""
    return language.lower().split("-")[0] in RTL_LANGUAGES


def _path(name: str) -> Path:
    return Path(fontpkg.path(_FAMILIES[name]))


@functools.cache
def _font_bytes(name: str) -> bytes:
    return _path(name).read_bytes()


@functools.cache
def _coverage(name: str) -> frozenset[int]:
    with TTFont(_path(name), lazy=True) as font:
        return frozenset(font.getBestCmap() or {})


def split_fonts(text: str) -> list[tuple[str, str]]:
    """Split `text` into (font, text); what neither font can draw becomes U+FFFD.

    Replacing is also what keeps sealed text out of the logs: fpdf2 logs missing glyphs by name.
    """
    parts: list[tuple[str, str]] = []
    for char in text:
        if char in _IGNORABLE:
            continue
        current = parts[-1][0] if parts else None
        if char in _JOINERS and current != _ARABIC:
            continue
        font = _font_for(char, current)
        drawn = char if font else "\ufffd"
        font = font or _LATIN
        if font == current:
            parts[-1] = (font, parts[-1][1] + drawn)
        else:
            parts.append((font, drawn))
    return parts


def _font_for(char: str, current: str | None) -> str:
    code = ord(char)
    if any(low <= code <= high for low, high in _BLOCKS):
        order = (_ARABIC, _LATIN)
    elif char.isalnum() or current is None:
        order = (_LATIN, _ARABIC)
    else:
        order = (_ARABIC, _LATIN) if current == _ARABIC else (_LATIN, _ARABIC)
    return next((font for font in order if code in _coverage(font)), "")


NEVER_INK = (255, 255, 255)


class Press:
    """One PDF under the pen: knows fonts and lines, nothing of blocks."""

    def __init__(self, *, language: str, title: str, created_at: datetime) -> None:
        """Open an A4 document in points; `title` and `created_at` are all its metadata."""
        self.language = language
        self.rtl = is_rtl(language)
        self.pdf = FPDF(unit="pt", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_lang(language)
        self.pdf.set_title(title)
        self.pdf.set_producer("")
        self.pdf.set_creation_date(created_at)
        for name in _FAMILIES:
            self._add_font(name)
        self._widths: dict[tuple[str, float], float] = {}

    def _add_font(self, name: str) -> None:
        """Add a font and let go of its file at once: fpdf2 would hold it open for good."""
        self.pdf.add_font(name, fname=_path(name))
        font = self.pdf.fonts[name]
        if isinstance(font, TTFFont):
            font.ttfont.reader.file.close()
            font.ttfont.reader.file = io.BytesIO(_font_bytes(name))

    def width(self, line: Sequence[Char], style: Style) -> float:
        """Return the drawn width of `line` in points."""
        return sum(self._run_width(run, style) for run in visual_runs(line, rtl=self.rtl))

    def draw(self, line: Sequence[Char], *, x: float, y: float, style: Style) -> None:
        """Draw `line` with its left edge at `x` and the top of its line box at `y`."""
        self.pdf.set_text_color(*style.ink)
        self.pdf.set_draw_color(*style.ink)
        # Emboldening by a hair of outline: cutting a bold instance out of the variable font
        # costs four seconds a document, and a bold file would be a second font to ship.
        self.pdf.set_line_width(style.size * 0.028 if style.bold else 0)
        self.pdf.text_mode = TextMode.FILL_STROKE if style.bold else TextMode.FILL
        # fpdf2 ends the outline with the text only where text and fill differ in colour; where
        # they agree it would stay on, and everything below on the page would be bold.
        self.pdf.set_fill_color(*NEVER_INK)
        for run in visual_runs(line, rtl=self.rtl):
            parts = split_fonts(run.text)
            for font, text in reversed(parts) if run.rtl else parts:
                width = self._part_width(font, text, rtl=run.rtl, size=style.size)
                self.pdf.set_xy(x, y)
                self.pdf.cell(w=width, h=style.size * style.leading, text=text)
                x += width

    def _run_width(self, run: Run, style: Style) -> float:
        key = (("r" if run.rtl else "l") + run.text, style.size)
        if key not in self._widths:
            self._widths[key] = sum(
                self._part_width(font, text, rtl=run.rtl, size=style.size)
                for font, text in split_fonts(run.text)
            )
        return self._widths[key]

    def _part_width(self, font: str, text: str, *, rtl: bool, size: float) -> float:
        self.pdf.set_font(font, size=size)
        direction = "rtl" if rtl else "ltr"
        self.pdf.set_text_shaping(True, direction=direction, language=self.language)
        return float(self.pdf.get_string_width(text))
