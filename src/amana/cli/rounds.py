# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker does again and again.

Every job is safe to run twice and on several hosts at once: each guards its own writes with a
condition or a constraint in the database, so no queue and no lease is needed for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import Error, close_old_connections

log = structlog.get_logger("amana.worker")


@dataclass(slots=True)
class Job:
    """Something to do every `every` seconds."""

    name: str
    every: float
    run: Callable[[], object]
    due: float = 0.0


def jobs() -> list[Job]:
    """All that is kept going, the sequencer first: no leaf waits longer than two seconds."""
    from amana.casework import alerts, clocks
    from amana.cli import pulse
    from amana.evidence.sweeping import sweep as sweep_blobs
    from amana.journal.sequencer import publish_hour, sequence_all
    from amana.limits.services import sweep as sweep_limits
    from amana.reports.services.sweeping import sweep as sweep_reports

    return [
        Job("sequence", 0.5, sequence_all),
        Job("beat", 2, pulse.beat),
        Job("publish-hour", 20, publish_hour),
        Job("escalate", 15, clocks.escalate),
        Job("send-alerts", 10, alerts.send_alerts),
        Job("mark-missed", 60, clocks.mark_missed),
        Job("still-open-notes", 300, clocks.send_still_open_notes),
        Job("mark-silences", 300, clocks.mark_silences),
        Job("sweep-drafts", 300, sweep_reports),
        Job("sweep-limits", 300, sweep_limits),
        Job("sweep-blobs", 3600, sweep_blobs),
    ]


class Rounds:
    """Runs the jobs until `stop` is set; a job that fails is tried again at its next turn."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._jobs = jobs()
        self._failed: dict[str, str] = {}

    def run(self) -> None:
        while not self._stop.is_set():
            self.once()
            self._stop.wait(0.25)

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
