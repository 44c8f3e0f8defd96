# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of this room: the inbox, what is due, what was silent, what happened, where it stands."""

from __future__ import annotations

from amana.casework.selectors.desk import AlertRow, DeadlineRow, alerts, deadlines
from amana.casework.selectors.lanes import (
    LANES,
    PER_PAGE,
    Inbox,
    InboxRow,
    counts,
    inbox,
    silence_counts,
    silences_marked,
    silent,
)
from amana.casework.selectors.status import Status, status_of
from amana.casework.selectors.suspects import (
    Funnel,
    SuspectRow,
    funnel,
    state_of,
    suspect_identity,
    suspects,
)
from amana.casework.selectors.timeline import (
    Entry,
    Opening,
    closing_reference,
    openings_for_reporter,
    timeline,
)

__all__ = [
    "LANES",
    "PER_PAGE",
    "AlertRow",
    "DeadlineRow",
    "Entry",
    "Funnel",
    "Inbox",
    "InboxRow",
    "Opening",
    "Status",
    "SuspectRow",
    "alerts",
    "closing_reference",
    "counts",
    "deadlines",
    "funnel",
    "inbox",
    "openings_for_reporter",
    "silence_counts",
    "silences_marked",
    "silent",
    "state_of",
    "status_of",
    "suspect_identity",
    "suspects",
    "timeline",
]
