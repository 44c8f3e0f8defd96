# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker does again and again.

Every job is safe to run twice and on several hosts at once: each guards its own writes with a
condition or a constraint in the database, so no queue and no lease is needed for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.db import Error, close_old_connections, connections

log = structlog.get_logger("amana.worker")


@dataclass(slots=True)
class Job:
    """Something to do every `every` seconds."""

    name: str
    every: float
    run: Callable[[], object]
    due: float = 0.0


def log_jobs() -> list[Job]:
    """The log has a thread of its own: no leaf waits longer than two seconds, whatever a mail
    server or a large folder is doing meanwhile."""
    from amana.cli import pulse
    from amana.journal.sequencer import publish_hour, sequence_all

    return [
        Job("sequence", 0.5, sequence_all),
        Job("beat", 2, pulse.beat),
        Job("publish-hour", 20, publish_hour),
    ]


def chores() -> list[Job]:
    """Clocks, alerts, and everything that is destroyed when its time is over."""
    from amana.casework import alerts, clocks, damage
    from amana.casework.series import raise_series
    from amana.casework.services import destroy_again
    from amana.evidence.resumable.sweeping import sweep as sweep_uploads
    from amana.evidence.shredding import finish as finish_shreds
    from amana.evidence.sweeping import sweep as sweep_blobs
    from amana.figures.services import publish_all_due
    from amana.limits.daykey import destroy_old_keys
    from amana.limits.services import sweep as sweep_limits
    from amana.people.vault import sweep_vaults
    from amana.reports.services.sweeping import sweep as sweep_reports
    from amana.triage.links.linking import link_new

    return [
        Job("link", 1, link_new),
        Job("escalate", 15, clocks.escalate),
        Job("series", 30, raise_series),
        Job("send-alerts", 10, alerts.send_alerts),
        Job("mark-missed", 60, clocks.mark_missed),
        Job("still-open-notes", 300, clocks.send_still_open_notes),
        Job("mark-silences", 300, clocks.mark_silences),
        Job("destroy-day-keys", 60, destroy_old_keys),
        Job("sweep-drafts", 300, sweep_reports),
        Job("sweep-limits", 300, sweep_limits),
        Job("sweep-vaults", 300, sweep_vaults),
        Job("sweep-sign-ins", 3600, sweep_sign_ins),
        Job("sweep-uploads", 600, sweep_uploads),
        Job("sweep-blobs", 3600, sweep_blobs),
        Job("recheck-stored", 300, damage.recheck),
        Job("finish-shreds", 60, finish_shreds),
        Job("destroy-again", 600, destroy_again),
        Job("publish-figures", 600, publish_all_due),
    ]


def outside_jobs() -> list[Job]:
    """What asks other machines has a thread of its own: they may take their time."""
    from amana.journal import stamps
    from amana.journal.asking import ask_witnesses

    return [
        Job("ask-witnesses", 20, ask_witnesses),
        Job("stamp-checkpoints", 60, stamps.stamp_public),
        Job("renew-stamps", 3600, stamps.renew),
    ]


def jobs() -> list[Job]:
    """Everything that is kept going."""
    return [*log_jobs(), *chores(), *outside_jobs()]


def sweep_sign_ins() -> int:
    """Delete sign-ins of the desk that have expired; returns how many."""
    from django.contrib.sessions.models import Session

    from amana.config.clock import now

    return Session.objects.filter(expire_date__lt=now()).delete()[0]


class Rounds:
    """Runs jobs until `stop` is set; a job that fails is tried again at its next turn."""

    def __init__(self, stop: threading.Event, jobs: Sequence[Job]) -> None:
        self._stop = stop
        self._jobs = jobs
        self._failed: dict[str, str] = {}

    def run(self) -> None:
        while not self._stop.is_set():
            self.once()
            self._stop.wait(0.25)
        connections.close_all()

    def once(self) -> None:
        """Run every job that is due."""
        for job in self._jobs:
            if self._stop.is_set():
                return
            if time.monotonic() >= job.due:
                self._try(job)
                job.due = time.monotonic() + job.every

    def _try(self, job: Job) -> None:
        close_old_connections()
        try:
            job.run()
        except Exception as error:  # noqa: BLE001  (one broken job must not stop the others)
            self._say_once(job, error)
            if isinstance(error, Error):
                close_old_connections()
        else:
            self._failed.pop(job.name, None)

    def _say_once(self, job: Job, error: Exception) -> None:
        """The same fault every half second would fill the disk: it is told when it changes."""
        if self._failed.get(job.name) != type(error).__name__:
            self._failed[job.name] = type(error).__name__
            log.error("job failed", job=job.name, exc_info=error)
