# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bars as SVG, drawn by the server. No style, no script, no colour of their own: the sheet of the
pages dresses them, in daylight and in the dark. In right-to-left text the bars grow leftwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 360
ROW: Final = 44
BAR: Final = 12
BASELINE: Final = 18
TOP: Final = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """`value`: what the length shows; None where it is hidden. `said`: how it is written."""

    label: str
    value: int | None
    said: str


def bars(items: Sequence[Bar], *, title: str, right_to_left: bool = False) -> SafeString:
    """A picture of the table beside it, which says the same in words; so it is named, not read."""
    longest = max((item.value or 0 for item in items), default=0)
    drawn = format_html_join(
        "",
        "{}",
        (
            (_bar(item, place, longest, right_to_left=right_to_left),)
            for place, item in enumerate(items)
        ),
    )
    return format_html(
        '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        max(len(items), 1) * ROW,
        title,
        drawn,
    )


def _bar(item: Bar, place: int, longest: int, *, right_to_left: bool) -> SafeString:
    top = place * ROW
    length = round(WIDTH * item.value / longest) if item.value and longest else 0
    near, far = (WIDTH, 0) if right_to_left else (0, WIDTH)
    return format_html(
        '<text x="{}" y="{}">{}</text><text class="n" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="t" x="0" y="{}" width="{}" height="{}" rx="3"/>'
        '<rect class="b" x="{}" y="{}" width="{}" height="{}" rx="3"/>',
        near,
        top + BASELINE,
        item.label,
        far,
        top + BASELINE,
        item.said,
        top + TOP,
        WIDTH,
        BAR,
        WIDTH - length if right_to_left else 0,
        top + TOP,
        length,
        BAR,
    )
