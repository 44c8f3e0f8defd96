# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps that the replays share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from amana.agencies.models import Agency
from amana.cli.replay.api import ApiFiler
from amana.cli.replay.fleet import Filer, file_all
from amana.cli.replay.portal import PortalFiler
from amana.cli.replay.sketch import Sketch
from amana.cli.replay.working import work
from amana.cli.say import Progress
from amana.config.clock import now
from amana.figures.computing import zone_of
from amana.figures.models import Publication
from amana.figures.periods import containing
from amana.figures.services import publish

DOORS: Final[dict[str, Callable[[str], Filer]]] = {"api": ApiFiler, "portal": PortalFiler}


def file_through(door: str, sketches: Sequence[Sketch], *, node: str, at_once: int) -> list[str]:
    """File all through a door of the running node; returns the locators."""

    def make() -> Filer:
        return DOORS[door](node)

    progress = Progress("reports filed", len(sketches))
    try:
        return file_all(sketches, make, at_once=at_once, progress=progress)
    finally:
        progress.close()


def work_on(
    agency: Agency, locators: Sequence[str], *, suspects: Mapping[str, int], closings: int
) -> None:
    """Let the invented officer work some of the filed reports."""
    progress = Progress("reports worked", sum(suspects.values()) + 2 * closings)
    try:
        work(agency, locators, suspects=suspects, closings=closings, progress=progress)
    finally:
        progress.close()


def publish_now(agency: Agency) -> Publication:
    """Publish the quarter in which we are; only a demonstration may."""
    quarter = containing(now(), "quarter", zone_of(agency))
    return publish(agency=agency, period=quarter)
