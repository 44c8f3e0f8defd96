# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture of a cluster as SVG: reports in one column, what they share in the other, a line for
each that names it. Widths are shares of the sheet, heights and letters are fixed, so it fits a
phone and a desk without shrinking. The tables beside it say the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST_REPORTS: Final = 60
MOST_VALUES: Final = 40
LINE_OF_LETTERS: Final = 17
MOST_LINES: Final = 3
REPORT_AT, VALUE_AT = 31.0, 57.0
"""How far across the sheet the columns stand, in hundredths, from where reading begins."""
_ROW, _LETTERS, _EDGE, _GAP = 44, 16, 12, 13
_MANY, _CLOSE = 20, 26
"""More reports than these stand closer and without their second line; the tables have it."""
_DENSE: Final = 60
"""So many lines would be one surface: they are drawn thinner."""
_DOT, _BOX = 8, 7
STRONG, FAIR = 3.0, 0.0
"""From which weight on a link is strong, or fair; see `kernel.linking.scales`."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A report: its code, what stands below it, and where a click leads; `here` is the report one
    looks at."""

    key: str
    code: str
    below: str = ""
    href: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """What reports share: its kind in words, and its value where the officer has opened it."""

    key: str
    kind: str
    value: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """That a report names a value: the weight of its heaviest link by it, in nats, and what the
    line says when one points at it."""

    report: str
    value: str
    weight: float
    said: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, and of how many reports and values it draws how many."""

    svg: SafeString
    reports: tuple[int, int]
    values: tuple[int, int]

    @property
    def whole(self) -> bool:
        return self.reports[0] == self.reports[1] and self.values[0] == self.values[1]


def strength(weight: float) -> str:
    """A weight as one of three: "strong", "fair", "weak"."""
    return "strong" if weight >= STRONG else "fair" if weight >= FAIR else "weak"


def web(
    spots: Sequence[Spot],
    shared: Sequence[Shared],
    lines: Iterable[Line],
    *,
    title: str,
    rtl: bool = False,
) -> Drawing:
    """The picture. The first `MOST_REPORTS` reports are drawn, and of what these share the
    `MOST_VALUES` values that most of them name; the tables have all of it."""
    drawn = list(spots[:MOST_REPORTS])
    if len(drawn) > _MANY:
        drawn = [replace(spot, below="") for spot in drawn]
    order = {spot.key: at for at, spot in enumerate(drawn)}
    best = _heaviest(line for line in lines if line.report in order)
    values = _ordered(shared, best, order)
    kept = [line for line in best if line.value in {value.key for value in values}]
    high, at = places(drawn, values)
    side = _Side(rtl)
    return Drawing(
        format_html(
            '<svg class="web{}" width="100%" height="{}" role="group" aria-label="{}" data-web>'
            "{}{}{}</svg>",
            " dense" if len(kept) > _DENSE else "",
            high,
            title,
            format_html_join("", "{}", ((side.line(line, at),) for line in kept)),
            format_html_join("", "{}", ((side.spot(spot, at[spot.key]),) for spot in drawn)),
            format_html_join("", "{}", ((side.value(one, at[one.key]),) for one in values)),
        ),
        (len(drawn), len(spots)),
        (len(values), len(shared)),
    )


def places(spots: Sequence[Spot], values: Sequence[Shared]) -> tuple[int, Mapping[str, int]]:
    """The height of the sheet and how far down each stands, one below the other in both columns."""
    rooms = (
        [(spot.key, _CLOSE if len(spots) > _MANY else _ROW) for spot in spots],
        [(value.key, _room(value)) for value in values],
    )
    needed = [sum(room for _, room in column) for column in rooms]
    high = max(needed) + 2 * _EDGE
    found: dict[str, int] = {}
    for column, all_of_it in zip(rooms, needed, strict=True):
        slack = (high - 2 * _EDGE - all_of_it) / max(len(column), 1)
        top = float(_EDGE)
        for key, room in column:
            found[key] = round(top + (room + slack) / 2)
            top += room + slack
    return high, found


def wrapped(value: str) -> list[str]:
    """A value in lines of the picture, broken at a blank where there is one; what is longer than
    all of them ends with an ellipsis."""
    found: list[str] = []
    rest = value.strip()
    while rest and len(found) < MOST_LINES:
        cut = len(rest) if len(rest) <= LINE_OF_LETTERS else _break(rest)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        found[-1] = f"{found[-1][: LINE_OF_LETTERS - 1]}…"
    return found


def _break(text: str) -> int:
    """How many letters stand on a line: up to a blank, else up to a mark inside an account."""
    for marks in (" ", "./@:_-"):
        best = max(text.rfind(mark, 5, LINE_OF_LETTERS) for mark in marks)
        if best > 0:
            return best + 1
    return LINE_OF_LETTERS


def _room(value: Shared) -> int:
    return max(_ROW, (1 + len(wrapped(value.value))) * _LETTERS + _GAP)


def _heaviest(lines: Iterable[Line]) -> list[Line]:
    """One line for each report and value: the heaviest, drawn through where any is."""
    ordered = sorted(lines, key=lambda x: (x.report, x.value, -x.weight, x.dashed, x.said))
    return [next(same) for _, same in groupby(ordered, key=lambda x: (x.report, x.value))]


def _ordered(
    shared: Sequence[Shared], lines: Sequence[Line], order: Mapping[str, int]
) -> list[Shared]:
    """The values that most reports name, each about as far down as the reports that name it, so
    that few lines cross."""
    rows: dict[str, list[int]] = {}
    for line in lines:
        rows.setdefault(line.value, []).append(order[line.report])
    held = [value for value in shared if value.key in rows]
    held.sort(key=lambda value: (-len(rows[value.key]), value.key))
    return sorted(
        held[:MOST_VALUES],
        key=lambda value: (sum(rows[value.key]) / len(rows[value.key]), value.key),
    )


class _Side:
    """Which way the columns stand: from right to left they are mirrored, letters are not."""

    def __init__(self, rtl: bool) -> None:
        self._rtl = rtl

    def _x(self, share: float) -> str:
        return f"{100 - share if self._rtl else share:g}%"

    def _text(self, way: int, lines: Iterator[tuple[str, str, int]]) -> SafeString:
        """Lines of letters on one side of a mark; `way` is -1 before it, 1 behind it."""
        behind = way > 0 if not self._rtl else way < 0
        return format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="{}" direction="ltr"{}>{}</text>',
            (
                (
                    _GAP if behind else -_GAP,
                    down,
                    "start" if behind else "end",
                    SafeString(' class="soft"') if tone else "",
                    said,
                )
                for said, tone, down in lines
            ),
        )

    def line(self, line: Line, at: Mapping[str, int]) -> SafeString:
        kind = f"{strength(line.weight)}{' maybe' if line.dashed else ''}"
        return format_html(
            '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"><title>{}</title></line>',
            kind,
            self._x(REPORT_AT),
            at[line.report],
            self._x(VALUE_AT),
            at[line.value],
            line.said,
        )

    def spot(self, spot: Spot, down: int) -> SafeString:
        lines = [(spot.code, "", 4)] if not spot.below else [
            (spot.code, "", -3), (spot.below, "soft", _LETTERS - 3)
        ]  # fmt: skip
        mark = format_html(
            '<svg x="{}" y="{}" overflow="visible"><g class="{}"><circle r="{}"/>{}</g></svg>',
            self._x(REPORT_AT),
            down,
            "here" if spot.here else "report",
            _DOT,
            self._text(-1, iter(lines)),
        )
        if not spot.href:
            return mark
        # The tables have the same links: by keyboard one need not pass all of these first.
        return format_html(
            '<a href="{}" tabindex="-1" aria-label="{}">{}</a>', spot.href, spot.code, mark
        )

    def value(self, value: Shared, down: int) -> SafeString:
        lines = [(value.kind, "soft"), *((text, "") for text in wrapped(value.value))]
        first = 4 - (len(lines) - 1) * _LETTERS // 2
        return format_html(
            '<svg x="{}" y="{}" overflow="visible"><g class="value{}"><title>{}</title>'
            '<rect x="-{}" y="-{}" width="{}" height="{}" rx="2"/>{}</g></svg>',
            self._x(VALUE_AT),
            down,
            " quiet" if value.muted else "",
            f"{value.kind} {value.value}".strip(),
            _BOX,
            _BOX,
            2 * _BOX,
            2 * _BOX,
            self._text(
                1, ((said, tone, first + row * _LETTERS) for row, (said, tone) in enumerate(lines))
            ),
        )
