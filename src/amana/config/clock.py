# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place that asks what time it is, so that a test can move it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, UTC, aware."""
    return datetime.now(UTC)
