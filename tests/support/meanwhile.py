# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody who is quicker: what she does is done between the moment in which an act has looked at a
report and the moment in which it writes. No threads, so that it happens each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from amana.reports.models import Report


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Do `act` once, right after the next act of an officer has read the report anew. Fails when
    no act came to that point."""
    read = Report.refresh_from_db
    waiting = [act]

    def read_then_act(report: Report) -> None:
        read(report)
        if waiting:
            waiting.pop()()

    with mock.patch.object(Report, "refresh_from_db", read_then_act):
        yield
    assert not waiting, "nothing looked at the report"
