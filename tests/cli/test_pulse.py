# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signs of life, and who may use a home at the same time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from amana.cli import occupied, pulse
from amana.cli.errors import CommandFailed
from amana.config.env import env


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    pulse.forget()
    occupied.end_restoring() if occupied.is_restoring() else None
    yield
    pulse.forget()
    (env().home / occupied.RESTORING).unlink(missing_ok=True)


def seen(seconds_ago: float) -> None:
    pulse.beat()
    moment = time.time() - seconds_ago
    os.utime(pulse.path(), (moment, moment))


def test_where_no_worker_ever_ran_none_is_missed() -> None:
    assert pulse.age() is None
    assert pulse.alive()


@pytest.mark.parametrize(("ago", "alive"), [(0, True), (10, True), (16, False), (86400, False)])
def test_a_silent_worker_is_not_well(ago: float, alive: bool) -> None:
    seen(ago)
    assert pulse.alive() is alive


def test_a_clock_that_was_set_back_keeps_no_dead_worker_alive() -> None:
    seen(-3600)
    assert not pulse.alive()
    pulse.beat()
    assert pulse.alive()


def test_the_sign_is_its_owners_alone_and_can_be_forgotten_twice() -> None:
    pulse.beat()
    assert pulse.path().stat().st_mode & 0o077 == 0
    pulse.forget()
    pulse.forget()
    assert pulse.age() is None


def test_nodes_share_a_home_and_a_restore_wants_it_alone() -> None:
    first, second = occupied.occupy(), occupied.occupy()
    try:
        with pytest.raises(CommandFailed, match="a node is running"), occupied.alone():
            pytest.fail("it was used by two")
    finally:
        os.close(first)
        os.close(second)
    with occupied.alone():
        with pytest.raises(CommandFailed, match="being restored"):
            occupied.occupy()
        with pytest.raises(CommandFailed, match="a node is running"), occupied.alone():
            pytest.fail("two restores at once")
    os.close(occupied.occupy())


def test_a_restore_that_was_broken_off_keeps_the_node_down_until_it_ran_to_its_end() -> None:
    occupied.mark_restoring()
    occupied.mark_restoring()
    with pytest.raises(CommandFailed, match="broken off"):
        occupied.occupy()
    with occupied.alone():
        occupied.end_restoring()
    os.close(occupied.occupy())


def test_a_fault_inside_leaves_the_home_free() -> None:
    with pytest.raises(ZeroDivisionError), occupied.alone():
        raise ZeroDivisionError
    os.close(occupied.occupy())
