# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a web process sets for itself before it answers anybody."""

from __future__ import annotations

import gc
import runpy
import sys
from collections.abc import Iterator

import pytest

from amana.cli import lifeline


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    turn, garbage = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(turn)
    gc.set_threshold(*garbage)


@pytest.mark.usefixtures("_as_it_was")
def test_it_follows_serve_takes_short_turns_and_looks_for_garbage_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    followed: list[bool] = []
    monkeypatch.setattr(lifeline, "follow_parent", lambda: followed.append(True))
    said = runpy.run_module("amana.cli.web")
    assert followed == [True]
    assert callable(said["application"])
    # The clock of the interpreter counts in whole microseconds.
    assert abs(sys.getswitchinterval() - said["TURN_SECONDS"]) < 1e-6
    assert gc.get_threshold() == said["NEW_BEFORE_A_LOOK"]
    assert gc.isenabled()


def looks() -> int:
    """Among the young or among all: every twentieth look is of the second kind."""
    return sum(int(generation["collections"]) for generation in gc.get_stats())


@pytest.mark.usefixtures("_as_it_was")
def test_rings_of_garbage_are_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifeline, "follow_parent", lambda: None)
    runpy.run_module("amana.cli.web")
    before = looks()
    kept: list[list[object]] = []
    for _ in range(gc.get_threshold()[0] + 1_000):
        ring: list[object] = []
        ring.append(ring)
        kept.append(ring)
    assert looks() > before
