# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of this room: what was silent, what happened, where it stands."""

from __future__ import annotations

from amana.casework.selectors.silence import silence_counts, silences_marked
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
    "Entry",
    "Funnel",
    "Opening",
    "Status",
    "SuspectRow",
    "closing_reference",
    "funnel",
    "openings_for_reporter",
    "silence_counts",
    "silences_marked",
    "state_of",
    "status_of",
    "suspect_identity",
    "suspects",
    "timeline",
]
