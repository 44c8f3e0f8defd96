# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker keeps going, and what it destroys when its time is over."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from amana.cli.rounds import Job, Rounds, chores, log_jobs, sweep_sign_ins
from amana.config.clock import now
from amana.config.env import env
from amana.limits import daykey

pytestmark = pytest.mark.db


def test_a_job_that_fails_does_not_stop_the_others() -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failing")
        raise ZeroDivisionError

    rounds = Rounds(threading.Event(), [Job("a", 0, fail), Job("b", 0, lambda: done.append("b"))])
    rounds.once()
    rounds.once()
    assert done == ["failing", "b", "failing", "b"]


def test_a_job_is_not_run_before_it_is_due() -> None:
    done: list[int] = []
    rounds = Rounds(threading.Event(), [Job("a", 60, lambda: done.append(1))])
    rounds.once()
    rounds.once()
    assert done == [1]


def test_nothing_is_begun_after_the_stop() -> None:
    stop = threading.Event()
    done: list[int] = []

    def last() -> None:
        done.append(1)
        stop.set()

    Rounds(stop, [Job("a", 0, last), Job("b", 0, lambda: done.append(2))]).run()
    assert done == [1]


def test_slow_chores_never_hold_up_the_log() -> None:
    """The log's thread does nothing else, and looks often enough for its promise."""
    names = {job.name: job.every for job in log_jobs()}
    assert set(names) == {"sequence", "beat", "publish-hour"}
    assert names["sequence"] <= 1
    assert "sequence" not in {job.name for job in chores()}


def test_the_key_of_the_day_dies_with_the_day_though_nobody_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daykey.key_of_the_day()
    (path,) = env().run_folder.glob("day-*.key")
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(daykey, "now", lambda: tomorrow)
    (job,) = [job for job in chores() if job.name == "destroy-day-keys"]
    assert job.every <= 60
    job.run()
    assert not path.exists()


def test_sign_ins_that_have_expired_are_deleted() -> None:
    for hours, key in ((-1, "old"), (1, "new")):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now() + timedelta(hours=hours)
        )
    assert sweep_sign_ins() == 1
    assert Session.objects.get().session_key == "new"
