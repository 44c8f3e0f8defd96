# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sheet: blocks from top to bottom, mirrored where the language is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import segno

from amana.kernel.paper.bidi import Char, levels
from amana.kernel.paper.isolates import clean, isolate_codes, ltr
from amana.kernel.paper.lines import break_lines
from amana.kernel.paper.type import PaperError, Press, Style

INK, SOFT, TEAL = (28, 39, 48), (83, 97, 107), (14, 90, 90)
SAND, LINE, AMBER, PAPER = (241, 234, 221), (221, 214, 201), (214, 158, 46), (255, 255, 255)
MARGIN, FOOT = 56.0, 52.0
LONGEST_TEXT, LONGEST_QR, LONGEST_DENSE, MOST_PAGES = 60_000, 512, 2900, 60
LETTERS_A_LINE = 84
_FRENCH_SPACES = re.compile(r"(?<=«) | (?=[»;:!?])")
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_CREATED = re.compile(rb"/CreationDate \([^)]*\)")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a timeline: what, when (already worded for the reader), and how far it is."""

    text: str
    when: str = ""
    state: Literal["done", "now", "later"] = "later"


class Sheet:
    """A document of one language on A4.

    `title_neutral` is the only word about it in the file's metadata: it must not tell a
    stranger what the paper is about. Without `created_at` the file carries no date and two
    renderings of the same blocks are equal byte for byte.
    """

    def __init__(
        self, language: str, title_neutral: str, *, created_at: datetime | None = None
    ) -> None:
        """Open an empty sheet; raises PaperError when `created_at` has no time zone."""
        if created_at is not None and created_at.tzinfo is None:
            raise PaperError("created_at needs a time zone")
        self._dated = created_at is not None
        self._press = Press(
            language=language, title=clean(title_neutral), created_at=created_at or _NO_DATE
        )
        self._wide = 1.8 if self._press.rtl else 1.45
        self._pdf = self._press.pdf
        self._room = self._pdf.w - 2 * MARGIN
        self._new_page()

    def heading(self, text: str, *, level: int = 1) -> None:
        """Set a heading; level 1 is the title of the page, 2 opens a part."""
        size = 19.0 if level == 1 else 13.0
        self._space(4 if level == 1 else 12)
        style = Style(size=size, bold=True, ink=INK if level == 1 else TEAL, leading=1.5)
        self._keep(size * 1.5 + 40)
        self._set(text, style=style)
        self._space(4)

    def paragraph(self, text: str, *, bold: bool = False) -> None:
        """Set running text; line ends in `text` are kept, codes in it stay left to right."""
        self._set(text, style=Style(bold=bold, leading=self._wide))
        self._space(6)

    def small(self, text: str) -> None:
        """Set small print in a softer ink."""
        self._set(text, style=Style(size=8.5, ink=SOFT, leading=self._wide))
        self._space(4)

    def code(self, groups: Sequence[str], *, label: str = "") -> None:
        """Draw a code large: its groups in order from left to right, whatever the language."""
        if not groups or not all(group.strip() for group in groups):
            raise PaperError("a code needs groups, none of them empty")
        if label:
            self._set(label, style=Style(size=9.5, ink=SOFT, leading=self._wide))
        style = Style(size=22, bold=True, leading=1.6)
        rows = self._code_rows([clean(group.strip()) for group in groups], style=style)
        pitch = style.size * style.leading
        height = len(rows) * pitch + 20
        self._keep(height)
        self._box(MARGIN, self._y, self._room, height, SAND, rounded=True)
        for number, row in enumerate(rows):
            x = MARGIN + (self._room - sum(w for _, w in row) - self._gap * (len(row) - 1)) / 2
            for chars, width in row:
                self._press.draw(chars, x=x, y=self._y + 10 + number * pitch, style=style)
                x += width + self._gap
        self._y += height
        self._space(10)

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Set names and values in two columns, a hair line under each row."""
        name_room = self._room * 0.34
        value_room = self._room - name_room - 12
        name_style = Style(size=9.5, ink=SOFT, leading=self._wide)
        value_style = Style(size=10.5, leading=self._wide)
        for name, value in rows:
            names = self._lines(name, style=name_style, room=name_room)
            values = self._lines(value, style=value_style, room=value_room) or [[]]
            pitch = value_style.size * value_style.leading
            for number in range(max(len(names), len(values))):
                self._keep(pitch + 6)
                if number < len(names):
                    self._place(names[number], style=name_style, indent=0, room=name_room, dy=1)
                if number < len(values):
                    indent = name_room + 12
                    self._place(values[number], style=value_style, indent=indent, room=value_room)
                self._y += pitch
            self._y += 3
            self._box(MARGIN, self._y, self._room, 0.6, LINE)
            self._y += 3
        self._space(8)

    def timeline(self, steps: Sequence[Step]) -> None:
        """Set steps in time order, a dot before each: filled, current, or still to come."""
        style = Style(size=10.5, leading=self._wide)
        soft = Style(size=9, ink=SOFT, leading=self._wide)
        for step in steps:
            lines = self._lines(step.text, style=style, room=self._room - 20)
            self._keep(style.size * style.leading * len(lines[:3]) + 14)
            self._dot(step.state, middle=self._y + style.size * style.leading * 0.5)
            self._stack(lines, style=style, indent=20)
            whens = self._lines(step.when, style=soft, room=self._room - 20)
            self._stack(whens, style=soft, indent=20)
            self._space(4)
        self._space(6)

    def qr(self, data: str, *, caption: str = "", dense: bool = False) -> None:
        """Draw `data` as a QR symbol (ISO/IEC 18004, level M) with a caption under it; `dense`
        takes up to 2,900 bytes at level L.

        The receipt's symbol holds the address of the portal and never the code: what a
        phone reads lands in its history.
        """
        most = LONGEST_DENSE if dense else LONGEST_QR
        if not data or len(data.encode()) > most:
            raise PaperError(f"a QR symbol takes 1 to {most} bytes")
        matrix = segno.make_qr(data, error="l" if dense else "m").matrix
        module = max(1.6, 84 / len(matrix))
        side = module * len(matrix)
        self._keep(side + 24)
        left = MARGIN if not self._press.rtl else MARGIN + self._room - side
        self._pdf.set_fill_color(0, 0, 0)
        for row, cells in enumerate(matrix):
            for start, length in _dark_runs(bytes(cells)):
                x, y = left + start * module, self._y + row * module
                self._pdf.rect(x, y, length * module, module, style="F")
        self._y += side
        self._space(4)
        if caption:
            self._set(caption, style=Style(size=9, ink=SOFT, leading=self._wide))
        self._space(6)

    def letters(self, text: str) -> None:
        """Set machine text as it is, small and left to right; a long line goes on in the next."""
        style = Style(size=7, ink=SOFT, leading=1.45)
        for line in text.split("\n"):
            for start in range(0, len(line), LETTERS_A_LINE):
                self._keep(style.size * style.leading)
                chars = levels(ltr(line[start : start + LETTERS_A_LINE]), rtl=False)
                self._press.draw(chars, x=MARGIN, y=self._y, style=style)
                self._y += style.size * style.leading
            if not line:
                self._space(5)

    def rule(self) -> None:
        """Draw a hair line across the sheet."""
        self._space(4)
        self._keep(8)
        self._box(MARGIN, self._y, self._room, 0.6, LINE)
        self._space(8)

    def render(self) -> bytes:
        """Return the PDF. The sheet is finished: set nothing more on it."""
        total = self._pdf.page
        style = Style(size=8.5, ink=SOFT)
        for page in range(1, total + 1 if total > 1 else 1):
            self._pdf.page = page
            line = levels(ltr(f"{page} / {total}"), rtl=self._press.rtl)
            x = (self._pdf.w - self._press.width(line, style)) / 2
            self._press.draw(line, x=x, y=self._pdf.h - FOOT + 16, style=style)
        self._pdf.page = total
        data = bytes(self._pdf.output())
        if self._dated:
            return data
        # fpdf2 always writes a date; blanks of the same length keep every offset true.
        return _CREATED.sub(lambda found: b" " * len(found.group()), data, count=1)

    def _new_page(self) -> None:
        if self._pdf.page >= MOST_PAGES:
            raise PaperError(f"a sheet has at most {MOST_PAGES} pages")
        self._pdf.add_page()
        self._y = MARGIN

    def _keep(self, height: float) -> None:
        if self._y + height > self._pdf.h - FOOT and self._y > MARGIN:
            self._new_page()

    def _space(self, height: float) -> None:
        if self._y > MARGIN:
            self._y += height

    def _set(self, text: str, *, style: Style) -> None:
        self._stack(self._lines(text, style=style, room=self._room), style=style, indent=0)

    def _stack(self, lines: Sequence[Sequence[Char]], *, style: Style, indent: float) -> None:
        for line in lines:
            self._keep(style.size * style.leading)
            self._place(line, style=style, indent=indent, room=self._room - indent)
            self._y += style.size * style.leading

    def _lines(self, text: str, *, style: Style, room: float) -> list[list[Char]]:
        if len(text) > LONGEST_TEXT:
            raise PaperError(f"a block takes at most {LONGEST_TEXT} characters")
        text = clean(text) if text.strip() else ""
        if self._press.language.startswith("fr"):
            text = _FRENCH_SPACES.sub("\u00a0", text)
        lines: list[list[Char]] = []
        for paragraph in isolate_codes(text).split("\n") if text else []:
            chars = levels(paragraph, rtl=self._press.rtl)
            measure = lambda part: self._press.width(part, style)  # noqa: E731
            lines += break_lines(chars, room=room, measure=measure) or [[]]
        return lines

    def _place(
        self, line: Sequence[Char], *, style: Style, indent: float, room: float, dy: float = 0
    ) -> None:
        """Draw one line at the start edge of its column: right where the language is."""
        x = MARGIN + indent
        if self._press.rtl:
            x = MARGIN + self._room - indent - self._press.width(line, style)
        self._press.draw(line, x=x, y=self._y + dy, style=style)

    @property
    def _gap(self) -> float:
        return 14.0

    def _code_rows(
        self, groups: Sequence[str], *, style: Style
    ) -> list[list[tuple[list[Char], float]]]:
        rows: list[list[tuple[list[Char], float]]] = [[]]
        used = 0.0
        for group in groups:
            chars = levels(ltr(group), rtl=self._press.rtl)
            width = self._press.width(chars, style)
            if width > self._room - 20:
                raise PaperError("a group of a code is wider than the sheet")
            if rows[-1] and used + width > self._room - 20:
                rows.append([])
                used = 0.0
            rows[-1].append((chars, width))
            used += width + self._gap
        return rows

    def _dot(self, state: str, *, middle: float) -> None:
        radius = 3.6
        x = MARGIN + radius if not self._press.rtl else MARGIN + self._room - radius
        fill = {"done": TEAL, "now": AMBER}.get(state, PAPER)
        self._pdf.set_fill_color(*fill)
        self._pdf.set_draw_color(*(SOFT if state == "later" else fill))
        self._pdf.set_line_width(0.8)
        self._pdf.ellipse(x - radius, middle - radius, 2 * radius, 2 * radius, style="DF")

    def _box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: tuple[int, int, int],
        *,
        rounded: bool = False,
    ) -> None:
        self._pdf.set_fill_color(*fill)
        self._pdf.rect(x, y, width, height, style="F", round_corners=rounded, corner_radius=6)


def _dark_runs(cells: bytes) -> list[tuple[int, int]]:
    """Return (start, length) of each stretch of dark modules: fewer, seamless rectangles."""
    return [(found.start(), len(found.group())) for found in re.finditer(rb"\x01+", cells)]
