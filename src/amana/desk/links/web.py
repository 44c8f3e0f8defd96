# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture of a cluster as SVG: reports and what they share, drawn by the server. The table
beside it says the same in words. No style of its own; the sheet of the desk dresses it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 720
HEIGHT: Final = 480
MARGIN: Final = 92
ROUNDS: Final = 90
MOST_DRAWN: Final = 90
REPORT: Final = 13
VALUE: Final = 9


@dataclass(frozen=True, slots=True)
class Node:
    """`kind`: "report", "here" (the report one looks at) or "value". `label` stands beside it."""

    key: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """From a report to a value, or between two reports; `dashed` is a suggestion."""

    one: str
    other: str
    dashed: bool = False


def web(nodes: Sequence[Node], lines: Sequence[Line], *, title: str) -> SafeString:
    """The picture. At most `MOST_DRAWN` nodes are drawn, in the order given; lines to others are
    left out, and the table has all of them."""
    drawn = list(nodes[:MOST_DRAWN])
    known = {node.key for node in drawn}
    kept = [line for line in lines if line.one in known and line.other in known]
    at = places([node.key for node in drawn], [(line.one, line.other) for line in kept])
    strokes = format_html_join(
        "",
        '<line{} x1="{}" y1="{}" x2="{}" y2="{}"/>',
        (
            (
                SafeString(' class="maybe"') if line.dashed else "",
                *at[line.one],
                *at[line.other],
            )
            for line in kept
        ),
    )
    marks = format_html_join("", "{}", ((_mark(node, *at[node.key]),) for node in drawn))
    return format_html(
        '<svg class="web" viewBox="0 0 {} {}" role="img" aria-label="{}" data-web>{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        strokes,
        marks,
    )


def _mark(node: Node, x: int, y: int) -> SafeString:
    if node.kind == "value":
        shape = format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" rx="2"/>',
            x - VALUE,
            y - VALUE,
            2 * VALUE,
            2 * VALUE,
        )
    else:
        shape = format_html('<circle cx="{}" cy="{}" r="{}"/>', x, y, REPORT)
    below = y + (VALUE if node.kind == "value" else REPORT) + 16
    return format_html(
        '<g class="{}">{}<text x="{}" y="{}" text-anchor="middle" direction="ltr">{}</text></g>',
        node.kind,
        shape,
        x,
        below,
        node.label,
    )


def places(keys: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Mapping[str, tuple[int, int]]:
    """Where each stands: pushed apart, drawn together by what links them (Fruchterman and Reingold
    1991), from a circle, so that the same cluster always looks the same."""
    count = len(keys)
    if count == 1:
        return {keys[0]: (WIDTH // 2, HEIGHT // 2)}
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - MARGIN
    spots = [_on_circle(i, count) for i in range(count)]
    index = {key: i for i, key in enumerate(keys)}
    edges = [(index[a], index[b]) for a, b in pairs]
    ideal = 0.8 / math.sqrt(count)
    for turn in range(ROUNDS):
        heat = 0.12 * (1 - turn / ROUNDS)
        spots = _moved(spots, edges, ideal, heat)
    return {
        key: (round(MARGIN + x * wide), round(MARGIN / 2 + y * high))
        for key, (x, y) in zip(keys, _stretched(spots), strict=True)
    }


def _on_circle(i: int, count: int) -> tuple[float, float]:
    turn = 2 * math.pi * i / max(count, 1)
    return 0.5 + 0.4 * math.cos(turn), 0.5 + 0.4 * math.sin(turn)


def _moved(
    spots: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    ideal: float,
    heat: float,
) -> list[tuple[float, float]]:
    push = [[0.0, 0.0] for _ in spots]
    for i, (xi, yi) in enumerate(spots):
        for j in range(i):
            dx, dy = xi - spots[j][0], yi - spots[j][1]
            far = max(dx * dx + dy * dy, 1e-6)
            fx, fy = dx * ideal * ideal / far, dy * ideal * ideal / far
            push[i][0] += fx
            push[i][1] += fy
            push[j][0] -= fx
            push[j][1] -= fy
    for i, j in edges:
        dx, dy = spots[i][0] - spots[j][0], spots[i][1] - spots[j][1]
        pull = math.hypot(dx, dy) / ideal
        for who, sign in ((i, -1), (j, 1)):
            push[who][0] += sign * dx * pull
            push[who][1] += sign * dy * pull
    found = []
    for (x, y), (fx, fy) in zip(spots, push, strict=True):
        size = max(math.hypot(fx, fy), 1e-9)
        step = min(size, heat) / size
        found.append((min(1.0, max(0.0, x + fx * step)), min(1.0, max(0.0, y + fy * step))))
    return found


def _stretched(spots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same figure over the whole sheet."""
    ranges = []
    for axis in (0, 1):
        low, high = min(s[axis] for s in spots), max(s[axis] for s in spots)
        ranges.append((low, max(high - low, 1e-6)))
    (lx, wx), (ly, wy) = ranges
    return [((x - lx) / wx, (y - ly) / wy) for x, y in spots]
