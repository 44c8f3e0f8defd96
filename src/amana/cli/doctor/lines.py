# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finding of the doctor, and how one is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Line:
    """`name` says what was looked at, `text` what was found and, unless green, what to do."""

    level: Level
    name: str
    text: str


Check = Callable[[], Line]
COLOURS: Final = {Level.GREEN: "32", Level.AMBER: "33", Level.RED: "31"}


def green(name: str, text: str) -> Line:
    return Line(Level.GREEN, name, text)


def amber(name: str, text: str) -> Line:
    return Line(Level.AMBER, name, text)


def red(name: str, text: str) -> Line:
    return Line(Level.RED, name, text)


def shown(line: Line, *, colour: bool) -> str:
    """The line as it is printed; the word stands there too, so that no colour is needed."""
    word = f"{line.level:<6}"
    if colour:
        word = f"\x1b[{COLOURS[line.level]}m{word}\x1b[0m"
    return f"{word} {line.name:<20} {line.text}"
